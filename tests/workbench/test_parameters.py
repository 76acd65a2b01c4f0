"""Parameters defined through others follow what is turned, as the core has it."""

import math
import random

import pytest

from pepa.language.problem import ModelError
from pepa.language.rates import in_order, parameter_values
from pepa.net.compile import load
from pepa.query.report import parameter_value
from workbench.parameters import Parameters, through

TEXT = """a = 2.0; b = 2 * a; p = 0.25; q = 1 - p; n = 3; m = n + 1; c = (b - a)^2 / (q * -n) + a/4/2; d = -c * -a - p;
w = 3*infty; v = w * a; t = infty; u = t; half = 1 / 2; e = 10^-(a/3);
P = (x, a).P; P[n]
"""


def parameters(text):
    model = load(text)[0]
    order = in_order({definition.name.text: definition for definition in model.rates})
    written = {name: parameter_value(rate) for name, rate in parameter_values(model).items()}
    return model, Parameters(written, through(model, order))


def test_random_values_of_some_are_what_the_core_makes_of_them():
    model, known = parameters(TEXT)
    chance = random.Random(5)
    active = [name for name, value in known.written.items() if not isinstance(value, str)]
    for _ in range(300):
        overrides = {name: chance.choice([0.5, 1.0, 3.0, 7.25]) for name in chance.sample(active, chance.randrange(4))}
        try:
            core = {name: parameter_value(rate) for name, rate in parameter_values(model, overrides).items()}
        except ModelError:
            assert any(value != value for value in known.at(overrides).values())  # nan
        else:
            assert known.at(overrides) == pytest.approx(core, rel=1e-15)


@pytest.mark.parametrize("overrides", [{"q": 0.0}, {"n": 0.0}, {"b": -1e300}, {"a": 1e308}])
def test_what_has_no_value_is_no_number(overrides):
    model, known = parameters(TEXT)
    with pytest.raises(ModelError):
        parameter_values(model, overrides)
    assert any(isinstance(value, float) and math.isnan(value) for value in known.at(overrides).values())


def test_an_override_is_left_out_where_the_value_is_there_without_it():
    _, known = parameters(TEXT)
    assert known.turned({"a": 4.0}, "b", 8.0) == {"a": 4.0}
    assert known.turned({"a": 4.0}, "b", 4.0) == {"a": 4.0, "b": 4.0}  # what the text says is not what it would be
    assert known.turned({"a": 4.0}, "a", 2.0) == {}
    assert known.needed({"a": 2.0, "b": 4.0, "p": 0.5}) == {"b": 4.0, "p": 0.5}


def test_a_deep_expression_and_a_long_chain():
    deep = "(" * 150 + "a" + " + 1)" * 150
    text = f"a = 1; r0 = {deep};" + "".join(f"r{n} = r{n - 1} * 1;" for n in range(1, 2000)) + "P = (x, r1999).P; P"
    _, known = parameters(text)
    assert known.at({"a": 2.0})["r1999"] == 152
