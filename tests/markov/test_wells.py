"""Slow modes that no count shows and no probe outlasts: parities joined by ladders beside much that is not fast."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from pepa.control.control import Control
from pepa.markov.steady import wells
from pepa.markov.steady.steady_state import steady_state
from pepa.markov.steady.wells import HEAVY, LITTLE, SELDOM, WEIGHT, _Flows, _Parts
from pepa.query.exact import exact_values, values_of
from pepa.query.measure import measured
from tests.models import derive, solve

PAIRS = ("00", "01", "10", "11")


def parity(miss, length, copies=1, single=0.0):
    """X and Y flip together; only after so many misses in a row, or at the rate `single`, does one flip alone."""
    lines = [f"K{i} = (up, {miss}).K{i + 1} + (hit, 1).K0;" for i in range(length - 1)]
    flips = " + ".join(f"(g{pair}, {rate} * {miss}).K0" for pair, rate in zip(PAIRS, (1, 2, 2, 1), strict=True))
    alone = f" + (x, {single}).X%d" if single else ""
    lines += [
        f"K{length - 1} = (hit, 1).K0 + {flips};",
        f"X0 = (b00, 1).X1 + (b01, 2).X1 + (g00, infty).X0 + (g01, infty).X0{alone and alone % 1};",
        f"X1 = (b11, 3).X0 + (b10, 1).X0 + (g11, infty).X1 + (g10, infty).X1{alone and alone % 0};",
        "Y0 = (b00, infty).Y1 + (b10, infty).Y1 + (g00, infty).Y1 + (g10, infty).Y1;",
        "Y1 = (b11, infty).Y0 + (b01, infty).Y0 + (g11, infty).Y0 + (g01, infty).Y0;",
    ]
    both = "<b00, b11, b01, b10, g00, g01, g10, g11>"
    x, y = (f"X0[{copies}]", f"Y0[{copies}]") if copies > 1 else ("X0", "Y0")
    return "\n".join(lines) + "\n", f"(K0 <g00, g01, g10, g11> ({x} {both} {y}))"


BESIDE = "W0 = (w0, 1).W1; W1 = (w1, 2).W2; W2 = (w2, 1.5).W3; W3 = (w3, 1).W0;\n"
ASKED = ("probability(X0 = 1 & Y0 = 1)", "probability(X0 = 0 & Y0 = 1)", "throughput(g00)")


@pytest.mark.parametrize(
    "chain",
    [
        {"miss": 0.02, "length": 8},
        {"miss": 0.1, "length": 9},
        {"miss": 0.05, "length": 5},
        {"miss": 0.02, "length": 4, "copies": 2},
        {"miss": 0.02, "length": 8, "single": 1e-6},
    ],
    ids=str,
)
def test_a_parity_beside_a_slow_ring_is_right_to_its_certainty(chain):
    text, system = parity(**chain)
    right = exact_values(solve(text + system))
    beside = derive(text + BESIDE + f"{system} <> W0[5]")
    found = steady_state(beside.chain, Control(), method="Gauss-Seidel with BiCGSTAB")
    assert found.certainty.exact
    values = values_of(beside, found.probability)
    for text in ASKED:
        assert abs(measured(text, values) / measured(text, right) - 1) <= 2 * found.certainty.error, text


def test_what_rounding_leaves_of_a_difference_is_nothing():
    text = "A = (a, 1).B + (rare, 0.01).R; B = (b, 2).A; R = (back, 1).A;\nA"
    values = exact_values(solve(text))
    assert measured("throughput(rare) - throughput(back)", values) == 0
    for text in (
        "1 / (throughput(rare) - throughput(back))",
        "(population(A) + population(B) + population(R) - 1) ^ -1",
    ):
        value = measured(text, values)
        assert value != value


@pytest.mark.parametrize("at_a_time", [50, 1 << 20])
def test_parts_joined_along_more_and_more_are_those_of_all_their_flows(at_a_time, monkeypatch):
    """Joined step by step and some flows at a time, as by each threshold alone."""
    monkeypatch.setattr(wells, "CHUNK", at_a_time)
    monkeypatch.setattr(wells, "MOST", at_a_time)
    random = np.random.default_rng(3)
    size, number = 300, 900
    rates = 10.0 ** random.uniform(-14, 0, number)
    jumps = csr_array((rates, (random.integers(0, size, number), random.integers(0, size, number))), (size, size))
    flow = random.random(size)
    flows = _Flows(jumps, flow, lambda: None)
    joined = _Parts.none(flows)
    entries = jumps.tocoo()
    through = entries.data * flow[entries.col]
    for little in LITTLE:
        joined = joined.along(little)
        kept = through > little
        graph = csr_array((through[kept], (entries.row[kept], entries.col[kept])), (size, size))
        parts, label = connected_components(graph, directed=False)
        assert len(joined.weight) == parts
        assert len(set(zip(label.tolist(), joined.part.tolist(), strict=True))) == parts
        crosses = joined.part[entries.row] != joined.part[entries.col]
        leaving = np.bincount(joined.part[entries.col[crosses]], through[crosses], parts)
        weight = np.bincount(joined.part, flow, parts)
        np.testing.assert_allclose(joined.weight, weight)
        several = np.bincount(joined.part) > 1
        expected = np.flatnonzero((weight > HEAVY) | ((weight > WEIGHT) & several & (leaving <= SELDOM * weight)))
        assert joined.seeds().tolist() == expected.tolist() or (len(joined.seeds()) < 2 and len(expected) < 2)
