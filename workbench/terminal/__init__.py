"""What the app does with its terminal: cells that change, keys and type-ahead."""
