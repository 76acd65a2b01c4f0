"""Copies however they are written: the same figures as with every copy under names of its own, which joins none."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.control.error import PepaError
from tests.models import solve

KINDS = {
    "P": "P = (a, 1.0).P1 + (b, 0.3).P; P1 = (b, 2.0).P2; P2 = (c, 0.7).P;",
    "Q": "Q = (a, 1.5).Q1; Q1 = (c, 0.4).Q + (b, 0.9).Q1;",
    "W": "W = (a, infty).W1; W1 = (b, 2*infty).W + (d, 0.8).W;",
}
SETS = ["", "a", "b", "a, b", "c", "a, b, c", "d"]


@st.composite
def systems(draw, deep=3):
    """A tree over the kinds: cooperations, hidings, arrays with and without sets; few leaves."""
    if deep == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(["P", "Q", "W"]))
    match draw(st.integers(0, 5)):
        case 0:
            return f"({draw(systems(deep=deep - 1))})/{{{draw(st.sampled_from(['c', 'd', 'b']))}}}"
        case 1:
            members = draw(st.sampled_from(["", "{a}", "{b}", "{a, b}"]))
            return f"({draw(systems(deep=deep - 1))})[2]{members}"
        case 2:  # the same part twice
            part = draw(systems(deep=deep - 1))
            return f"({part}) <{draw(st.sampled_from(SETS))}> ({part})"
        case _:
            one, other = draw(systems(deep=deep - 1)), draw(systems(deep=deep - 1))
            return f"({one}) <{draw(st.sampled_from(SETS))}> ({other})"


def spread(system):
    """Write arrays out as cooperations of their members."""
    while match := re.search(r"\(((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)\)\[2\](?:\{([^}]*)\})?", system):
        inner, actions = match[1], match[2] or ""
        system = f"{system[: match.start()]}(({inner}) <{actions}> ({inner})){system[match.end() :]}"
    return system


def renamed(system):
    """Return definitions and a system in which every leaf has names of its own."""
    definitions, number = [], 0

    def own(match):
        nonlocal number
        number += 1
        kind = match[0]
        definitions.append(re.sub(r"\b([PQW])(\d?)\b", rf"\1x{number}x\2", KINDS[kind]))
        return f"{kind}x{number}x"

    apart = re.sub(r"\b[PQW]\b", own, system)
    return "\n".join(definitions), apart


def figures(text):
    """Return throughputs and populations by name, members under names of their own counted together."""
    found = solve(text)
    counts = {}
    for name, value in found.measures.population.items():
        whole = re.sub(r"x\d+x", "", name)
        counts[whole] = counts.get(whole, 0.0) + value
    return dict(found.measures.throughput), counts, found.derived.space.size


@settings(max_examples=60)
@given(systems())
def test_copies_are_what_they_are_under_names_of_their_own(system):
    flat = spread(system)
    leaves = len(re.findall(r"\b[PQW]\b", flat))
    if not 2 <= leaves <= 6:
        return
    definitions, apart = renamed(flat)
    try:
        expected, members, size = figures(f"{definitions}\n{apart}")
    except PepaError:  # active and passive at once, or passive and never driven: then so are the copies
        with pytest.raises(PepaError):
            figures("\n".join(KINDS.values()) + f"\n{system}")
        return
    found, counted, joined = figures("\n".join(KINDS.values()) + f"\n{system}")
    assert joined <= size
    for action in expected:
        assert found.get(action, 0.0) == pytest.approx(expected[action], rel=1e-9, abs=1e-14)
    for name in members:
        assert counted.get(name, 0.0) == pytest.approx(members[name], rel=1e-9, abs=1e-14)
