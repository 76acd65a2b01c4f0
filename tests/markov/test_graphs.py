"""What leads where and what is joined in small graphs, against the library that serves for large ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.markov.chain import graphs
from pepa.markov.space.distinct import distinct


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(0, 120))
def test_small_graphs_are_told_as_the_library_tells_them(seed, size, edges):
    from scipy.sparse import csr_array

    random = np.random.default_rng(seed)
    one, other = random.integers(0, size, (2, edges))
    graph = csr_array((np.ones(edges), (one, other)), shape=(size, size))
    node = int(random.integers(size))
    told = {}
    for small in (graphs.SMALL, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(graphs, "SMALL", small)
            number, part = graphs.joined(size, one, other)
            told[small] = number, part.tolist(), graphs.reached_from(graph.indptr, graph.indices, node)
    assert told[graphs.SMALL] == told[0]


def test_a_long_way_is_left_to_the_library(monkeypatch):
    size = 300
    pointers, indices = np.append(np.arange(size), size - 1), np.arange(1, size)
    assert graphs.reached_from(pointers, indices, 0) == size
    monkeypatch.setattr(graphs, "DEEP", 10)
    assert graphs.reached_from(pointers, indices, 0) == size
    assert graphs.reached_from(pointers, indices, 290) == 10


@pytest.mark.parametrize("values", [[], [3], [2, 2], [5, -1, 5, 0, -1]])
def test_distinct_integers_ascend(values):
    assert distinct(np.array(values, np.int64)).tolist() == sorted(set(values))
