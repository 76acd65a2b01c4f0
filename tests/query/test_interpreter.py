"""One meaning of operators wherever expressions stand: in measures, in states, in properties, in claims."""

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.net.compile import load
from pepa.query.exact import exact_values
from pepa.query.expression import ExpressionError, parse
from pepa.query.measure import measured
from pepa.query.sensitivity import Sensitivities
from pepa.query.states import ChainStates, state_values
from pepa.study.claims import Claim, Results, judged
from tests.models import model_text, solve

MODEL = "n = 2; P = (a, 1).Q; Q = (b, 2).P;\nP[n]"
NUMBERS = {
    "2 ^ 3 + 1 / 4 - -1": 9.25,
    "2 ** 3 ** 1": 8.0,
    "n * 3": 6.0,
    "(1 < 2) + (1 = 1)": 2.0,
    "4 / 8 * 2": 1.0,
}
TRUTHS = {
    "0.1 + 0.2 = 0.3": True,
    "0.1 + 0.2 != 0.3": False,
    "1 = 1.0000001": False,
    "1 < 2 & !(2 < 1)": True,
    "1 > 2 => 3 > 4": True,
    "1 >= 1 | 1 / 1 > 2": True,
}
RESULTS = Results({"n": np.array([2.0, 2.0])}, set(), {})


@pytest.fixture(scope="module")
def solved():
    return solve(MODEL)


def in_states(text, solved):
    values = state_values(text, parse(text), ChainStates(solved.derived.space, solved.derived.net))
    assert len(set(values.tolist())) == 1
    return values[0]


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_numbers_are_the_same_everywhere(text, value, solved):
    assert measured(text, exact_values(solved)) == pytest.approx(value)
    assert in_states(text, solved) == pytest.approx(value)
    assert judged(Claim("", f"{text} = {value}"), RESULTS).holds is True


@pytest.mark.parametrize(("text", "truth"), TRUTHS.items())
def test_truths_are_the_same_everywhere(text, truth, solved):
    assert measured(text, exact_values(solved)) == truth
    assert in_states(text, solved) == truth
    assert judged(Claim("", text), RESULTS).holds is truth


@pytest.mark.parametrize("text", ["1 / 0 > 1", "!(0 / 0 = 0)", "(-8) ^ 0.5 < 1", "0 ^ -1 >= 0"])
def test_what_is_no_number_is_compared_nowhere(text, solved):
    with pytest.raises(ExpressionError, match="compares what is not a number"):
        measured(text, exact_values(solved))
    with pytest.raises(ExpressionError, match="compares what is not a number"):
        in_states(text, solved)
    assert judged(Claim("", text), RESULTS).holds is None


@pytest.mark.parametrize("rate", [1e-3, 1e-6, 0.1, 7e-11])
def test_of_figures_that_are_the_same_none_is_less(rate):
    text = f"A = (go, 0.7).B + (stray, {rate}).Z; B = (back, 1.3).A; Z = (home, 1e-5).A; A"
    values = exact_values(solve(text))
    truth = {"<": 0, "<=": 1, "=": 1, ">=": 1, ">": 0, "!=": 0}
    for sign, holds in truth.items():
        assert measured(f"throughput(go) {sign} throughput(back)", values) == holds
        assert measured(f"throughput(go) {sign} throughput(back) * (1 + 1e-12)", values) == holds
    assert measured("throughput(go) < throughput(back) * (1 + 1e-6)", values) == 1


def test_what_rounding_makes_is_no_derivative():
    model = "r = 3.0; b = 0.1; P = (on, r).Q; Q = (off, 2.0).P; R = (x, b).S; S = (y, 0.7).R; P[3] || R[2]"
    found = Sensitivities(load(model)[0], {}, solve(model), Control()).of("responsetime(Q)")
    assert {one.name: one.elasticity for one in found.influences} == {"r": 0, "b": 0}


@pytest.mark.parametrize("text", ["!3", "1 & 2 > 1", "(1 + 1) => 2 > 1"])
def test_numbers_are_no_truths_anywhere(text, solved):
    for ask in (measured, lambda text, _: in_states(text, solved), lambda text, _: judged(Claim("", text), RESULTS)):
        with pytest.raises(ExpressionError, match="expected something true or false"):
            ask(text, exact_values(solved))


@pytest.mark.parametrize("power", ["throughput(serve) ^ 3", "throughput(serve) ** 3"])
def test_a_power_has_the_derivative_of_the_product(power):
    solved = solve(model_text("queue"))
    each = Sensitivities(load(model_text("queue"))[0], {}, solved, Control())
    product = each.of("throughput(serve) * throughput(serve) * throughput(serve)", sizes=False)
    for one, other in zip(each.of(power, sizes=False).influences, product.influences, strict=True):
        assert one.elasticity == pytest.approx(other.elasticity, rel=1e-9)


def test_whole_states_of_composites_are_members_like_others():
    text = "A = (a, 1).B; B = (b, 2).A; C = (a, 3).D; D = (c, 1).C;\n(A <a> C)[3]"
    values = exact_values(solve(text))
    whole = [measured(f'population("{label}")', values) for label in ("A|C", "A|D", "B|C", "B|D")]
    assert sum(whole) == pytest.approx(3)
    assert whole[0] + whole[1] == pytest.approx(measured("population(A)", values))
    assert measured('mean("A|C")', values) == pytest.approx(whole[0])
    assert measured('utilisation("A|C") * 3', values) == pytest.approx(whole[0])
    arrivals = measured('population("A|C") / responsetime("A|C")', values)
    assert arrivals == pytest.approx(measured("throughput(a)", values))  # `A|C` is left by `a` alone
