"""A net's state space: packed states and the transitions between them."""
