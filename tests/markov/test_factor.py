"""Sparse LU factors: they solve, say when they cannot, and give their memory back whoever drops them."""

import gc
import threading
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csc_array, diags_array, random_array

from pepa.markov.chain.factor import SYMMETRIC, Factor


def _dominant(size: int) -> csc_array:
    drawn = abs(random_array((size, size), density=6 / size, rng=np.random.default_rng(3)))
    return csc_array(diags_array(drawn.sum(axis=0) + 1.0) - drawn)


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024  # MB


def test_a_factor_solves_the_system_and_its_transpose() -> None:
    matrix, right = _dominant(200), np.arange(200.0)
    factor = Factor(matrix, **SYMMETRIC)
    assert np.allclose(matrix @ factor.solve(right), right)
    assert np.allclose(matrix.T @ factor.solve(right, "T"), right)


def test_a_singular_matrix_is_a_division_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        Factor(csc_array(np.ones((2, 2))))


def test_what_pulse_raises_ends_the_wait() -> None:
    def cancel() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Factor(_dominant(600), cancel)


def test_factors_that_are_dropped_give_their_memory_and_threads_back() -> None:
    matrix, threads = _dominant(500), threading.active_count()
    for _ in range(15):  # every thread's first allocations are its own
        Factor(matrix, **SYMMETRIC).solve(np.ones(500))
    before = _resident()
    for _ in range(40):  # each holds about a megabyte
        Factor(matrix, **SYMMETRIC).solve(np.ones(500))
    gc.collect()
    assert _resident() - before < 10.0
    assert threading.active_count() <= threads + 5
