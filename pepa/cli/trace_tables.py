"""Traces for people: a list of steps, or a sequence chart."""

from __future__ import annotations

import shutil

from pepa.cli.terminal import say
from pepa.language.printer import figure
from pepa.pictures.sequence import Row, sequence_chart
from pepa.query.report import Report


def print_trace(report: Report, *, chart: bool) -> None:
    """Print a trace, as wide as the terminal is."""
    width = shutil.get_terminal_size((100, 24)).columns
    say(chart_text(report, width) if chart else trace_text(report), end="")


def headline(report: Report) -> str:
    """Return what the trace is, in a line."""
    steps = f"{report['length']:,} step" + ("" if report["length"] == 1 else "s")
    told = f"probability {figure(report['probability'])}, mean time {figure(report['mean_time'])}"
    return f"{report['found']}: {steps}, {told}"


def trace_text(report: Report) -> str:
    """Return a trace as a list: each activity with rate, chance, who took part, and the state it led to."""
    number = len(str(report["length"]))
    lines = [headline(report), f"{0:>{number}}  {report['start']['text']}"]
    for index, step in enumerate(report["steps"], 1):
        who = ", ".join(f"{source} → {target}" for _, source, target in step["parts"])
        lines.append(f"{index:>{number}}  {step['action']}  rate {figure(step['rate'])}, {step['chance']:.1%}  {who}")
        lines.append(f"{'':>{number}}  {step['text']}")
    return "\n".join(lines) + "\n"


def chart_text(report: Report, width: int) -> str:
    """Return a trace as a sequence chart."""
    rows = [Row(step["action"], {group: target for group, _, target in step["parts"]}) for step in report["steps"]]
    held = zip(report["groups"], report["start"]["members"], strict=True)
    start = {group: next(iter(members)) if len(members) == 1 else "" for group, members in held}
    return "\n".join([headline(report), *sequence_chart(report["groups"], start, rows, width)]) + "\n"
