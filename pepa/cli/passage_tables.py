"""A passage time for people: who arrives and when, quantiles, the distribution as a chart and a table."""

from __future__ import annotations

import shutil

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.language.printer import figure
from pepa.query.report import Report

ROWS = 11  # times shown of a distribution
WIDEST = 100


def print_passage(report: Report, *, chart: bool) -> None:
    """Print a passage time and how each figure was obtained."""
    console = Screen()
    console.print(Text(f"{report['model']}  {report['passage']}", style="bold"))
    console.print(Text(f"{report['states']:,} states, {report['states_on_the_way']:,} on the way", style="dim"))
    certainty = report["start_certainty"]
    certain = f", which is {certainty['words']}" if certainty else ""
    console.print(Text(f"started {report['started']}{certain}", style="dim"))
    if not report["probability"] > 0:
        console.print("it never arrives")
        return
    console.print(_arrivals(report))
    error = report["relative_error"]
    told = f"exact: {report['method']}; mean proved right to {error['mean']:.0e} of itself"
    console.print(f"{told}, variance to {error['variance']:.0e}", style="dim")
    if report["quantiles"]:
        console.print(_quantiles(report))
    curve = report["curve"]
    if curve is None:
        return
    if chart:
        console.print(_chart(report))
    console.print(_distribution(report))
    console.print(f"{curve['method']}: each probability right to {curve['error']:.0e}", style="dim")


def _cell(value: float | None) -> str:
    return "-" if value is None else figure(value)


def _arrivals(report: Report) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("first to come", overflow="fold")
    for column in ("probability", "mean time", "standard deviation"):
        table.add_column(column, justify="right", no_wrap=True)
    every = [*report["ends"], {"name": "any", **report}] if len(report["ends"]) > 1 else report["ends"]
    for one in every:
        cells = (_cell(one[key]) for key in ("probability", "mean", "standard_deviation"))
        table.add_row(Text(one["name"]), *cells)
    if report["never"]:
        table.add_row("never", _cell(report["never"]), "", "")
    return table


def _quantiles(report: Report) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("arrived", justify="right")
    table.add_column("by time", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for one in report["quantiles"]:
        if one["time"] is None:
            told, apart = "never so many", ""
        elif one["high"] is None:
            told, apart = figure(one["time"]), "at the least"
        else:
            told, apart = figure(one["time"]), f"± {one['high'] - one['low']:.0e}"
        table.add_row(f"{100 * one['share']:g} %", told, apart)
    return table


def _chart(report: Report) -> Text:
    from pepa.pictures.plots import Line, lines

    curve = report["curve"]
    names = report["to"]
    found = [Line("any" if len(names) > 1 else "arrived", curve["time"], curve["distribution"])]
    if len(names) > 1:
        found += [Line(name, curve["time"], values) for name, values in zip(names, curve["by_end"], strict=True)]
    size = shutil.get_terminal_size()
    return lines(found, min(size.columns, WIDEST), max(12, min(20, size.lines - 8)), "time")


def _distribution(report: Report) -> Table:
    curve = report["curve"]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("time", "arrived", "density"):
        table.add_column(column, justify="right", no_wrap=True)
    several = len(report["to"]) > 1
    for name in report["to"] if several else ():
        table.add_column(Text(name), justify="right", overflow="fold")
    last = len(curve["time"]) - 1
    for index in sorted({round(last * row / (ROWS - 1)) for row in range(ROWS)}):
        by_end = [figure(values[index]) for values in curve["by_end"]] if several else []
        cells = [figure(curve[key][index]) for key in ("time", "distribution", "density")]
        table.add_row(*cells, *by_end)
    return table
