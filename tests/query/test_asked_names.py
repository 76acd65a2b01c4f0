"""What is asked for by name alone: that name and no other, in quotes and parentheses too."""

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text, derive_net
from pepa.query.kind import Kind
from pepa.query.measure import asked
from pepa.query.series import exact_series, times

HIDING = "P = (a, 2).P1; P1 = (b, 3).P; R = (a, 5).R1; R1 = (c, 1).R;\nP/{a} || R"
MODEL = """
    A = (a, 1.0).Bad; Bad = (bad, 2.0).Q; Q = (xQx, 3.0).A; "my proc" = (aaa, 4.0)."my proc";
    A || "my proc"
"""


def names_of(texts, model=MODEL):
    return asked(texts, compile_text(model).net, Kind.EXACT)


@pytest.mark.parametrize("name", ["a", "bad", "aaa", "xQx", "A", "Bad", "Q", "my proc"])
@pytest.mark.parametrize("written", ["{}", '"{}"', "'{}'", "({})", "  {} "])
def test_a_name_is_itself_however_it_is_enclosed(name, written):
    found = names_of([written.format(name)])
    assert (found.texts, found.names, found.expressions) == ((name,), (name,), ())


def test_a_name_around_another_is_not_the_other():
    found = names_of(["bad", "a", "aaa", "xQx", "Q"])
    assert found.names == ("bad", "a", "aaa", "xQx", "Q")


def test_tau_is_what_is_hidden_and_not_an_action_named_a():
    found = names_of(["tau", "a"], HIDING)
    assert found.names == ("tau", "a")
    derived = derive_net(compile_text(HIDING), Control())
    series = exact_series(derived, times(1.0, 1), Control(), 1e-9, ())
    assert [series.throughput[name][0] for name in found.names] == [2.0, 5.0]


@pytest.mark.parametrize("text", ["xax", "(xax)", "taut"])
def test_a_name_that_is_none_is_refused_though_another_stands_in_it(text):
    with pytest.raises(PepaError, match=r"xax|taut"):
        names_of([text])


@pytest.mark.parametrize("text", ["a + bad", "(a) + (bad)", '"a" + "bad"'])
def test_what_begins_and_ends_with_a_sign_is_no_name(text):
    with pytest.raises(PepaError):
        names_of([text])


def test_an_expression_is_what_it_is():
    found = names_of(["throughput(a) / throughput(bad)", "(population(A))"])
    assert found.expressions == ("throughput(a) / throughput(bad)", "(population(A))")
    assert found.names == ()
