"""Studies for people: their points as a table, their charts, what was claimed and whether it holds."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pepa.cli.tables import bar
from pepa.language.printer import figure
from pepa.pictures.plots import signed_bars
from pepa.pictures.study import evidence, picture, verdict_table
from pepa.query.report import Report

GAP = 2  # cells between columns
BAR, SHORTEST = 16, 4  # cells of a bar; below the shortest there are none
HEADER = 12  # cells a measure's name folds into at least
HEIGHT = 18
WIDEST = 110


def print_points(report: Report) -> None:
    """Print the points in the order of the grid, a bar beside each measure; those that failed with their reason."""
    points = report["points"]
    largest = {
        measure: max((abs(p["values"][measure]) for p in points if measure in p["values"]), default=0.0)
        for measure in report["measures"]
    }
    console = Console(highlight=False)
    parameters = {name: [_parameter(point["parameters"].get(name, "")) for point in points]
                  for name in report["parameters"]}  # fmt: skip
    values = {measure: [_told(point, measure) for point in points] for measure in report["measures"]}
    fixed = sum(GAP + max(map(len, (name, *cells))) for name, cells in parameters.items())
    wide, length = _widths([max(map(len, cells)) for cells in values.values()], console.width - fixed)
    console.width = max(console.width, fixed + sum(GAP + width for width in wide))
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="bold")
    for name in parameters:
        table.add_column(Text(name), justify="right", no_wrap=True)
    for measure, width in zip(values, wide, strict=True):
        table.add_column(Text(measure), justify="right", overflow="fold", min_width=width)
        if length:
            table.add_column("", no_wrap=True, overflow="crop", min_width=length)
    for row, point in enumerate(points):
        cells = [column[row] for column in parameters.values()]
        for measure, column in values.items():
            value = max(point["values"].get(measure) or 0.0, 0.0)
            cells += [column[row], *([bar(value, largest[measure], length)] if length else [])]
        table.add_row(*cells)
    console.print(table)


def _widths(figures: list[int], room: int) -> tuple[list[int], int]:
    """Return the widths of columns of figures, with room for their names if there is any, and the length of bars."""
    named = [max(HEADER, width) for width in figures]
    left = room - sum(GAP + width for width in named)
    if left < 0:
        return figures, 0
    length = min(BAR, left // len(figures) - GAP)
    return named, length if length >= SHORTEST else 0


def _parameter(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _told(point: Report, measure: str) -> str:
    value, half = point["values"].get(measure), point.get("half_width", {}).get(measure)
    return "failed" if value is None else figure(value) + ("" if half is None else f" ± {figure(half, 2)}")


def print_evidence(report: Report) -> None:
    """Print how the points were obtained, and why some were not."""
    Console(highlight=False).print(evidence(report["points"]))


def print_charts(report: Report) -> None:
    """Print the charts of a study."""
    console = Console(highlight=False)
    width = min(console.width, WIDEST)
    for chart in (chart for chart in report["charts"] if chart["kind"] != "none"):
        console.print(picture(chart, report["points"], width, HEIGHT))
        console.print()
    for label, values in report.get("elasticities", {}).items():
        console.print(Text(f"elasticity of {label}: % of change for 1 % of the parameter", "bold"))
        console.print(signed_bars(values, width))
        console.print()


def print_experiment(report: Report) -> None:
    """Print an experiment: what it is, its charts, its claims."""
    console = Console(highlight=False)
    console.rule(Text(f"{report['name']}: {report['title']}", "bold"), align="left")
    if report["about"]:
        console.print(Text(" ".join(report["about"].split())))
        console.print()
    print_charts(report)
    if report["claims"]:
        console.print(verdict_table(report["claims"]))
    print_evidence(report)
    console.print()
