"""What is typed for a parameter."""

import pytest

from pepa.control.error import PepaError
from pepa.query.analysis import compile_text
from workbench.engine.worth import worth

TEXT = "lam = 0.5;\nmu = infty;\nn = 3;\nP = (a, lam).(b, 2.0).P;\nQ = (a, mu).Q;\nP[n] <a> Q\n"


@pytest.fixture(scope="module")
def net():
    return compile_text(TEXT, {}).net


def test_an_expression_is_of_parameters_as_they_are(net):
    assert worth("2 * lam + n", net) == 4.0
    assert worth(" 1e-3 ", net) == 1e-3
    assert worth("lam", compile_text(TEXT, {"lam": 4.0}).net) == 4.0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1/0", "`1/0` is not a finite number"),
        ("0/0", "is not a finite number"),
        ("1e400", "is not a finite number"),
        ("1e200", "too large"),
        ("lm", "`lm` is no parameter"),
        ("throughput(a)", "it is of parameters and numbers alone"),
        ("mu", "`mu` is passive"),
        ("2 *", "end"),
        ("", "an expression is missing"),
    ],
)
def test_what_is_no_value_is_told(net, typed, said):
    with pytest.raises(PepaError) as refused:
        worth(typed, net)
    assert said in refused.value.message


def test_a_name_close_to_one_is_offered(net):
    with pytest.raises(PepaError) as refused:
        worth("lm * 2", net)
    assert refused.value.hint == "did you mean `lam`?"
