"""Stochastic simulation of populations: single paths, ensembles over time, long-run estimates."""
