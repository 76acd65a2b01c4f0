"""A chain over time."""
