"""An explanation for people: each component's cycle in parts, who is waited for, the bottleneck."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.language.printer import figure
from pepa.query.report import Report

LEAST = 0.0005  # shares below are left out


def print_explanation(report: Report) -> None:
    """Print the bottleneck in words, then the components, then the rates that matter where a measure was asked for."""
    console = Screen()
    console.print(Text(f"{report['model']}  {report['states']:,} states, exact", "bold"))
    for sentence in report["sentences"]:
        console.print(Text(sentence))
    for part in report["components"]:
        console.print()
        console.print(Text(_head(part), "bold"))
        console.print(_stays(part))
    if found := report.get("sensitivity"):
        from pepa.cli.sensitivity_tables import print_sensitivities

        console.print()
        print_sensitivities({**report, "sensitivities": [found]})


def _head(part: Report) -> str:
    cycle = part["cycle_time"]
    name = f"{part['name']}[{part['size']}]" if part["size"] > 1 else part["name"]
    told = f"a cycle from {part['start']} takes {figure(cycle)}" if cycle is not None else "no cycles"
    return f"{name}: {told}; occupied {part['occupied']:.1%}, at its own rate {part['working']:.1%}"


def _stays(part: Report) -> Table:
    """Return a row a local derivative: the time a cycle in it works and waits, and for whom."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("in", overflow="fold")
    for column in ("works", "waits"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("of the time there", overflow="fold")
    works = waits = 0.0
    for stay in part["stays"]:
        times = stay["per_cycle"]
        if times is not None:
            works, waits = works + times["working"], waits + times["waiting"]
        shown = ["", ""] if times is None else [figure(times["working"]), figure(times["waiting"])]
        table.add_row(Text(stay["state"]), *shown, Text("; ".join(map(_meeting, stay["meetings"]))))
    if part["cycle_time"] is not None:
        table.add_row(Text("a cycle", "bold"), figure(works), figure(waits), Text(f"together {figure(works + waits)}"))
    return table


def _meeting(one: Report) -> str:
    said = [f"{name} not ready {share:.1%}" for name, share in one["missing"].items() if share > LEAST]
    said += [f"the other side slower {one['slowed']:.1%}"] * (one["slowed"] > LEAST)
    return f"{one['action']}: " + (", ".join(said) or "nobody slows it")
