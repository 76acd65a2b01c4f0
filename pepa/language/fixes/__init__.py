"""Quick fixes: what the hint of a problem says, as edits of the text."""
