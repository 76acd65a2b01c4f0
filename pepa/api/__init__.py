"""The library: a model, its analyses as methods, and results with names, figures and frames."""
