"""Net to state space to Markov chain to exact answers."""
