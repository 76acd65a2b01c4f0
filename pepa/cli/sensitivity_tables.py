"""Sensitivities as tables: the parameters that matter most first, a signed bar each."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.language.printer import figure
from pepa.pictures.bar import bar
from pepa.query.sensitivity_report import component_words, evidence_words, remark
from pepa.query.told_reasons import ToldInfluence, ToldSensitivities, ToldSensitivity

WIDTH = 12  # cells on either side of zero


def print_sensitivities(report: ToldSensitivities) -> None:
    """Print what each measure depends on."""
    console = Screen()
    of = f"{report['states']:,} states" if report["states"] is not None else "fluid equilibrium"
    console.print(Text(f"{report['model']}  {of}", "bold"))
    for found in report["sensitivities"]:
        print_sensitivity(console, found)
    for note in report["notes"]:
        console.print(Text(f"! {note}"))


def print_sensitivity(console: Screen, found: ToldSensitivity) -> None:
    """Print a measure with its elasticities and derivatives, by component, and the evidence."""
    console.print(Text(f"{found['measure']} = {figure(found['value'])}", "bold"))
    console.print(_parameters(found["parameters"]) if found["parameters"] else Text("the model defines no parameters"))
    for row in found["parameters"]:
        if said := remark(row, found["value"]):
            console.print(Text(f"{row['name']}: {said}"))
    if each := component_words(found):
        told = " · ".join(f"{name} {said}" for name, said in each.items())
        console.print(Text(f"by component, a factor on all rates of its activities: {told}"))
    console.print(evidence_words(found), style="dim")


def signed_bar(value: float, largest: float) -> str:
    """Return a bar that goes from the middle to the right where a value is positive, else to the left."""
    drawn = bar(abs(value), largest, WIDTH)
    if value >= 0:
        return " " * WIDTH + "│" + drawn
    whole = round(WIDTH * -value / largest) if largest else 0
    return " " * (WIDTH - whole) + "█" * whole + "│"


def _parameters(rows: list[ToldInfluence]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("parameter", overflow="fold")
    for column in ("value", "elasticity"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("derivative", justify="right", no_wrap=True)
    largest = max((abs(row["elasticity"] or 0.0) for row in rows), default=0.0)
    for row in rows:
        elasticity, slope = row["elasticity"], row["rising"]
        drawn = "" if elasticity is None else signed_bar(elasticity, largest)
        told = "" if elasticity is None else f"{elasticity:+.4f}"
        table.add_row(Text(row["name"]), figure(row["value"]), told, drawn, "" if slope is None else figure(slope))
    return table
