"""Results as pictures of text, for the command and the app alike."""
