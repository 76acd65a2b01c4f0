"""State expressions and joint distributions against plain counting, in a chain and in samples of the same states."""

from collections import defaultdict

import numpy as np
import pytest

from pepa.control.error import PepaError
from pepa.net.compile import compile_model, load
from pepa.population.population import population
from pepa.query.expression import ExpressionError, parse
from pepa.query.joint import Axis, Joint, cells, joint, moments, together
from pepa.query.joint_report import joint_report
from pepa.query.states import ChainStates, NoStates, SampledStates, parameter, state_values
from tests.models import derive, solve

TEXT = """
r = 2.0; w = infty; n = 3;
P = (a, r).Q + (go, 1).R; Q = (b, 1).P; R = (c, 4).P;
S = (a, 3).T; T = (d, 1).S + (die, 0.1).Stop; Stop = (x, 0).Stop;
V = (c, w).V;
(P[n] <a> S) <c> V
"""


@pytest.fixture(scope="module")
def solved():
    return solve(TEXT.replace("(die, 0.1)", "(die, 0.0)"))


@pytest.fixture(scope="module")
def derived():
    return derive(TEXT)


class Told(dict):
    """The counts of a state by group and label, and the actions that it can do."""

    can: set


def everything(derived):
    """Return each state as its transitions alone tell it."""
    space, net = derived.space, derived.net
    doing = defaultdict(set)
    for source, move in zip(space.source.tolist(), space.move.tolist(), strict=True):
        doing[source].add(net.moves[move].action)
    found = []
    for state in range(space.size):
        held = Told()
        for group, numbers in zip(net.groups, space.counts(state), strict=True):
            held |= {(group.name, label): one for label, one in zip(group.component.labels, numbers, strict=True)}
        held.can = doing[state]
        found.append(held)
    return found


QUESTIONS = {
    "P": lambda s: s["P", "P"],
    "P.P + 2 * R": lambda s: s["P", "P"] + 2 * s["P", "R"],
    "S.T": lambda s: s["S", "T"],
    "enabled(a)": lambda s: "a" in s.can,
    "enabled(die) | enabled(c)": lambda s: bool(s.can & {"die", "c"}),
    "!enabled(b)": lambda s: "b" not in s.can,
    "deadlock": lambda s: not s.can,
    "init": lambda s: s["P", "P"] == 3 and s["S", "S"] == 1,
    "true & !false": lambda s: len(s) > 0,
    "P > r": lambda s: s["P", "P"] > 2,
    "P >= r & T = 1 => R < n": lambda s: not (s["P", "P"] >= 2 and s["S", "T"]) or s["P", "R"] < 3,
    "R ^ r - P / r": lambda s: s["P", "R"] ** 2 - s["P", "P"] / 2,
    "(T = 1) + (R = 1)": lambda s: s["S", "T"] + (s["P", "R"] == 1),
}


@pytest.mark.parametrize("text", QUESTIONS)
def test_an_expression_has_its_value_in_every_state(derived, text):
    expected = [QUESTIONS[text](one) for one in everything(derived)]
    states = ChainStates(derived.space, derived.net, derived.classes)
    found = state_values(text, parse(text), states)
    assert found.shape == (derived.space.size,)
    assert found.tolist() == pytest.approx(expected)
    view = population(derived.net, fluid=False)
    counts = np.array([[n for group in derived.space.counts(s) for n in group] for s in range(derived.space.size)]).T
    sampled = state_values(text, parse(text), SampledStates(view, counts))
    assert sampled.tolist() == found.tolist()
    assert sampled.dtype == found.dtype


def test_samples_know_neither_classes_nor_probabilities(derived):
    view = population(derived.net, fluid=False)
    sampled = SampledStates(view, np.array([[n for group in derived.space.counts(0) for n in group]]).T)
    for name, verb in (("transient", "derive"), ("probability", "solve")):
        with pytest.raises(ExpressionError, match=f"`{name}` of a state is not known here") as caught:
            state_values(f"P + 1 > 0 & {name}", parse(f"P + 1 > 0 & {name}"), sampled)
        assert caught.value.hint == f"{verb} the model exactly"
        assert caught.value.span.start == len("P + 1 > 0 & ")


def test_kinds_number_classes_then_deadlocks_then_what_is_transient():
    derived = derive(
        "S = (go, 1).A + (go, 1).B + (off, 1).Z; A = (x, 1).A2; A2 = (x, 1).A; B = (y, 1).B; Z = (z, 0).Z; S"
    )
    states = ChainStates(derived.space, derived.net, derived.classes)
    kinds = dict(
        zip("SABZ", ({int(k) for k in states.kinds()[states.count(n, None) > 0]} for n in "SABZ"), strict=True)
    )
    recurrent = len(derived.classes.recurrent)
    assert kinds["S"] == {recurrent + 1}
    assert kinds["Z"] == {recurrent}
    assert kinds["A"] != kinds["B"]
    assert max(*kinds["A"], *kinds["B"]) < recurrent
    assert states.transient().tolist() == (states.kinds() == recurrent + 1).tolist()


def test_how_often_states_are_entered_is_the_rate_into_them_from_outside(derived):
    states = ChainStates(derived.space, derived.net)
    inside = states.count("R", None) >= 1
    rate = np.zeros(derived.space.size)
    for source, target, one in zip(derived.chain.source, derived.chain.target, derived.chain.rate, strict=True):
        if not inside[source] and inside[target]:
            rate[source] += one
    assert states.entering(inside) == pytest.approx(rate)
    assert not states.entering(inside)[inside].any()


@pytest.mark.parametrize(
    ("text", "said", "hint", "marked"),
    [
        ("P > 1 & Z = 1", "`Z` is no local derivative", "they are", "Z"),
        ("P.S = 1 | X.P = 1", "`X` is no group", "they are P, S, V", "X.P"),
        ("a > 1", "`a` is an action: it has no value in a state", "in a state enabled(a)", "a"),
        ("enabled(z)", "`z` is no action", "they are", "enabled(z)"),
        ("1 + throughput(a)", "`throughput` has no value in one state", "enabled(action)", "throughput(a)"),
        ("enabled(P.a)", "`enabled` has no value in one state", "", "enabled(P.a)"),
        ("P=? [ F P = 1 ] > 0", "what may happen has no value in one state", "ask `pepa query`", "P=? [ F P = 1 ]"),
        ("w > 1", "`w` is no local derivative", "", "w"),
        ("P & true", "expected something true or false", "as in User3 >= 2", "P"),
        ("1 / P > 0", "it compares what is not a number in", "compare products", "1 / P > 0"),
    ],
)
def test_what_has_no_value_in_a_state_is_marked(derived, text, said, hint, marked):
    states = ChainStates(derived.space, derived.net, derived.classes)
    with pytest.raises(ExpressionError) as caught:
        state_values(text, parse(text), states)
    assert caught.value.said.startswith(said)
    assert hint in caught.value.hint
    assert text[caught.value.span.start : caught.value.span.end] == marked


def test_before_anything_is_derived_names_are_known_and_nothing_is_compared_in_vain():
    net = compile_model(load(TEXT)[0], {})
    assert state_values("P / R > 1", parse("P / R > 1"), NoStates(net)).shape == (1,)
    for name in ("init", "deadlock", "transient", "probability > 0", "enabled(a)", "P.P > r"):
        assert state_values(name, parse(name), NoStates(net)).dtype == np.bool_
    with pytest.raises(ExpressionError, match="no local derivative"):
        state_values("Z", parse("Z"), NoStates(net))


def test_parameters_that_count_in_expressions():
    net = compile_model(load(TEXT)[0], {"r": 5.0})
    assert [parameter(name, net) for name in ("r", "n", "w", "P", "nothing")] == [5.0, 3.0, None, None, None]


# Joint distributions

JOINED = [
    ["P", "T"],
    ["P + R", "T", "enabled(a)"],
    ["S", "P >= 2"],
    ["P[]"],
    ["P[]", "S", "R / 2"],
    ["P - R", "Q * T"],
]


def value_of(text, held):
    """Return the label of one axis in one state, worked out by hand."""
    if text == "S":
        return next(label for (group, label), number in held.items() if group == "S" and number)
    if text == "P[]":
        return " ".join(f"{label}×{held['P', label]}" for label in ("P", "Q", "R") if held["P", label])
    names = {name: held["P", name] for name in ("P", "Q", "R")} | {"T": held["S", "T"]}
    if text.startswith("enabled"):
        return "yes" if text[8:-1] in held.can else "no"
    found = eval(text, {}, names)
    return ("no", "yes")[found] if isinstance(found, bool) else f"{found:g}"


@pytest.mark.parametrize("texts", JOINED, ids=", ".join)
@pytest.mark.parametrize("dense", [True, False])
def test_a_joint_distribution_is_the_sum_over_states_one_by_one(monkeypatch, solved, texts, dense):
    if not dense:
        monkeypatch.setattr("pepa.query.joint.DENSE", 1)
    expected, number = defaultdict(float), defaultdict(int)
    for held, chance in zip(everything(solved.derived), solved.steady.probability.tolist(), strict=True):
        key = tuple(value_of(text, held) for text in texts)
        expected[key] += chance
        number[key] += 1
    found = joint(texts, solved)
    labels = [tuple(axis.labels[i] for axis, i in zip(found.axes, cell, strict=True)) for cell in found.cells.tolist()]
    assert set(labels) == set(expected)
    assert found.cells.tolist() == sorted(found.cells.tolist())
    assert dict(zip(labels, found.probability.tolist(), strict=True)) == pytest.approx(dict(expected))
    assert dict(zip(labels, found.states.tolist(), strict=True)) == number
    for place, axis in enumerate(found.axes):
        if axis.numbers is not None:
            assert list(axis.numbers) == sorted(axis.numbers)
            marginal = np.bincount(found.cells[:, place], found.probability, len(axis.labels))
            mean, variance = moments(axis, marginal)
            assert mean == pytest.approx(sum(p * v for p, v in zip(marginal, axis.numbers, strict=True)))
            assert variance == pytest.approx(
                sum(p * v * v for p, v in zip(marginal, axis.numbers, strict=True)) - mean**2
            )


def test_too_many_values_and_unknown_components_are_refused(monkeypatch, solved):
    monkeypatch.setattr("pepa.query.joint.MOST_VALUES", 2)
    for text in ("P", "P[]", "P / 3"):
        with pytest.raises(PepaError, match="has more than 2 values") as caught:
            cells([text], solved.derived)
        assert caught.value.hint == "ask for a coarser expression, or fewer"
    with pytest.raises(PepaError, match="`Z` is no component of this model") as caught:
        cells(["Z[]"], solved.derived)
    assert caught.value.hint == "they are P, S, V"


def test_values_that_rounding_alone_tells_apart_are_one(solved):
    found = joint(["P / 3 + R / 3 + Q / 3"], solved)
    assert found.axes[0].labels == ("1",)
    assert found.probability == pytest.approx([1])


def test_the_marginals_of_a_report_are_those_of_each_alone(solved):
    both = joint_report(["P", "T"], solved)
    for place, text in enumerate(("P", "T")):
        alone = joint_report([text], solved)
        sums = [0.0] * len(alone["axes"][0]["values"])
        for cell, chance in zip(both["cells"], both["probability"], strict=True):
            sums[cell[place]] += chance
        assert sums == pytest.approx(alone["probability"])
        assert both["axes"][place]["mean"] == pytest.approx(alone["axes"][0]["mean"])
        assert both["axes"][place]["variance"] == pytest.approx(alone["axes"][0]["variance"])


def test_distributions_over_other_values_are_put_together_by_their_values():
    def one(numbers, chances):
        axis = Axis("x", tuple(f"{n:g}" for n in numbers), tuple(numbers), tuple(f"x = {n:g}" for n in numbers))
        return Joint((axis,), np.arange(len(numbers))[:, None], np.array(chances), np.arange(1, len(numbers) + 1))

    axes, found, states, probability = together([one([1.0, 10.0], [0.5, 0.5]), one([2.0, 10.0, 1.0], [0.2, 0.3, 0.5])])
    assert axes[0].numbers == (1.0, 2.0, 10.0)  # by number, not by text
    assert axes[0].conditions == ("x = 1", "x = 2", "x = 10")
    assert found.tolist() == [[0], [1], [2]]
    assert probability.tolist() == [[0.5, 0.0, 0.5], [0.5, 0.2, 0.3]]
    assert states.tolist() == [3, 1, 2]
