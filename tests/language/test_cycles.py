"""Definitions made of each other, held against what can be reached along them."""

from hypothesis import given
from hypothesis import strategies as st

from pepa.language.cycles import chained, components, cycles

NAMES = "abcdefg"
GRAPHS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3))


def reached(uses, start):
    """Return what is come to from a name by at least one step."""
    found, stack = set(), [start]
    while stack:
        for used in uses.get(stack.pop(), ()):
            if used in uses and used not in found:
                found.add(used)
                stack.append(used)
    return found


def distance(uses, start):
    """Return the fewest steps from a name back to it."""
    steps, edge = 1, {used for used in uses[start] if used in uses}
    while start not in edge:
        edge |= {used for name in edge for used in uses[name] if used in uses}
        steps += 1
    return steps


@given(GRAPHS)
def test_components_are_what_reach_each_other_and_come_after_what_they_use(uses):
    found = list(components(uses))
    assert sorted(name for component in found for name in component) == sorted(uses)
    at = {name: place for place, component in enumerate(found) for name in component}
    for name in uses:
        assert all(at[used] <= at[name] for used in reached(uses, name))
        together = {other for other in uses if other in reached(uses, name) and name in reached(uses, other)} | {name}
        assert set(found[at[name]]) == together


@given(GRAPHS)
def test_of_each_circle_a_shortest_way_round_is_told(uses):
    found = list(cycles(uses))
    assert {name for name in uses if name in reached(uses, name)} == {
        name for component in components(uses) for name in component if set(component) & {one[0] for one in found}
    }
    for cycle in found:
        assert all(after in uses[before] for before, after in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        assert len(cycle) == len(set(cycle)) == distance(uses, cycle[0])


@given(st.integers(1, 12))
def test_of_many_names_the_middle_is_counted(number):
    names = [f"n{place}" for place in range(number)]
    told = chained(names).split(" -> ")
    if number <= 6:
        assert told == names
    else:
        assert (told[:4], told[-1]) == (names[:4], names[-1])
        assert told[4:-1] == [f"... {number - 5} more ..."]
