"""What gives a figure, against closed forms; what all states give is the figure."""

import pytest

from pepa.control.control import Control
from pepa.explore.origin import origins
from pepa.query.analysis import compile_text
from pepa.query.exact import exact_values
from pepa.query.expression import ExpressionError
from pepa.query.fluid import fluid_values
from pepa.query.named_measures import FIRST, MEASURES
from tests.models import model_text, solve

SWITCH = "l = 2.0; m = 3.0; n = 3; Off = (on, l).On; On = (off, m).Off; Off[n]"


def of(text, measure, **overrides):
    solved = solve(text, **overrides)
    return origins(measure, exact_values(solved), solved)


def test_states_of_a_population_are_binomial():
    (found,) = of(SWITCH, "population(On)")
    gives = {share.words: share.amount for share in found.states}
    assert gives["Off×2 On×1"] == pytest.approx(3 * 0.4 * 0.6**2)
    assert gives["On×3"] == pytest.approx(3 * 0.4**3)
    assert found.total == pytest.approx(found.value, rel=1e-14)
    assert not found.flows
    assert [(move.action, round(move.amount, 9)) for move in found.moves] == [("on", 3.6), ("off", -3.6)]


def test_moves_of_a_throughput_add_up_to_it():
    text = model_text("vm_launch")
    (found,) = of(text, "throughput(useVM)", p=0.2)
    assert found.flows
    assert sum(move.amount for move in found.moves) == pytest.approx(found.value, rel=1e-12)
    assert found.total == pytest.approx(found.value, rel=1e-12)
    (move,) = found.moves
    assert move.who == ("User: User3 → User",)
    assert text[move.spans[0].start : move.spans[0].end].replace(" ", "") == "useVM,r18"


def test_what_is_made_of_plain_measures_comes_from_each():
    found = of(SWITCH, "population(On) / n + throughput(on) * variance(On)")
    assert [one.measure for one in found] == ["population(On)", "throughput(on)"]
    assert [one.measure for one in of(SWITCH, "responsetime(On)")] == ["population(On)"]
    assert of(SWITCH, "probability(On >= 3)")[0].states[0].words == "On×3"


@pytest.mark.parametrize("function", [name for name in MEASURES if name not in ("passage", *FIRST)])
def test_the_states_give_what_a_measure_is_or_it_is_not_told_where_it_comes_from(function):
    inside = {"throughput": "on", "probability": "On >= 2", "visits": "On >= 2", "sojourn": "On >= 2"}
    found = of(SWITCH, f"{function}({inside.get(function, 'On')})")
    assert bool(found) == (function not in ("variance", "visits", "sojourn"))
    for one in found:
        assert one.total == pytest.approx(one.value, rel=1e-12)


def test_a_fluid_has_moves_alone():
    net = compile_text(SWITCH, {"n": 1000}).net
    (found,) = origins("throughput(on)", fluid_values(net, Control()), None)
    assert found.total is None
    assert not found.states
    assert found.moves[0].amount == pytest.approx(1200)


def test_what_is_no_measure():
    with pytest.raises(ExpressionError):
        of(SWITCH, "throughput(nothing)")
