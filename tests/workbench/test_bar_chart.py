"""Bars beside their numbers, what they were, and those of other cases."""

import math

import pytest
from rich.console import Console

from workbench.widgets.bar_chart import BESIDE, Bar, change_text, chart


@pytest.mark.parametrize(
    ("value", "before", "said"),
    [
        (1.0, None, ""), (2.0, 2.0, "="), (2.0, 2.0 * (1 + 1e-10), "="), (2.0, 2.0 * (1 + 1e-8), "▼ 0.0%"),
        (3.0, 2.0, "▲ 50.0%"), (1.0, 2.0, "▼ 50.0%"), (0.0, 2.0, "▼ 100.0%"), (2.0, 0.0, "▲ new"), (0.0, 0.0, "="),
        (-1.0, 0.0, "▼ new"), (-2.0, -1.0, "▼ 100.0%"), (math.inf, 2.0, "▲ new"), (2.0, math.inf, "▼ new"),
        (math.inf, math.inf, "="), (math.nan, 2.0, ""), (2.0, math.nan, ""), (1e300, 1e-300, "▲ new"),
    ],
)  # fmt: skip
def test_a_change_reads_without_colour(value, before, said):
    assert change_text(value, before) == said


def lines(bars, width=80, **how):
    console = Console(width=width, color_system=None)
    with console.capture() as shown:
        console.print(chart(bars, width, "per second", **how))
    return [line.rstrip() for line in shown.get().splitlines()]


def test_values_stand_below_their_heads_and_bars_are_as_long_as_they_are():
    head, first, second = lines([Bar("serve", 4.0), Bar("wait", 1.0)])
    assert head.split() == ["per", "second", "now"]
    assert first.split()[0] == "serve"
    assert first.split()[-1] == "4.000"
    assert second.split()[-1] == "1.000"
    assert first.count("█") == pytest.approx(4 * second.count("█"), abs=3)
    assert head.index("now") + 3 == len(first) == len(second)


def test_what_was_and_the_change_stand_beside_and_say_where_they_are_from():
    head, was, first, second = lines([Bar("serve", 4.0, 5.0), Bar("wait", 1.0)], was="previous run")
    assert head.split()[-2:] == ["now", "was"]
    assert was == "was: previous run"
    assert first.split()[-4:] == ["4.000", "5.000", "▼", "20.0%"]
    assert second.split()[-1] == "1.000"


def test_other_cases_are_shaded_and_compared_with_now():
    _, first, case, other = lines([Bar("serve", 4.0, None, (("fast", 8.0), ("none", 0.0)))])
    assert "█" in first
    assert case.split()[0] == "fast"
    assert case.count(BESIDE) == pytest.approx(2 * first.count("█"), abs=2)
    assert case.split()[-3:] == ["8.000", "▲", "100.0%"]
    assert BESIDE not in other
    assert other.split()[-2:] == ["▼", "100.0%"]


def test_what_is_no_number_has_no_bar_and_lengthens_none():
    _, first, second = lines([Bar("serve", math.nan), Bar("wait", 1.0)])
    assert "█" not in first
    assert "█" * 20 in second


@pytest.mark.parametrize("width", [24, 40, 58, 120])
def test_a_chart_keeps_to_its_width_whatever_the_names(width):
    bars = [Bar("a_long_name_of_an_action_that_goes_on", 4.0, 5.0, (("a_scenario_with_a_name", 2.0),)), Bar("b", 1.0)]
    for line in lines(bars, width):
        assert len(line) <= max(width, 46)  # the numbers by themselves take 36, labels 8
