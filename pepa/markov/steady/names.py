"""The methods for the steady state by their short names, in the order they are tried; it costs nothing to import."""

from __future__ import annotations

NAMES = {
    "gth": "GTH elimination",
    "bicgstab": "Gauss-Seidel with BiCGSTAB",
    "aggregation": "aggregation of weakly coupled blocks",
    "sparse-gth": "sparse GTH elimination",
    "lu": "sparse LU",
    "band": "GTH elimination within a band",
    "levels": "GTH elimination by levels",
    "gauss-seidel": "Gauss-Seidel",
}
