"""The keys of vi, from a text and a key to edits: nothing here knows a screen."""
