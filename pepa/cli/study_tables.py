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

BAR = 16
HEIGHT = 18
WIDEST = 110


def print_points(report: Report) -> None:
    """Print the points in the order of the grid, a bar beside each measure; those that failed with their reason."""
    points = report["points"]
    largest = {
        measure: max((abs(p["values"][measure]) for p in points if measure in p["values"]), default=0.0)
        for measure in report["measures"]
    }
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in report["parameters"]:
        table.add_column(Text(name), justify="right")
    for measure in report["measures"]:
        table.add_column(Text(measure), justify="right", overflow="fold")
        table.add_column("", no_wrap=True, overflow="crop")
    for point in points:
        shown = [point["parameters"].get(name, "") for name in report["parameters"]]
        cells = [f"{value:g}" if isinstance(value, float) else value for value in shown]
        for measure in report["measures"]:
            value, half = point["values"].get(measure), point.get("half_width", {}).get(measure)
            told = "failed" if value is None else figure(value) + ("" if half is None else f" ± {figure(half, 2)}")
            cells += [told, bar(max(value or 0.0, 0.0), largest[measure], BAR)]
        table.add_row(*cells)
    Console(highlight=False).print(table)


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
