"""A Markov chain: its rates, its classes, its lumpings."""
