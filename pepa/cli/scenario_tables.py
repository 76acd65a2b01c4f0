"""Scenarios for people: what each sets, then measures by scenario with their differences to the baseline."""

from __future__ import annotations

import math

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.cli.study_tables import print_evidence
from pepa.cli.terminal import say
from pepa.language.printer import number_text
from pepa.pictures.study import figure_of
from pepa.study.told_study import ToldComparison, ToldScenario

GAP = 2
FIGURE, CHANGE = 9, 9  # cells of a value and of its difference
LONGEST = 40  # cells of a measure's name before it folds
UNMOVED = 1e-6  # per cent: within what solving leaves


def print_comparison(report: ToldComparison) -> None:
    """Print as many scenarios beside the baseline as the terminal has room for, then the rest below."""
    for scenario in report["scenarios"]:
        overrides = {**report["fixed"], **scenario["overrides"]}
        told = " ".join(f"{name}={number_text(value)}" for name, value in overrides.items())
        say(f"{scenario['name']}: {told or 'as written'}")
    say()
    first, *others = report["scenarios"]
    measures = list(dict.fromkeys(name for scenario in report["scenarios"] for name in scenario["values"]))
    console = Screen()
    cell = max([FIGURE, *(len(figure_of(one, measure)) for one in report["scenarios"] for measure in measures)])
    label = min(LONGEST, max(map(len, measures), default=0), max(FIGURE, console.width - 2 * cell - CHANGE - 4 * GAP))
    room = console.width - label - 2 * GAP - max(cell, len(first["name"]))
    widths = [max(cell, len(one["name"])) + CHANGE + 2 * GAP for one in others]
    start = 0
    while measures:
        end = start + 1
        while end < len(others) and sum(widths[start : end + 1]) <= room:
            end += 1
        console.print(_table(measures, first, others[start:end], label, cell))
        if end >= len(others):
            break
        start = end
        say()
    print_evidence(report["scenarios"])


def _table(measures: list[str], first: ToldScenario, others: list[ToldScenario], label: int, cell: int) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="bold")
    table.add_column("", overflow="fold", min_width=label, max_width=label)
    table.add_column(Text(first["name"]), justify="right", overflow="fold", min_width=cell)
    for one in others:
        table.add_column(Text(one["name"]), justify="right", overflow="fold", min_width=cell)
        table.add_column("", justify="right", no_wrap=True, min_width=CHANGE)
    for measure in measures:
        row = [figure_of(first, measure)]
        for one in others:
            row += [figure_of(one, measure), change_text(one["difference_percent"].get(measure))]
        table.add_row(Text(measure), *row)
    return table


def change_text(percent: float | None) -> str:
    """Return a difference with its sign; nothing where there is none to tell."""
    if percent is None or math.isnan(percent):
        return ""
    return "0 %" if abs(percent) < UNMOVED else f"{percent:+.3g} %"
