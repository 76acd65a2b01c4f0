"""A passage time for people: who arrives and when, quantiles, the distribution as a chart and a table."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.language.printer import figure, margin
from pepa.query.told_passage import (
    AnyPassage,
    ToldArrival,
    ToldCurve,
    ToldPassage,
    ToldProbe,
    ToldQuantile,
    ToldSimulatedPassage,
)

ROWS = 11  # times shown of a distribution
WIDEST = 100
LONGEST_PROBE = 6  # states of a probe that is printed
BANDS = 24  # points of a simulated distribution that are drawn


def print_passage(report: AnyPassage, *, chart: bool) -> None:
    """Print a passage time and how each figure was obtained."""
    console = Screen()
    console.print(Text(f"{report['model']}  {report['passage']}", style="bold"))
    if report["kind"] == "simulation":
        _print_simulated(console, report, chart=chart)
        return
    console.print(Text(f"{report['states']:,} states, {report['states_on_the_way']:,} on the way", style="dim"))
    if report["probe"]:
        _print_probe(console, report["probe"])
    certainty = report["start_certainty"]
    certain = f", which is {certainty['words']}" if certainty else ""
    console.print(Text(f"started {report['started']}{certain}", style="dim"))
    if not report["probability"] > 0:
        console.print("it never arrives")
        return
    console.print(_arrivals(report))
    console.print(_how(report), style="dim")
    if report["earned"]:
        console.print(_earned(report))
    if report["quantiles"]:
        console.print(_quantiles(report["quantiles"]))
    curve = report["curve"]
    if curve is not None:
        if chart:
            console.print(_chart(curve, report["to"]))
        console.print(_distribution(curve, report["to"]))
        console.print(f"{curve['method']}: each probability right to {margin(curve['error'])}", style="dim")
    _print_notes(console, report)


def _print_probe(console: Screen, probe: ToldProbe) -> None:
    """Print the component that watches, where it is short."""
    console.print(Text(f"watched by a component of {probe['states']:,} states", style="dim"))
    if probe["states"] <= LONGEST_PROBE:
        for line in probe["component"].splitlines():
            console.print(Text(f"  {line}", style="dim"))


def _how(report: ToldPassage) -> str:
    """Say how mean and variance were obtained."""
    if report["kind"] == "fluid":
        return f"fluid: one member among the mean of the others; {report['method']}"
    error = report["relative_error"]
    told = f"exact: {report['method']}; mean proved right to {margin(error['mean'])} of itself"
    return f"{told}, variance to {margin(error['variance'])}"


def _print_simulated(console: Screen, report: ToldSimulatedPassage, *, chart: bool) -> None:
    console.print(Text(f"started {report['started']}", style="dim"))
    mean, half = figure(report["mean"]), figure(report["mean_half_width"])
    console.print(f"mean {mean} ± {half}, standard deviation {figure(report['standard_deviation'])}")
    console.print(_quantiles(report["quantiles"]))
    if chart:
        console.print(_overlaid([report]))
    console.print(_compared([report]))
    console.print(f"{report['method']}", style="dim")
    console.print(f"±: {100 * report['confidence']:g} % confidence, {report['band']}", style="dim")
    _print_notes(console, report)


def _print_notes(console: Screen, report: AnyPassage) -> None:
    for note in report["notes"]:
        console.print(Text(f"! {note}"))


def print_side_by_side(reports: Sequence[AnyPassage], *, chart: bool) -> None:
    """Print a passage time by several methods: their means and quantiles, their distributions in one chart."""
    console = Screen()
    console.print(Text(f"{reports[0]['model']}  {reports[0]['passage']}", style="bold"))
    shares = [one["share"] for one in reports[0]["quantiles"]]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("")
    for head in ("mean", "sd", *(f"{100 * share:g} % by" for share in shares)):
        table.add_column(head, justify="right", no_wrap=True)
    for report in reports:
        half = f" ± {figure(report['mean_half_width'])}" if report["kind"] == "simulation" else ""
        quantiles = [_cell(one["time"]) for one in report["quantiles"]]
        table.add_row(report["kind"], _cell(report["mean"]) + half, _cell(report["standard_deviation"]), *quantiles)
    console.print(table)
    if chart:
        console.print(_overlaid(reports))
    console.print(_compared(reports))
    for report in reports:
        by = report["method"] if report["kind"] == "simulation" else f"{report['kind']}: {report['method']}"
        told = f"{by}, started {report['started']}"
        console.print(Text(told, style="dim"))
        if report["kind"] == "simulation":
            console.print(f"±: {100 * report['confidence']:g} % confidence, {report['band']}", style="dim")
        _print_notes(console, report)


def _overlaid(reports: Sequence[AnyPassage]) -> Text:
    from pepa.pictures.plots import Line, lines

    found = []
    for one in reports:
        if one["kind"] == "simulation":
            curve = one["curve"]
            step = max(1, len(curve["time"]) // BANDS)  # more bands would hide the other lines
            drawn = (curve[key][::step] for key in ("time", "distribution", "half_width"))
            found.append(Line(one["kind"], *drawn))
        elif one["curve"] is not None:
            found.append(Line(one["kind"], one["curve"]["time"], one["curve"]["distribution"]))
    size = shutil.get_terminal_size()
    return lines(found, min(size.columns, WIDEST), max(12, min(20, size.lines - 8)), "time")


def _compared(reports: Sequence[AnyPassage]) -> Table:
    """Return how much has arrived by some times, by each method."""
    curves = {one["kind"]: one["curve"] for one in reports if one["curve"] is not None}
    halves = {str(one["kind"]): one["curve"]["half_width"] for one in reports if one["kind"] == "simulation"}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("time", *curves):
        table.add_column(column, justify="right", no_wrap=True)
    time = next((curve["time"] for curve in curves.values()), [])
    for index in sorted({round((len(time) - 1) * row / (ROWS - 1)) for row in range(ROWS if time else 0)}):
        half = {kind: f" ± {margin(width[index], digits=2)}" for kind, width in halves.items()}
        cells = (figure(curve["distribution"][index]) + half.get(kind, "") for kind, curve in curves.items())
        table.add_row(figure(time[index]), *cells)
    return table


def _cell(value: float | None) -> str:
    return "-" if value is None else figure(value)


def _arrivals(report: ToldPassage) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("first to come", overflow="fold")
    for column in ("probability", "mean time", "standard deviation"):
        table.add_column(column, justify="right", no_wrap=True)
    every: list[tuple[str, ToldArrival]] = [(one["name"], one) for one in report["ends"]]
    every += [("any", report)] * (len(every) > 1)
    for name, one in every:
        table.add_row(Text(name), _cell(one["probability"]), _cell(one["mean"]), _cell(one["standard_deviation"]))
    if report["never"]:
        table.add_row("never", _cell(report["never"]), "", "")
    return table


def _figures(of: str, what: str) -> Table:
    """Return a table of figures, each with its error behind it."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(of, overflow="fold")
    table.add_column(what, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    return table


def _earned(report: ToldPassage) -> Table:
    table = _figures("on the way", "expected")
    for one in report["earned"]:
        table.add_row(Text(one["name"]), figure(one["value"]), f"± {margin(one['error'], one['value'])}")
    return table


def _quantiles(quantiles: Sequence[ToldQuantile]) -> Table:
    table = _figures("arrived", "by time")
    for one in quantiles:
        if one["low"] is None:
            told, apart = "never so many", ""
        elif one["time"] is None:
            told, apart = f"after {figure(one['low'])}", ""
        elif one["high"] is None:
            told, apart = figure(one["time"]), "at the least"
        else:
            told, apart = figure(one["time"]), f"± {margin(one['high'] - one['low'], one['time'])}"
        table.add_row(f"{100 * one['share']:.16g} %", told, apart)
    return table


def _chart(curve: ToldCurve, names: Sequence[str]) -> Text:
    from pepa.pictures.plots import Line, lines

    found = [Line("any" if len(names) > 1 else "arrived", curve["time"], curve["distribution"])]
    if len(names) > 1:
        found += [Line(name, curve["time"], values) for name, values in zip(names, curve["by_end"], strict=True)]
    size = shutil.get_terminal_size()
    return lines(found, min(size.columns, WIDEST), max(12, min(20, size.lines - 8)), "time")


def _distribution(curve: ToldCurve, names: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("time", "arrived", "density"):
        table.add_column(column, justify="right", no_wrap=True)
    several = len(names) > 1
    for name in names if several else ():
        table.add_column(Text(name), justify="right", overflow="fold")
    last = len(curve["time"]) - 1
    for index in sorted({round(last * row / (ROWS - 1)) for row in range(ROWS)}):
        by_end = [figure(values[index]) for values in curve["by_end"]] if several else []
        cells = [figure(values[index]) for values in (curve["time"], curve["distribution"], curve["density"])]
        table.add_row(*cells, *by_end)
    return table
