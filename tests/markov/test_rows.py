"""Sparse rows against dense matrices, and the loops they are gone through by."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.markov.chain import rows
from pepa.markov.chain.rows import Rows
from pepa.markov.space import loops


def random_rows(size, entries, seed):
    """Return rows, some of them empty and some with several entries at one place, and the same as a dense matrix."""
    random = np.random.default_rng(seed)
    row, column = np.sort(random.integers(0, size, entries)).astype(np.int32), random.integers(0, size, entries)
    dense, data = np.zeros((size, size)), random.random(entries)
    np.add.at(dense, (row, column), data)
    pointers = np.searchsorted(row, np.arange(size + 1)).astype(np.int32)
    return Rows(pointers, column.astype(np.int32), data), dense


def dense_of(sparse):
    return np.array([sparse @ unit for unit in np.eye(sparse.size)]).T


@given(st.integers(1, 12), st.integers(0, 40), st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_rows_are_the_dense_matrix(size, entries, seed, chunk):
    sparse, dense = random_rows(size, entries, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "CHUNK", chunk)
        chosen = np.flatnonzero(np.random.default_rng(seed).random(size) < 0.6)
        np.testing.assert_allclose(dense_of(sparse), dense, rtol=1e-15)
        np.testing.assert_allclose(dense_of(sparse.below()), np.tril(dense, -1), rtol=1e-15)
        if len(chosen):
            np.testing.assert_allclose(dense_of(sparse.at(chosen)), dense[np.ix_(chosen, chosen)], rtol=1e-15)


def test_entries_of_a_row_keep_their_order():
    sparse = Rows(np.array([0, 3, 5], np.int32), np.array([1, 0, 1, 1, 0], np.int32), np.arange(5.0))
    assert sparse.at(np.array([0, 1])).data.tolist() == [0, 1, 2, 3, 4]
    assert sparse.at(np.array([1])).data.tolist() == [3]
    assert sparse.below().indptr.tolist() == [0, 0, 1]


def test_loops_come_without_the_package_around_them():
    code = (
        "import sys; from pepa.markov.space.loops import loops; loops().csr_matvec, loops().coo_tocsr;"
        "print([name for name in sys.modules if name.startswith('scipy')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_loops_are_those_of_the_package_where_they_are_not_to_be_had_alone(monkeypatch):
    import scipy.sparse._sparsetools as of_package

    monkeypatch.setattr(loops, "LOOPS", "_sparsetools_elsewhere")
    assert loops._alone() is None
    monkeypatch.undo()
    loops.loops.cache_clear()
    assert loops.loops().csr_matvec is of_package.csr_matvec
