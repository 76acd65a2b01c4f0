"""Series, equilibria and long runs as tables for people."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.cli.tables import response_sentence
from pepa.language.printer import figure, margin
from pepa.query.time_csv import headings, told_apart
from pepa.query.told_series import (
    ToldClosure,
    ToldEquilibrium,
    ToldEstimate,
    ToldModelLongRun,
    ToldOde,
    ToldPath,
    ToldSeries,
)

ROWS = 11  # switches shown
ALL = 50  # times of a series up to which all are shown
COLUMNS = 6  # measures shown of a series that asks for all


def print_series(model: str, report: ToldSeries, names: Sequence[str]) -> None:
    """Print a series at some of its times, each figure with its margin, and what must be known of them."""
    console = Screen()
    console.print(Text(f"{model}  {report['method']}", style="bold"))
    shown = list(dict.fromkeys(one for name in _interesting(report, names) for one in headings(report, name)))
    values = told_apart(report)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("time", justify="right")
    for name in shown:
        table.add_column(Text(name), justify="right", overflow="fold")
    last = len(report["time"]) - 1
    step = next(step for step in range(1, last + 1) if last % step == 0 and (last < ALL * step or step == last))
    step = step if step < last else 1  # no even way to leave some out
    for index in range(0, last + 1, step):
        known = [
            (each[index], None if margins is None else margins[index])
            for each, margins in map(values.__getitem__, shown)
        ]
        cells = [figure(value) + _spread(half, value) for value, half in known]
        table.add_row(figure(report["time"][index]), *cells)
    console.print(table)
    if step > 1:
        console.print(f"one in {step} of {last + 1:,} times: --json has all", style="dim")
    told = [margins for _, margins in map(values.__getitem__, shown) if margins is not None]
    if report["margin"] and told:
        unknown = ", ? where none is known" * any(not math.isfinite(half) for margins in told for half in margins)
        console.print(f"±: {report['margin']}{unknown}", style="dim")
    if len(shown) < len(names):
        console.print(f"{len(names) - len(shown)} more measures: choose with --measure, or --json for all", style="dim")
    _print_notes(console, report["notes"])


def print_fluid(report: ToldOde, names: Sequence[str]) -> None:
    """Print a fluid over time, its switches and its equilibrium, or why it has none."""
    print_series(report["model"], report, names)
    console = Screen()
    for switch in report["switches"][:ROWS]:
        sides = f"{', '.join(switch['before'])} to {', '.join(switch['after'])}"
        console.print(Text(f"at {figure(switch['time'])} the limit of {switch['action']} goes from {sides}"))
    if len(report["switches"]) > ROWS:
        console.print(f"and {len(report['switches']) - ROWS} more switches")
    found = report["equilibrium"]
    console.print(Text(("equilibrium: " if found["reached"] else "! ") + found["verdict"]))
    if not found["reached"]:
        return
    slowest = found["slowest_eigenvalue"]
    decay = "" if slowest is None else f", slowest eigenvalue {slowest:.3g}"
    console.print(f"residual {found['residual']:.1e}{decay}", style="dim")
    closed = found["closure"]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("at equilibrium")
    for column in ("fluid", "sd", *(("closure", "sd") if closed else ())):
        table.add_column(column, justify="right")
    for name in names:
        cells = [*_mean_and_deviation(found, name), *(() if closed is None else _mean_and_deviation(closed, name))]
        if not cells[0] and name in found["measures"]:
            cells[0] = figure(found["measures"][name])
        table.add_row(Text(name), *cells)
    console.print(table)
    for time in found["response_time"]:
        console.print(Text(response_sentence(time)))
    _print_notes(console, [note for note in found["notes"] if note not in report["notes"]])


def _mean_and_deviation(part: ToldEquilibrium | ToldClosure, name: str) -> tuple[str, str]:
    if name in part["population"]:
        deviation = part["standard_deviation"]
        mean = part["population"][name]
        return figure(mean), "" if deviation is None else margin(deviation[name], mean, 2)
    return figure(part["throughput"][name]) if name in part["throughput"] else "", ""


def print_long_run(report: ToldModelLongRun) -> None:
    """Print simulated long-run means with their confidence intervals."""
    console = Screen()
    console.print(Text(f"{report['model']}  {report['method']}", style="bold"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("long run")
    table.add_column("mean", justify="right")
    table.add_column(f"± {100 * report['confidence']:g} %", justify="right")
    for figures in (report["measures"], report["throughput"], report["population"]):
        for name, found in figures.items():
            seen = found["mean"] or math.isfinite(found["half_width"])
            unseen = _unseen(found, action=figures is report["throughput"])
            half = margin(found["half_width"], found["mean"], 2) if seen else unseen
            table.add_row(Text(name), figure(found["mean"]), half)
    console.print(table)
    length = f"{report['events']:,} events to time {report['simulated_time']:.4g}, {report['batches']} batches"
    console.print(f"{length} after a warm-up of {report['warm_up']:.4g}, seed {report['seed']}", style="dim")
    _print_notes(console, report["notes"])


def _unseen(found: ToldEstimate, *, action: bool) -> str:
    if "below" in found:
        return f"not seen: below {figure(found['below'])}"
    return "not seen, nor seen enabled" if action else "not seen"


def print_path(report: ToldPath) -> None:
    """Print the events of one path."""
    console = Screen()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("time", justify="right")
    for column in ("action", "who"):
        table.add_column(column, overflow="fold")
    for event in report["events"]:
        who = f"{', '.join(event['left'])} → {', '.join(event['entered'])}" if event["left"] else ""
        table.add_row(figure(event["time"]), Text(event["action"]), Text(who))
    console.print(table)


def _interesting(report: ToldSeries, names: Sequence[str]) -> list[str]:
    """Return the measures asked for, or, where all are, those populations that move most."""
    every = [*report["population"], *report["throughput"]]
    if report["measures"] or len(names) < len(every) or len(every) <= COLUMNS:
        return list(names)
    spread = {name: max(values) - min(values) for name, values in report["population"].items()}
    moving = sorted(spread, key=lambda name: -spread[name])[:COLUMNS]
    return [name for name in names if name in moving]


def _spread(half: float | None, value: float) -> str:
    if half is None:
        return ""
    return f" ± {margin(half, value, 2)}" if math.isfinite(half) else " ± ?"


def _print_notes(console: Screen, notes: Sequence[str]) -> None:
    for note in notes:
        console.print(Text(f"! {note}"))
