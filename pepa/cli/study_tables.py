"""Studies as tables for people: a row a point, a bar beside each measure."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pepa.cli.tables import bar
from pepa.language.printer import figure
from pepa.query.report import Report

WIDTH = 16


def print_sweep(report: Report) -> None:
    """Print the points of a sweep in the order of the grid; those that failed with their reason."""
    console = Console(highlight=False)
    console.print(Text(f"{report['model']}  {report['method']}, {len(report['points']):,} points", style="bold"))
    largest = {
        measure: max((abs(p["values"][measure]) for p in report["points"] if measure in p["values"]), default=0.0)
        for measure in report["measures"]
    }
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in report["parameters"]:
        table.add_column(Text(name), justify="right")
    for measure in report["measures"]:
        table.add_column(Text(measure), justify="right", overflow="fold")
        table.add_column("")
    for point in report["points"]:
        cells: list[str | Text] = [f"{point['parameters'][name]:g}" for name in report["parameters"]]
        for measure in report["measures"]:
            if measure in point["values"]:
                value = point["values"][measure]
                cells += [figure(value), bar(max(value, 0.0), largest[measure], WIDTH)]
            else:
                cells += ["failed", ""]
        table.add_row(*cells)
    console.print(table)
    for reason in dict.fromkeys(point["reason"] for point in report["points"] if "reason" in point):
        console.print(Text(f"! failed: {reason}"))
