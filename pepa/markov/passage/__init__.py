"""First passages of a chain: who arrives, when, and what is earned on the way."""
