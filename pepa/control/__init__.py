"""What limits, watches, cancels and shares work: no mathematics."""
