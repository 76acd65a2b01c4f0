"""What leads where and what is joined in graphs, against the library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.markov.chain import graphs
from pepa.markov.space.distinct import distinct


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(0, 120))
def test_graphs_are_told_as_the_library_tells_them(seed, size, edges):
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    random = np.random.default_rng(seed)
    one, other = random.integers(0, size, (2, edges))
    graph = csr_array((np.ones(edges), (one, other)), shape=(size, size))
    node = int(random.integers(size))
    told = set()
    for large in (graphs.LARGE, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(graphs, "LARGE", large)
            told.add(graphs.reached_from(graph.indptr, graph.indices, node))
    assert len(told) == 1
    number, part = connected_components(graph, directed=False)
    joined = graphs.joined(size, one, other)
    assert (joined[0], joined[1].tolist()) == (number, part.tolist())


@pytest.mark.parametrize("order", ["ascending", "descending", "mixed"])
def test_a_long_path_is_one_part(order):
    size = 3_000
    nodes = np.arange(size) if order == "ascending" else np.arange(size)[::-1]
    nodes = np.random.default_rng(1).permutation(size) if order == "mixed" else nodes
    number, part = graphs.joined(size, nodes[1:], nodes[:-1])
    assert number == 1
    assert not part.any()


def test_edges_by_their_nodes_are_those_of_each():
    one, other = np.array([3, 0, 3, 1]), np.array([2, 1, 0, 1])
    pointers, leads = graphs.by_node(one, other, 5)
    number, places = graphs.of_nodes(pointers, np.array([0, 2, 3]))
    assert number.tolist() == [1, 0, 2]
    assert leads[places].tolist() == [1, 2, 0]


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
