"""An explanation for people: each component's cycle in parts, who is waited for, the bottleneck."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.language.printer import figure
from pepa.query.explain_report import cycle_words, meeting_words
from pepa.query.told_reasons import ToldExplanation, ToldPart


def print_explanation(report: ToldExplanation) -> None:
    """Print the bottleneck in words, then the components, then the rates that matter where a measure was asked for."""
    console = Screen()
    console.print(Text(f"{report['model']}  {report['states']:,} states, exact", "bold"))
    for sentence in report["sentences"]:
        console.print(Text(sentence))
    for part in report["components"]:
        console.print()
        console.print(Text(cycle_words(part), "bold"))
        console.print(_stays(part))
    if (found := report["sensitivity"]) is not None:
        from pepa.cli.sensitivity_tables import print_sensitivity

        console.print()
        print_sensitivity(console, found)


def _stays(part: ToldPart) -> Table:
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
        table.add_row(Text(stay["state"]), *shown, Text(meeting_words(stay)))
    if part["cycle_time"] is not None:
        table.add_row(Text("a cycle", "bold"), figure(works), figure(waits), Text(f"together {figure(works + waits)}"))
    return table
