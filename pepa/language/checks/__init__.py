"""What is said of a model that was read: errors of its names and rates, and a table of warnings."""
