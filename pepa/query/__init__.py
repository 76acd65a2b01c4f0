"""What is asked of a solution: measures, and the whole way from a text to them."""
