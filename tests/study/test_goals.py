"""What a search finds and says of it: values near 0, values of either sign, bounds, and optima in closed form."""

import math

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.compile import load
from pepa.query.kind import Kind
from pepa.study.optimum import LEAST, MOST, NEARLY, Bounds, Goal, bounds, optimum

# one member that goes to and fro: in On with l / (l + m); n of them
MEMBERS = load("l = 2.0; m = 3.0; n = 4; Off = (on, l).On; On = (off, m).Off; Off[n]")[0]
# two lines without a queue (Erlang): blocked with a^2/2 / (1 + a + a^2/2)
LINES = load("a = 0.7; L0 = (call, a).L1; L1 = (call, a).L2 + (hang, 1).L0; L2 = (hang, 2).L1; L0")[0]


def found(model, goal, *within, budget=100, kind=Kind.EXACT, **overrides):
    return optimum(model, overrides, goal, within, Control(), budget, kind)


@pytest.mark.parametrize(
    ("measure", "root"),
    [
        ("population(On) - population(Off)", 3.0),
        ("throughput(on) * m / 12 + l - 2.5", (-3.5 + math.sqrt(3.5**2 + 4 * 7.5)) / 2),  # 3 l / (l + 3) + l = 2.5
        ("1000 * (population(On) - 1)", 1.0),
        ("(population(On) - 3) / 1e6", 9.0),
        ("probability(On = 4) - probability(Off = 4)", 3.0),
        ("1 / (population(Off) - 1.6) - 1 / 0.8", 2.0),
    ],
)
def test_a_difference_is_brought_to_nothing(measure, root):
    room = (1.0, 4.0) if measure.startswith("1 /") else (0.1, 50.0)  # within them it has no pole
    one = found(MEMBERS, Goal(measure, 0.0), Bounds("l", *room))
    assert one.met
    assert one.words == "met"
    assert one.parameters["l"] == pytest.approx(root, rel=1e-6)


def test_several_bring_a_difference_to_nothing():
    small = found(MEMBERS, Goal("(population(On) - 1) * 1e-7", 0.0), Bounds("l", 0.1, 10), Bounds("m", 0.1, 10))
    assert small.met
    assert 4 * small.parameters["l"] / sum(small.parameters.values()) == pytest.approx(1, rel=1e-6)
    large = found(MEMBERS, Goal("(population(On) - 1) * 1e7", 0.0), Bounds("l", 0.1, 10), Bounds("m", 0.1, 10))
    assert large.met
    assert 4 * large.parameters["l"] / sum(large.parameters.values()) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(
    ("measure", "wanted", "nearest"),
    [
        ("0 - l", 1.0, 0.1),
        ("0 - l", 0.0, 0.1),
        ("l + 3", 0.0, 0.1),
        ("l + 3", -1.0, 0.1),
        ("l - 30", 0.0, 20.0),
        ("l - 30", 5.0, 20.0),
        ("population(On)", 5.0, 20.0),
    ],
)
@pytest.mark.parametrize("others", [(), (Bounds("m", 2.9, 3.1),)])
def test_what_is_not_reached_is_come_nearest_to(measure, wanted, nearest, others):
    one = found(MEMBERS, Goal(measure, wanted), Bounds("l", 0.1, 20), *others)
    assert not one.met
    assert one.parameters["l"] == pytest.approx(nearest, rel=1e-6)
    looked = "was not reached" if others else f"is not reached at the {one.solves} points looked at"
    assert one.words.startswith(f"{wanted:g} {looked} within the bounds: ")
    assert "at a bound" not in one.words  # that is told of an optimum


@pytest.mark.parametrize(
    ("measure", "wanted", "size", "met"),
    [
        ("throughput(on) - 6", 0.0, 5, True),  # 1.2 n
        ("throughput(on) - 6.1", 0.0, 5, True),
        ("throughput(on) - 6.7", 0.0, 6, True),
        ("6.7 - throughput(on)", 0.0, 6, True),
        ("throughput(on) - 99", 0.0, 20, False),
        ("throughput(on) - 9", 100.0, 20, False),
        ("9 - throughput(on)", 100.0, 1, False),
        ("0 - throughput(on)", 1.0, 1, False),
    ],
)
def test_the_nearest_size_of_an_array(measure, wanted, size, met):
    one = found(MEMBERS, Goal(measure, wanted), Bounds("n", 1, 20))
    assert (one.parameters, one.met) == ({"n": size}, met)
    left, right = (1.2 * size if part == "throughput(on)" else float(part) for part in measure.split(" - "))
    assert one.value == pytest.approx(left - right, abs=1e-9)
    told = {
        "throughput(on) - 6": "met",
        "throughput(on) - 6.7": "the nearest of whole numbers: it is -0.7 at n = 5, 0.5 at n = 6",
        "throughput(on) - 9": "100 is not reached from n = 1 to 20",
    }
    assert one.words == told.get(measure, one.words)


@pytest.mark.parametrize("blocked", [0.5, 0.1, 0.01, 1e-4])
def test_the_load_at_which_so_many_calls_are_lost(blocked):
    one = found(LINES, Goal("population(L2)", blocked), bounds(LINES, {}, "a"))
    # (1 - b) a^2 / 2 - b a - b = 0
    half = (1 - blocked) / 2
    load_ = (blocked + math.sqrt(blocked**2 + 4 * half * blocked)) / (2 * half)
    assert one.met
    assert one.parameters["a"] == pytest.approx(load_, rel=1e-8)
    assert one.value == pytest.approx(blocked, rel=1e-9)


@pytest.mark.parametrize(("wanted", "sign"), [(LEAST, 1), (MOST, -1)])
@pytest.mark.parametrize(("price", "start"), [(0.1, 2.0), (0.05, 2.0), (0.1, 0.02), (0.1, 45.0)])
def test_an_optimum_within_its_bounds(wanted, sign, price, start):
    """The cost 3 / (l + 3) + p l is least where (l + 3)^2 = 3 / p; what is gained by it is most there."""
    measure = f"{sign} * (population(Off) / 4 + {price} * l)"
    one = found(MEMBERS, Goal(measure, wanted), Bounds("l", 0.01, 50), l=start)
    at = math.sqrt(3 / price) - 3
    assert one.met
    assert one.parameters["l"] == pytest.approx(at, rel=1e-3)
    assert one.value == pytest.approx(sign * (3 / (at + 3) + price * at), rel=1e-9)
    less = "less" if wanted == LEAST else "more"
    assert one.words == f"no point nearby has {less}: a local optimum within the bounds"


def test_bounds_that_hold_an_optimum_are_named():
    both = found(MEMBERS, Goal("throughput(on)", LEAST), Bounds("l", 0.5, 4), Bounds("m", 0.25, 2))
    assert both.words.endswith("a local optimum within the bounds; l, m at a bound")
    assert both.parameters == pytest.approx({"l": 0.5, "m": 0.25})
    one = found(MEMBERS, Goal("population(On) / 4 - 0.05 * l", MOST), Bounds("l", 0.5, 9), Bounds("m", 1, 2))
    assert one.words.endswith("; m at a bound")  # 1 / (l + 1)^2 = 0.05
    assert one.parameters == pytest.approx({"l": math.sqrt(20) - 1, "m": 1.0}, rel=1e-3)


SIZES = [
    ("throughput(on) / (4 + n ^ 2)", MOST, (1, 40), 2, "n = 1 or 3 has no more: a local optimum within the bounds"),
    ("throughput(on)", MOST, (1, 9), 9, "n = 8 has no more: a local optimum within the bounds; n at a bound"),
    ("throughput(on)", LEAST, (2.5, 9.5), 3, "n = 4 has no less: a local optimum within the bounds; n at a bound"),
    ("(throughput(on) - 7) ^ 2", LEAST, (1, 40), 6, "n = 5 or 7 has no less: a local optimum within the bounds"),
]


@pytest.mark.parametrize(("measure", "wanted", "room", "size", "words"), SIZES)
def test_sizes_that_are_best(measure, wanted, room, size, words):
    one = found(MEMBERS, Goal(measure, wanted), Bounds("n", *room))
    assert (one.parameters, one.met, one.words) == ({"n": size}, True, words)


def test_bounds_without_a_whole_number_between_them():
    with pytest.raises(PepaError, match=r"no whole number is from 2.2 to 2.8") as caught:
        found(MEMBERS, Goal("throughput(on)", MOST), Bounds("n", 2.2, 2.8))
    assert caught.value.hint == "as in n=1:10"


def test_a_size_is_asked_for_alone():
    with pytest.raises(PepaError, match="`n` is the size of an array") as caught:
        found(MEMBERS, Goal("throughput(on)", MOST), Bounds("l", 1, 2), Bounds("n", 1, 2))
    assert "pepa sweep MODEL n=1..10" in caught.value.hint


ROOM = """
n = 3; few = 0; p = 0.25; q = 0.5; slow = 0.5; fast = 40.0; gone = 0.0; w = infty;
P = (go, p * fast).Q + (stay, (1 - p) * fast).P + (gone, gone).P;
Q = (back, slow / (1 - q)).P;
S = (back, w).S;
(P[n] <back> S) || Q[few]
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("n", (1, 30)),
        ("few", (0, 10)),
        ("p", (0.0025, 1.0)),
        ("q", (0.005, NEARLY)),  # 1 - q is divided by
        ("slow", (0.005, 50)),
        ("fast", (0.4, 4000)),
    ],
)
def test_where_a_parameter_is_looked_for(name, expected):
    model, _ = load(ROOM)
    room = bounds(model, {}, name)
    assert (room.name, room.low, room.high) == (name, pytest.approx(expected[0]), pytest.approx(expected[1]))


def test_bounds_are_about_the_values_given():
    model, _ = load(ROOM)
    assert bounds(model, {"fast": 2.0}, "fast") == Bounds("fast", 0.02, 200)
    assert bounds(model, {"n": 50}, "n") == Bounds("n", 1, 500)


@pytest.mark.parametrize(("name", "hint"), [("gone", "give it bounds, as in gone=0.1:10"), ("w", "as in w=0.1:10")])
def test_what_has_no_value_to_start_from_needs_bounds(name, hint):
    with pytest.raises(PepaError, match=f"`{name}` has no positive value to start from") as caught:
        bounds(load(ROOM)[0], {}, name)
    assert hint in caught.value.hint


def test_a_budget_is_kept_to_and_the_best_so_far_is_told():
    costs = []
    for budget in (1, 3, 12):
        one = found(MEMBERS, Goal("population(Off) / 4 + 0.1 * l", LEAST), Bounds("l", 0.01, 50), budget=budget)
        assert (one.solves, one.met) == (budget, False)
        assert one.words.startswith(f"the budget of {budget} solutions is spent")
        assert one.value == pytest.approx(3 / (one.parameters["l"] + 3) + 0.1 * one.parameters["l"])
        costs.append(one.value)
    assert costs == sorted(costs, reverse=True)
    spent = found(MEMBERS, Goal("throughput(on)", 99.0), Bounds("n", 1, 200), budget=4)
    assert (spent.solves, spent.met, spent.words) == (4, False, "the budget of 4 solutions is spent")
    assert spent.value == pytest.approx(1.2 * spent.parameters["n"])


def test_progress_tells_the_solutions_and_what_each_came_to():
    told = []
    goal, within = Goal("throughput(on)", 1.0), [Bounds("l", 0.1, 10)]
    one = optimum(MEMBERS, {}, goal, within, Control(report=told.append), 50)
    steps = [progress for progress in told if progress.stage == "optimise"]
    assert [progress.done for progress in steps] == pytest.approx([n / 50 for n in range(1, one.solves + 1)])
    assert steps[0].message == "solution 1 of at most 50: 0.387097 at l = 0.1"
    with pytest.raises(KeyboardInterrupt):
        optimum(MEMBERS, {}, goal, within, Control(report=_cancel_at_the_third()), 50)


def _cancel_at_the_third():
    def report(progress):
        if progress.stage == "optimise" and progress.message.startswith("solution 3 "):
            raise KeyboardInterrupt

    return report


def test_the_fluid_finds_what_the_chain_does_where_nothing_cooperates():
    for goal, within in (
        (Goal("population(On) - population(Off)", 0.0), [Bounds("l", 0.1, 50)]),
        (Goal("throughput(on)", 2.0), [Bounds("l", 0.1, 50)]),
        (Goal("population(Off) / 4 + 0.1 * l", LEAST), [Bounds("l", 0.01, 50)]),
        (Goal("throughput(on)", 6.0), [Bounds("n", 1, 50)]),
    ):
        exact, fluid = (found(MEMBERS, goal, *within, kind=kind) for kind in (Kind.EXACT, Kind.FLUID))
        assert (exact.met, fluid.met) == (True, True)
        assert fluid.parameters == pytest.approx(exact.parameters, rel=1e-3)
        assert fluid.value == pytest.approx(exact.value, rel=1e-6, abs=1e-8)


def touching(at):
    """A model in which half of R rest where n is `at`, and more of them, the farther n is from it."""
    text = f"n = 4; P = (go, 1).Q; Q = (back, 3).P; R = (tick, 2 + (n - {at})^2).S; S = (tock, 2).R; P[n] || R"
    return load(text)[0]


@pytest.mark.parametrize(("at", "start"), [(11, 4), (2, 18), (19, 1), (20, 7)])
def test_a_size_that_alone_meets_a_number_is_found(at, start):
    one = found(touching(at), Goal("population(R)", 0.5), Bounds("n", 1, 24), n=start)
    assert (one.parameters, one.met, one.words) == ({"n": at}, True, "met")


def test_sizes_that_were_not_looked_at_are_not_said_to_miss():
    one = optimum(touching(331), {}, Goal("population(R)", 0.5), [Bounds("n", 1, 1000)], Control(), 40)
    assert not one.met
    assert "sizes looked at" in one.words or "budget" in one.words


@pytest.mark.parametrize(("low", "high", "roots"), [(0.3, 9, (2.1, 2.4)), (0.05, 40, (5, 5.9)), (1, 3, (1.02, 1.03))])
def test_two_near_values_that_meet_a_number(low, high, roots):
    # below, between and above the roots it is of the signs -, + and -
    one, other = roots
    goal = Goal(f"(l - {one}) * ({other} - l) + 0 * throughput(on)", 0.0)
    met = optimum(MEMBERS, {}, goal, [Bounds("l", low, high)], Control(), 200)
    assert met.met
    assert min(abs(met.parameters["l"] - root) for root in roots) < 1e-8


@pytest.mark.parametrize("bound", ["low", "high"])
def test_a_number_that_is_reached_at_a_bound_but_for_rounding(bound):
    low, high = 0.7, 11.3
    at = {"low": low, "high": high}[bound]
    wanted = (2 * at + 1) * (1 + (2e-16 if bound == "high" else -2e-16))
    one = optimum(MEMBERS, {}, Goal("2 * l + 1", wanted), [Bounds("l", low, high)], Control(), 200)
    assert (one.met, one.words) == (True, "met")
    assert one.parameters["l"] == pytest.approx(at, rel=1e-9)
