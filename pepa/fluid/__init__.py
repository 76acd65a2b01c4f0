"""Fluid approximation: populations as real numbers, and the noise around them."""
