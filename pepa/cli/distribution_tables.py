"""Distributions for people: a histogram of one thing, a heat map of two, a table of more."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.language.printer import figure
from pepa.pictures.bar import bar
from pepa.pictures.density import density_map
from pepa.query.told_joint import ToldJoint, ToldJointOverTime

MOST_ROWS = 40  # of a table, the most probable
TIMES = 10  # shown side by side


def print_distribution(report: ToldJoint) -> None:
    """Print a distribution as wide as the terminal is."""
    console = Screen()
    console.print(Text(f"distribution of {', '.join(report['of'])}", "bold") + Text(f"  {report['certainty']}", "dim"))
    if len(report["of"]) == 2 and not report["rest"]:
        console.print(_map(report, console.width))
    else:
        console.print(_table(report))
    for axis in report["axes"]:
        if "mean" in axis:
            deviation = figure(axis["variance"] ** 0.5)
            console.print(Text(f"{axis['text']}: mean {figure(axis['mean'])}, standard deviation {deviation}"))


def print_over_time(report: ToldJointOverTime) -> None:
    """Print a distribution over time: of one thing how it moves, a column a time; of any how it is at the end."""
    console = Screen()
    if len(report["of"]) == 1:
        last = len(report["time"]) - 1
        step = max(1, -(-last // TIMES))
        shown = sorted({*range(0, last, step), last})
        by_value = [[report["probability"][number][cell] for number in shown] for cell in range(len(report["cells"]))]
        console.print(Text(f"{report['of'][0]} ↓  time →", "bold"))
        heads = [figure(report["time"][number], 3) for number in shown]
        console.print(density_map(by_value, report["axes"][0]["values"], heads, console.width))
    print_distribution(report["last"])


def _map(report: ToldJoint, width: int) -> Text:
    rows, columns = (axis["values"] for axis in report["axes"])
    table = [[0.0] * len(columns) for _ in rows]
    for (row, column), value in zip(report["cells"], report["probability"], strict=True):
        table[row][column] = value
    said = Text(f"{report['of'][0]} ↓  {report['of'][1]} →\n")
    return said + density_map(table, rows, columns, width)


def _table(report: ToldJoint) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for text in report["of"]:
        table.add_column(Text(text), overflow="fold")
    table.add_column("probability", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    cells = list(zip(report["cells"], report["probability"], strict=True))
    if len(report["of"]) > 1:
        cells.sort(key=lambda cell: -cell[1])
    shown = cells if len(report["of"]) == 1 else cells[:MOST_ROWS]
    largest = max((value for _, value in cells), default=0.0)
    for indices, value in shown:
        labels = [axis["values"][index] for axis, index in zip(report["axes"], indices, strict=True)]
        table.add_row(*map(Text, labels), figure(value), bar(value, largest))
    left = len(cells) - len(shown)
    if left or report["rest"]:
        rest = sum(value for _, value in cells[len(shown) :]) + report["rest"]
        table.add_row(f"{left:,} more" if left else "the rest", *[""] * (len(report["of"]) - 1), figure(rest))
    return table
