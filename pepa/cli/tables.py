"""Results as tables for people: numbers right-aligned, four significant digits, bars beside them."""

from __future__ import annotations

import math

from rich.table import Table
from rich.text import Text

from pepa.cli.screen import Screen
from pepa.language.printer import figure
from pepa.pictures.bar import bar
from pepa.query.report import shape_sentences
from pepa.query.told_solution import ToldAttempt, ToldBalance, ToldGroup, ToldResponseTime, ToldSolved, ToldSpace

TINIEST = 1e-290  # as in pepa.markov.chain.chain, which is slow to import


def print_shape(report: ToldSpace) -> None:
    """Print what was derived, and in words what is unusual about it."""
    console = Screen()
    console.print(_headline(report))
    classes = report["recurrent_classes"]
    parts = [f"{classes:,} recurrent class" + ("" if classes == 1 else "es")]
    parts.append(f"{report['transient_states']:,} transient states")
    parts.append(f"{report['deadlocks']:,} deadlock" + ("" if report["deadlocks"] == 1 else "s"))
    console.print(" · ".join([*parts, f"{report['levels']:,} levels"]))
    if report["counted"]:
        console.print(Text(f"copies that cooperate are counted: {', '.join(report['counted'])}", style="dim"))
    for sentence in shape_sentences(report):
        console.print(Text("! " + sentence + "."))
    seconds = report["seconds"]
    console.print(" · ".join(f"{stage} {_time(value)}" for stage, value in seconds.items()), style="dim")


def print_solution(report: ToldSolved, *, explain: bool, bound: bool) -> None:
    """Print a solved model: shape, evidence, throughputs, populations by group, response times."""
    print_shape(report)
    console = Screen()
    if (lumped := report["lumped"]) is not None:
        size = f"{lumped['states']:,} states, {lumped['transitions']:,} transitions"
        console.print(f"lumped to {size}: {lumped['factor']:.3g} times fewer states")
    steps = f"{report['iterations']:,} step" + ("" if report["iterations"] == 1 else "s")
    certainty = report["certainty"]
    verdict = "exact" if certainty["exact"] else "NOT CERTAIN"
    console.print(f"{verdict}: {report['method']}, {steps}, residual {report['residual']:.1e}")
    console.print(
        f"       {certainty['words']}: {certainty['evidence']}", style="dim" if certainty["exact"] else "bold"
    )
    console.print(_balance(report["balance"]), style="dim")
    if bound:
        console.print(_error_bound(report["error_bound"], report["beyond_bound"]))
    if explain:
        console.print(_attempts(report["attempts"]))
    if report["measures"]:
        console.print(_bars("measure", "value", report["measures"]))
    for text, reason in report["why_none"].items():
        console.print(Text(f"! {text}: no value: {reason}"))
    console.print(_bars("action", "throughput", report["throughput"]))
    if lumped is not None:
        console.print(_bars("local derivative", "population", report["population"]))
    for group in report["groups"]:
        console.print(_group(group))
    for found in report["distributions"]:
        from pepa.cli.distribution_tables import print_distribution

        print_distribution(found)
    for time in report["response_time"]:
        console.print(Text(response_sentence(time)))


def response_sentence(time: ToldResponseTime) -> str:
    """Say what a mean response time is, or that there is none."""
    names, mean = ", ".join(time["states"]), time["mean"]
    if not math.isfinite(mean):
        return f"! there is no response time of {names}: in the long run nobody enters or leaves it"
    if "cycle_of" not in time:
        return f"mean response time of {names}: {figure(mean)} time units, each visit from entering to leaving"
    start, visits = time["cycle_of"], figure(time["visits_per_cycle"], 3)
    return (
        f"mean response time of {names}: {figure(mean)} time units a visit, {visits} visits a cycle of {start}: "
        f"{figure(time['per_cycle'])} a cycle (from entering {start} to entering it again)"
    )


def _balance(balance: ToldBalance) -> str:
    which = "every state" if balance["above"] == 0 else f"every state of probability above {balance['above']:.0e}"
    return f"       {which} balanced to {balance['worst']:.1e} of its own flow"


def _error_bound(bound: float | None, beyond: int) -> str:
    if bound is None:
        return (
            "       no bound on the error could be proved: the chain is too ill-conditioned, or several classes recur"
        )
    if beyond:
        which = f"{beyond:,} rarer states are not covered"
        return f"       every probability above {TINIEST:g} proved right to {bound:.1e} of itself; {which}"
    return f"       every probability proved right to {bound:.1e} of itself"


def _headline(report: ToldSpace) -> Text:
    parameters = "  ".join(
        f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in report["parameters"].items()
    )
    line = Text(f"{report['model']}  ", style="bold")
    line.append(f"{report['states']:,} states  {report['transitions']:,} transitions", style="not bold")
    line.append(f"\n{parameters}", style="not bold dim")
    return line


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _bars(name: str, unit: str, values: dict[str, float]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(name, overflow="fold")
    table.add_column(unit, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    largest = max(filter(math.isfinite, values.values()), default=0.0)
    for label, value in values.items():
        table.add_row(Text(label), figure(value), bar(value, largest))
    return table


def _group(group: ToldGroup) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    members = group["name"] if group["size"] == 1 else f"{group['name']}[{group['size']}]"
    table.add_column(Text(members), overflow="fold")
    table.add_column("population", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for label, value in group["population"].items():
        share = group["utilisation"][label]
        table.add_row(Text(label), figure(value), f"{100 * share:.1f} %", bar(share, 1.0))
    return table


def _attempts(attempts: list[ToldAttempt]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("tried", "ended", "residual", "steps", "seconds", "because"):
        table.add_column(column, justify="left" if column in ("tried", "ended", "because") else "right")
    for attempt in attempts:
        table.add_row(
            attempt["method"],
            attempt["outcome"].replace("_", " "),
            f"{attempt['residual']:.1e}",
            f"{attempt['iterations']:,}",
            f"{attempt['seconds']:.3f}",
            attempt["reason"],
        )
    return table
