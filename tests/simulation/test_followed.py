"""Passage times that are seen along a path: moves fed by hand, passages known beforehand."""

import math

import numpy as np
import pytest
from scipy import stats

from pepa.control.control import Control, LimitReached
from pepa.control.error import PepaError
from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.query.member import Local
from pepa.query.passage import questions
from pepa.query.simulated_passage import simulated_passage
from pepa.simulation import passages as watching
from pepa.simulation.passages import Marks, Passages, _Members, _Whole, moved

ROUND = "A = (a, 1).B; B = (b, 2).C; C = (c, 3).A; A"
NOWHERE = np.zeros(3, bool)


def view(text):
    return population(compile_text(text).net, fluid=False)


def inside(*places):
    return Local("", np.isin(np.arange(3), places))


def doing(action):
    return Local(action, NOWHERE)


@pytest.mark.parametrize(
    ("begin", "ends", "expected"),
    [
        (doing("a"), [doing("b")], [(False, True, False), (True, False, False), (False, False, False)]),
        (doing("a"), [doing("a")], [(True, True, False), (False, False, False), (False, False, False)]),
        (inside(1), [inside(2)], [(False, True, False), (True, False, True), (False, False, False)]),
        (inside(1, 2), [inside(0)], [(False, True, False), (False, False, False), (True, False, True)]),
        (doing("c"), [inside(0), doing("b")], [(False, False, False), (True, False, False), (True, True, True)]),
        (doing("c"), [inside(1), inside(2)], [(True, False, True), (True, False, True), (False, True, False)]),
    ],
)
def test_what_a_move_does_to_the_passages_of_its_member(begin, ends, expected):
    moves = [(0, 1, "a"), (1, 2, "b"), (2, 0, "c")]
    found = [moved(*move, begin, ends) for move in moves]
    assert [(one.ends, one.begins, one.at_once) for one in found] == expected
    assert [(one.source, one.target) for one in found] == [(0, 1), (1, 2), (2, 0)]


def seen(follower, events):
    return [round(passage, 9) for move, time in events for passage in follower.take(move, time)]


def effects(begin, *ends):
    return [moved(*move, begin, ends) for move in [(0, 1, "a"), (1, 2, "b"), (2, 0, "c")]]


def test_one_member_is_followed_from_each_beginning_to_the_next_end():
    events = [(0, 1.0), (1, 2.5), (2, 4.0), (0, 4.5), (1, 8.0), (2, 8.25)]
    assert seen(_Members(view(ROUND), 0, effects(doing("a"), doing("c")), 1), events) == [3.0, 3.75]
    assert seen(_Members(view(ROUND), 0, effects(doing("a"), doing("a")), 1), events) == [3.5]
    assert seen(_Members(view(ROUND), 0, effects(inside(1), inside(2)), 1), events) == [1.5, 3.5]
    assert seen(_Members(view(ROUND), 0, effects(doing("c"), inside(0)), 1), events) == [0.0, 0.0]
    assert seen(_Members(view(ROUND), 0, [None, *effects(doing("a"), doing("c"))[1:]], 1), events[:1]) == []


def test_passages_that_begin_before_an_end_all_end_there():
    """Twice round from a to c, where only every second c ends it: both that began are over then."""
    twice = "A = (a, 1).B; B = (back, 2).A + (c, 1).A; A"
    follower = _Members(view(twice), 0, [
        moved(0, 1, "a", Local("a", NOWHERE[:2]), [Local("c", NOWHERE[:2])]),
        moved(1, 0, "back", Local("a", NOWHERE[:2]), [Local("c", NOWHERE[:2])]),
        moved(1, 0, "c", Local("a", NOWHERE[:2]), [Local("c", NOWHERE[:2])]),
    ], 1)  # fmt: skip
    assert seen(follower, [(0, 1.0), (1, 2.0), (0, 3.0), (2, 7.0), (0, 8.0), (2, 8.5)]) == [6.0, 4.0, 0.5]


@pytest.mark.parametrize("seed", range(5))
def test_members_are_where_the_counts_say_whoever_moves(seed):
    shown = view("A = (a, 1).B; B = (b, 2).C; C = (c, 3).A; A[3] || B")
    follower = _Members(shown, 0, effects(doing("a"), doing("c")), seed)
    assert follower.size == 4
    for move in (0, 0, 1, 1, 0, 1, 2, 2, 1, 2, 2):
        list(follower.take(move, 1.0))
        assert sorted(one for place in follower._places for one in place) == [0, 1, 2, 3]
    assert [len(place) for place in follower._places] == [4, 0, 0]


def test_who_moves_is_by_chance_and_all_alike():
    """Of two members, the one that came first leaves first in half of all cases: passages of 3 and 1, or of 2 and 2."""
    ends = effects(inside(1), inside(2))
    cases = [
        tuple(seen(_Members(view("A = (a, 1).B; B = (b, 2).C; C = (c, 3).A; A[2]"), 0, ends, seed),
                   [(0, 0.0), (0, 1.0), (1, 2.0), (1, 3.0)]))
        for seed in range(300)
    ]  # fmt: skip
    assert set(cases) == {(2.0, 2.0), (1.0, 3.0)}
    assert 110 < cases.count((2.0, 2.0)) < 190


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_a_whole_model_is_seen_in_chunks_of_events(chunk, monkeypatch):
    monkeypatch.setattr(watching, "CHUNK", chunk)
    shown, looked = view("A = (a, 1).B; B = (b, 2).C; C = (c, 3).A; A[2]"), []

    def watch(moves, counts):
        looked.append(counts.T.tolist())
        return Marks(moves == 2, moves == 0, np.zeros(len(moves), bool))

    events = [(0, 1.0), (0, 2.0), (1, 3.0), (2, 5.0), (0, 6.0), (1, 6.5)]
    assert seen(_Whole(shown, watch), events) == [4.0, 3.0]
    states = [[2, 0, 0], [1, 1, 0], [0, 2, 0], [0, 1, 1], [1, 1, 0], [0, 2, 0], [0, 1, 1]]
    assert looked == [states[first : first + chunk + 1] for first in range(0, 6, chunk)]


def test_what_begins_where_it_ends_takes_no_time(monkeypatch):
    monkeypatch.setattr(watching, "CHUNK", 1)
    follower = _Whole(view(ROUND), lambda moves, _: Marks(moves == 1, moves >= 1, moves == 1))
    assert seen(follower, [(0, 1.0), (1, 2.0), (2, 3.0), (0, 4.0), (1, 6.0)]) == [0.0, 3.0, 0.0]


def known(times):
    return Passages(np.asarray(times, float), 0, 1)


def test_distributions_of_what_was_seen_are_those_of_the_sample():
    times = np.random.default_rng(1).permutation(np.arange(1, 4001) / 1000)
    found, half = known(times).arrived(np.array([0.0, 1.0, 2.5, 9.0]))
    assert found == pytest.approx([0, 0.25, 0.625, 1])
    assert half[[0, 3]] == pytest.approx(-math.log(0.05) / 4000)  # nothing varied: the rule of three
    share = np.sqrt(found * (1 - found) / 4000)
    assert half[1:3] == pytest.approx(1.96 * share[1:3], rel=0.5)
    mean, width = known(times).mean()
    assert mean == pytest.approx(2.0005)
    assert width == pytest.approx(1.96 * times.std() / math.sqrt(4000), rel=0.5)
    assert known(times).mean(0.5)[1] < 0.5 * width
    value, low, high = known(times).quantile(0.25)
    assert low < value < high
    assert value == pytest.approx(1.0, rel=1e-3)
    assert high - low == pytest.approx(2 * 1.96 * 4 * math.sqrt(0.25 * 0.75 / 4000), rel=0.6)
    assert known(times).quantile(0.25, 0.5)[2] < high


def test_quantiles_near_the_end_of_what_was_seen_have_no_upper_bound():
    value, low, high = known(np.arange(1, 201)).quantile(0.995)
    assert low < value
    assert high == math.inf


def test_one_part_after_the_other_is_left_out():
    found = [known(range(10)).without(part, 5).times.tolist() for part in range(5)]
    assert found[0] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert found[4] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert [sum(one) for one in found] == [44, 40, 36, 32, 28]


@pytest.mark.parametrize("member", ["A", ""])
def test_a_passage_of_one_component_is_its_stages(member):
    """b and c one after the other: hypoexponential. The same of the member and of the model, which it is alone."""
    found = simulated_passage(compile_text(ROUND).net, questions("a", ["c"], member), 4_000, 3, Control())
    assert len(found.times) == 4_000
    assert found.events >= 3 * 4_800
    mean, half = found.mean(0.999)
    assert abs(mean - (1 / 2 + 1 / 3)) < half < 0.1
    times = np.array([0.2, 0.8, 2.0])
    exact = 1 - 3 * np.exp(-2 * times) + 2 * np.exp(-3 * times)
    shares, widths = found.arrived(times, 0.999)
    assert (np.abs(shares - exact) < widths).all()
    assert found.times.var() == pytest.approx(1 / 4 + 1 / 9, rel=0.1)
    again = simulated_passage(compile_text(ROUND).net, questions("a", ["c"], member), 4_000, 3, Control())
    assert (again.times == found.times).all()


def test_members_of_an_array_have_passages_of_their_own():
    """One after the other at rates of 1, 2 and 3 is the last of three at rate 1 (Renyi 1953)."""
    found = simulated_passage(compile_text(ROUND + "[30]").net, questions("a", ["a"], "A"), 3_000, 2, Control())
    mean, half = found.mean(0.999)
    assert abs(mean - (1 + 1 / 2 + 1 / 3)) < half
    assert stats.kstest(found.times, lambda time: (1 - np.exp(-time)) ** 3).pvalue > 0.001


@pytest.mark.parametrize(
    ("text", "question", "error", "said"),
    [
        (ROUND, ("a", ["c"], 5), PepaError, "5 passages are too few"),
        ("A = (a, 1).B; B = (c, 1).C; C = (d, 1).C; R = (z, 1).R; A <d, z> R",
         ("a", ["c"], 400), PepaError, "deadlock"),
    ],
)  # fmt: skip
def test_what_is_no_passage_to_simulate(text, question, error, said):
    begin, ends, number = question
    with pytest.raises(error, match=said):
        simulated_passage(compile_text(text).net, questions(begin, ends, "A"), number, 1, Control())


@pytest.mark.parametrize(("most", "fruitless", "said"), [(2_000, 10**9, "passages ended"), (10**9, 1_000, "0 of")])
def test_passages_that_come_too_seldom_are_no_answer(most, fruitless, said, monkeypatch):
    monkeypatch.setattr(watching, "MOST_EVENTS", most)
    monkeypatch.setattr(watching, "FRUITLESS", fruitless)
    text = f"A = (a, 1).B; B = (b, 1).A + (c, {0.05 if most == 2_000 else 1e-12}).A; A"
    with pytest.raises(LimitReached, match=said) as error:
        simulated_passage(compile_text(text).net, questions("a", ["c"], "A"), 1_000, 1, Control())
    assert ("fewer passages" in error.value.hint) is (most == 2_000)
