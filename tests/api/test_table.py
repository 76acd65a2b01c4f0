"""Results as tables, in text and in a notebook; figures by name; and what a program may give as an argument."""

import html
import math
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pepa
from pepa.api import arguments
from pepa.api.table import ByName, Table
from pepa.control.error import PepaError

CELLS = st.none() | st.text("ab<&é", max_size=4) | st.floats(-1e6, 1e6)


@dataclass(frozen=True, repr=False)
class Made(Table):
    """A table of any columns."""

    held: dict
    said: tuple = ()

    @property
    def title(self):
        return "<made>"

    @property
    def remarks(self):
        return self.said

    def columns(self):
        return self.held


@st.composite
def tables(draw):
    rows = draw(st.integers(0, 14))
    names = draw(st.lists(st.text("xyz&", min_size=1, max_size=6), min_size=1, max_size=3, unique=True))
    return Made({name: draw(st.lists(CELLS, min_size=rows, max_size=rows)) for name in names}, ("a remark",))


def written(value):
    return "" if value is None else value if isinstance(value, str) else f"{value:.6g}"


@settings(max_examples=50)
@given(tables())
def test_a_table_in_text_has_twelve_rows_in_columns_and_says_how_many_there_are(table):
    title, *lines = repr(table).split("\n")
    rows = len(next(iter(table.held.values())))
    shown = min(rows, 12)
    assert title == "<made>"
    assert lines[1 + shown :] == ([f"  ... {rows} rows"] if rows > 12 else []) + ["a remark"]
    at = 2
    for number, (name, values) in enumerate(table.held.items()):
        cells = [name, *map(written, values[:12])]
        width = max(map(len, cells))
        for line, cell in zip(lines[: 1 + shown], cells, strict=True):
            stands = line.ljust(at + width)[at : at + width]
            assert stands == (cell.ljust(width) if number == 0 else cell.rjust(width))
        at += width + 2


@settings(max_examples=50)
@given(tables())
def test_a_table_in_a_notebook_has_the_same_cells(table):
    rows = re.findall(r"<tr>(.*?)</tr>", table._repr_html_())
    cells = [[html.unescape(cell) for cell in re.findall(r"<t[hd]>(.*?)</t[hd]>", row)] for row in rows]
    expected = [[name, *map(written, values[:12])] for name, values in table.held.items()]
    assert cells == [list(row) for row in zip(*expected, strict=True)]
    assert all("<th>" in row for row in rows[:1])
    assert not any("<th>" in row for row in rows[1:])
    assert table._repr_html_().startswith("<table><caption>&lt;made&gt;</caption>")
    assert table._repr_html_().endswith("<p>a remark</p>")


def test_figures_by_name_keep_their_order_and_tell_the_nearest():
    figures = ByName("action", {"serve": 1.0, "ask": 2.0}, {"ask": 3.0})
    assert list(figures.items()) == [("serve", 1.0), ("ask", 3.0)]
    with pytest.raises(PepaError) as raised:
        _ = figures["sreve"]
    assert "`sreve`" in raised.value.message
    assert "`serve`" in raised.value.hint
    with pytest.raises(PepaError, match="a name is a text, not 5"):
        _ = figures[5]
    assert figures.get("sreve") is None


@pytest.mark.parametrize(
    ("given", "found"),
    [(3, 3.0), (True, 1.0), (0.5, 0.5), (np.float32(0.5), 0.5), (np.int8(-3), -3.0), (np.array(2.0), 2.0),
     (Fraction(1, 4), 0.25)],
)  # fmt: skip
def test_numbers_of_every_kind_are_floats(given, found):
    value = arguments.real(given, "x", "x=1")
    assert (value, type(value)) == (found, float)


@pytest.mark.parametrize(
    ("given", "message"),
    [("2", "x is a number, not '2'"), (None, "x is a number, not None"), (1j, "x is a number, not a complex"),
     (np.ones(2), "x is a number, not a ndarray"), (math.nan, "x is a number: `nan` is not a finite number"),
     (10**200, "x is a number: `a whole number of some 201 digits` is too large"), ("y" * 50, "not a str")],
)  # fmt: skip
def test_what_is_no_number_is_told_shortly(given, message):
    with pytest.raises(PepaError) as raised:
        arguments.real(given, "x", "x=1")
    assert message in raised.value.message
    assert raised.value.hint == "as in x=1"


@pytest.mark.parametrize(
    ("given", "least", "found"),
    [(1, 1, 1), (np.int64(7), 1, 7), (True, 0, 1), (0, 1, None), (1.0, 0, None), ("1", 0, None), (-1, 0, None)],
)
def test_whole_numbers_have_a_least(given, least, found):
    if found is not None:
        assert arguments.whole(given, "n", least, "n=1") == found
        return
    with pytest.raises(PepaError, match=r"n is (a whole number|at least)"):
        arguments.whole(given, "n", least, "n=1")


@pytest.mark.parametrize(
    ("given", "holds"), [(0.5, True), (1e-9, True), (0.999, True), (0, False), (1, False), (-1, False)]
)
def test_a_share_is_above_nothing_and_below_all(given, holds):
    if holds:
        assert arguments.share(given, "p", "p=0.5") == given
    else:
        with pytest.raises(PepaError, match=f"p is above 0 and below 1, not {given}"):
            arguments.share(given, "p", "p=0.5")


@pytest.mark.parametrize(
    "wrong",
    [{"tolerance": 0.0}, {"tolerance": 1.0}, {"most_states": 0}, {"most_iterations": 0}, {"memory": 0.0},
     {"seconds": 0}, {"seconds": -math.inf}, {"memory": math.nan}, {"report": None}],
)  # fmt: skip
def test_limits_that_are_none_are_refused(wrong):
    with pytest.raises(PepaError) as raised:
        arguments.limits(pepa.Control(**wrong))
    assert "Control(" in raised.value.hint
    arguments.limits(pepa.Control(memory=math.inf, seconds=math.inf, most_states=1, most_iterations=1))


def test_models_are_values():
    model = pepa.parse("r = 1; s = 2*r; P = (a, r).Q; Q = (b, s).P;\nP", r=3)
    other = model.having(s=5)
    assert dict(model.parameters) == {"r": 3.0, "s": 6.0}
    assert dict(other.parameters) == {"r": 3.0, "s": 5.0}
    assert dict(other.having(r=1).parameters) == {"r": 1.0, "s": 5.0}
    assert model == pepa.parse(model.text, r=3.0) != other
    assert hash(model) == hash(pepa.parse(model.text, r=3.0))
    assert len({model, other, pepa.parse(model.text, r=3)}) == 2
    assert pepa.parse("r = infty; P = (a, r).P; Q = (a, 1).Q;\nP <a> Q").parameters["r"] == math.inf


@pytest.mark.parametrize("times", [[0, 0], [1, 0.5], [-1, 2], [0, math.inf], [[0, 1]], "12 x", 5, [None], []])
def test_times_ascend_from_nothing_and_are_numbers(times):
    model = pepa.parse("P = (a, 1).Q; Q = (b, 1).P;\nP")
    with pytest.raises(PepaError, match="times"):
        model.transient(times)
    assert model.transient(iter([0])).time.tolist() == [0.0]
    assert model.transient(np.array([0.5, 1]))["P"].shape == (2,)


def test_problems_are_true_where_there_is_no_error():
    text = "r = 1; unused = 2;\nP = (a, r).P;\nP"
    warned = pepa.parse(text).check()
    assert bool(warned)
    assert [one.code for one in warned.problems] == ["unused-rate"]
    assert warned.errors == ()
    assert "model:1:8: warning" in repr(warned)
    wrong = pepa.parse(text.replace(", r)", ", q)").replace("P;\nP", "R;\nP")).check()
    assert not wrong
    assert [one.code for one in wrong.errors] == ["undefined-rate", "undefined-process"]
    assert [one.span.start for one in wrong.problems] == sorted(one.span.start for one in wrong.problems)
    assert repr(pepa.parse("P = (a, 1).P;\nP").check()) == "model: well formed"


def test_a_state_space_has_its_names_counts_and_classes():
    states = pepa.parse("P = (a, 1).Q; Q = (b, 2).R; R = (c, 3).Q;\nP || P").derive()
    assert states.names == ("P.P", "P.Q", "P.R")
    assert sorted(map(tuple, states.counts.tolist())) == sorted(
        (2 - q - r, q, r) for q in range(3) for r in range(3 - q) if True
    )
    assert len(states.transient) == 3
    assert [len(one) for one in states.recurrent] == [3]
    assert len(states.deadlocks) == 0
    stuck = pepa.parse("P = (a, 1).Stop; Stop = (stop, 0).Stop;\nP[3]").derive()
    assert stuck.counts[stuck.deadlocks].tolist() == [[0, 3]]
    assert stuck.generator.toarray()[0].tolist() == [-3.0, 3.0, 0.0, 0.0]
    assert repr(stuck) == "4 states, 3 transitions, recurrent classes: 1, transient states: 3, deadlocks: 1"
