"""Studies for people: their points as a table, their charts, what was claimed and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.pictures.bar import bar
from pepa.pictures.study import cells, elasticities, evidence, picture, verdict_table
from pepa.study.told_study import ToldResult, ToldStudy

GAP = 2  # cells between columns
BAR, SHORTEST = 16, 4  # cells of a bar; below the shortest there are none
HEADER = 12  # cells a measure's name folds into at least
HEIGHT = 18
WIDEST = 110


def print_points(report: ToldStudy) -> None:
    """Print the points in the order of the grid, a bar beside each measure, or that it was not solved."""
    points = report["points"]
    known = {name: [p["values"].get(name, math.nan) for p in points] for name in report["measures"]}
    largest = {name: max(map(abs, filter(math.isfinite, found)), default=0.0) for name, found in known.items()}
    console = Screen()
    names, measures = report["parameters"], report["measures"]
    rows = [cells(point, names, measures) for point in points]
    narrowest = [max(map(len, column)) for column in zip(*rows, strict=True)]
    fixed = sum(GAP + max(len(name), width) for name, width in zip(names, narrowest, strict=False))
    wide, length = _widths(narrowest[len(names) :], console.width - fixed)
    console.width = max(console.width, fixed + sum(GAP + width for width in wide))
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="bold")
    for name in names:
        table.add_column(Text(name), justify="right", no_wrap=True)
    for measure, width in zip(measures, wide, strict=True):
        table.add_column(Text(measure), justify="right", overflow="fold", min_width=width)
        if length:
            table.add_column("", no_wrap=True, overflow="crop", min_width=length)
    for point, row in zip(points, rows, strict=True):
        shown = row[: len(names)]
        for measure, told in zip(measures, row[len(names) :], strict=True):
            value = max(point["values"].get(measure) or 0.0, 0.0)
            shown += [told, bar(value, largest[measure], length)] if length else [told]
        table.add_row(*shown)
    console.print(table)


def _widths(figures: list[int], room: int) -> tuple[list[int], int]:
    """Return the widths of columns of figures, with room for their names if there is any, and the length of bars."""
    named = [max(HEADER, width) for width in figures]
    left = room - sum(GAP + width for width in named)
    if left < 0:
        return figures, 0
    length = min(BAR, left // len(figures) - GAP)
    return named, length if length >= SHORTEST else 0


def print_evidence(results: Sequence[ToldResult]) -> None:
    """Print how results were obtained, and why some were not."""
    Screen().print(evidence(results))


def print_charts(report: ToldStudy) -> None:
    """Print the charts of a study."""
    console = Screen()
    width = min(console.width, WIDEST)
    for chart in (chart for chart in report["charts"] if chart["kind"] != "none"):
        console.print(picture(chart, report["points"], width, HEIGHT))
        console.print()
    for label in report["elasticities"]:
        console.print(elasticities(label, report, width))
        console.print()


def print_experiment(report: ToldStudy) -> None:
    """Print an experiment: what it is, its charts, its claims."""
    console = Screen()
    console.rule(Text(f"{report['name']}: {report['title']}", "bold"), align="left")
    if report["about"]:
        console.print(Text(" ".join(report["about"].split())))
        console.print()
    print_charts(report)
    if report["claims"]:
        console.print(verdict_table(report["claims"]))
    print_evidence(report["points"])
    console.print()
