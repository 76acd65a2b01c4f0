"""Places, names and moves of a net: what is counted where, by names of local derivatives and of whole composites."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.control.control import LimitReached
from pepa.control.error import PepaError
from pepa.population import population as populations
from pepa.population.population import population, steepness
from pepa.population.program import scalar_rates
from pepa.query.analysis import compile_text

TEAM = "A = (a, 1).B; B = (b, 2).A; C = (a, infty).D; D = (c, 3).C; S = A <a> C;\nS[2] || A[3]"
WAITING = "P = (a, 2).P1; P1 = (b, 3).P; Q = (a, infty).Q1; Q1 = (c, 5).Q;\nP[{}] <a> Q[{}]".format
LONE = "P = (a, 1).R + (c, 2).P; R = (x, infty).P; Z = (d, 1).Z;\nP <a> Z"  # nobody ever comes to R


def view_of(text, **options):
    return population(compile_text(text).net, **{"fluid": False, **options})


def test_a_composite_counts_for_each_of_its_parts():
    view = view_of(TEAM)
    assert set(view.held) == {"A", "B", "C", "D"}
    assert view.labels[:1] == ("A|C",)
    assert sorted(view.labels) == ["A", "A|C", "A|D", "B", "B|C", "B|D"]
    counts = np.array([{"A|C": 2.0, "A": 3.0}.get(label, 0.0) for label in view.labels])
    assert view.initial.tolist() == counts.tolist()
    assert view.populations(counts) == {"A": 5.0, "B": 0.0, "C": 2.0, "D": 0.0}
    assert view.compounds(counts) == {"A|C": 2.0, "A|D": 0.0, "B|C": 0.0, "B|D": 0.0}


def test_composites_in_several_groups_are_counted_together():
    view = view_of(TEAM.replace("S[2] || A[3]", "S[2] <b> S[3]"))
    assert len(view.net.groups) == 2
    assert sorted(view.compounds(np.arange(8.0)).values()) == [0.0 + 4, 1.0 + 5, 2.0 + 6, 3.0 + 7]


def test_a_composite_of_two_alike_counts_for_two():
    view = view_of("A = (a, 1).B; B = (b, 2).A; S = A <a> A;\nS[2]")
    assert view.populations(view.initial) == {"A": 4.0, "B": 0.0}
    both = np.array([2.0 * (label == "B[2]") for label in view.labels])
    assert view.populations(both) == {"A": 0.0, "B": 4.0}


@given(st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_populations_by_name_are_sums_over_what_holds_it(counts):
    view = view_of(TEAM)
    by_place = dict(zip(view.labels, counts, strict=True))
    expected = {name: sum(count for label, count in by_place.items() if name in label.split("|")) for name in "ABCD"}
    assert view.populations(np.array(counts, float)) == expected


def test_places_of_one_name_in_several_groups_have_their_groups_before_it():
    view = view_of("P = (a, 1).R; R = (b, 1).P; Q = (c, 1).P;\nP[2] <b> Q")
    assert [label.partition(".")[2] for label in view.labels] == ["P", "R", "", "P", "R"]
    assert view.labels[2] == "Q"
    assert len(set(view.labels)) == 5
    assert view.group.tolist() == [0, 0, 1, 1, 1]
    assert view.held["P"] == ((0, 1), (3, 1))


def test_each_move_changes_those_who_take_part_and_counts_for_its_action():
    view = view_of(WAITING(3, 4))
    at = {label: place for place, label in enumerate(view.labels)}
    changes = {action: [view.change[move] for move in moves] for action, moves in view.doing.items()}
    (ask,) = changes["a"]
    assert {label: ask[place] for label, place in at.items()} == {"P": -1, "P1": 1, "Q": -1, "Q1": 1}
    rates = scalar_rates(view)([3.0, 0.0, 4.0, 0.0])
    assert view.throughputs(np.array(rates)) == {"a": pytest.approx(6.0), "b": 0.0, "c": 0.0}


def test_moves_that_nobody_drives_have_no_rate_but_a_place_in_the_flow():
    view = view_of(LONE)
    net = view.net
    assert len(view.rates) == len(net.moves) - 1
    flow = view.flow(np.arange(1.0, 1.0 + len(view.rates)))
    assert [value == 0 for value in flow] == [move.passive for move in net.moves]
    assert flow[flow > 0].tolist() == list(np.arange(1.0, 1.0 + len(view.rates)))
    assert not view.passive
    assert view.paces == {1.0, 2.0}
    assert view_of(WAITING(1, 1)).passive
    assert view_of(WAITING(1, 1)).paces == {2.0, 3.0, 5.0}


@pytest.mark.parametrize(("waiting", "part"), [(0.0, 0.0), (0.5, 0.5), (0.75, 0.75), (1.0, 1.0), (8.0, 1.0)])
def test_in_a_fluid_a_part_of_a_member_who_waits_is_enough(waiting, part):
    view = view_of(WAITING(3, 4), fluid=True, steep=10.0)
    place = view.labels.index("Q")
    counts = [3.0, 0.0, 4.0, 0.0]
    counts[place] = waiting / 10.0
    (move,) = view.doing["a"]
    assert scalar_rates(view)(counts)[move] == pytest.approx(6.0 * part)
    assert view.waiting == {place}
    assert view.steep == 10.0


def test_what_is_enough_depends_on_how_many_there_are():
    assert steepness(compile_text(WAITING(3, 4)).net) == 1e6
    assert steepness(compile_text(WAITING(15_000, 5_000)).net) == pytest.approx(1e10 / 20_000)
    assert steepness(compile_text(WAITING(10**9, 1)).net) == 1e2
    assert steepness(compile_text(WAITING(0, 0)).net) == 1e6
    assert view_of(WAITING(15_000, 5_000), fluid=True).steep == pytest.approx(5e5)


def test_a_table_of_changes_too_large_is_refused_and_the_largest_is_not(monkeypatch):
    net = compile_text(WAITING(3, 4)).net
    monkeypatch.setattr(populations, "MOST_ENTRIES", 12)
    assert population(net, fluid=False).change.shape == (3, 4)
    monkeypatch.setattr(populations, "MOST_ENTRIES", 11)
    with pytest.raises(LimitReached, match="4 local derivatives with 3 moves are too many"):
        population(net, fluid=False)


def test_in_a_fluid_nobody_is_active_and_passive_on_one_action():
    mixed = "P = (a, 1).P1; P1 = (a, infty).P; Q = (a, 2).Q;\nP[2] <a> Q"
    with pytest.raises(PepaError, match="both active and passive on `a`"):
        view_of(mixed, fluid=True)
    assert len(view_of(mixed).rates) > 1
