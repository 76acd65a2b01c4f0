"""What the app does besides showing its panes, one thing a desk."""
