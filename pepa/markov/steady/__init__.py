"""The steady state of a chain: one file a method, one loop that runs them."""
