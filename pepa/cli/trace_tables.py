"""Traces for people: a list of steps, or a sequence chart."""

from __future__ import annotations

import shutil

from pepa.cli.terminal import say
from pepa.explore.told_trace import ToldTrace
from pepa.explore.trace_text import headline, trace_text
from pepa.pictures.sequence import Row, sequence_chart


def print_trace(report: ToldTrace, *, chart: bool) -> None:
    """Print a trace, as wide as the terminal is."""
    width = shutil.get_terminal_size((100, 24)).columns
    say(chart_text(report, width) if chart else trace_text(report), end="")


def chart_text(report: ToldTrace, width: int) -> str:
    """Return a trace as a sequence chart."""
    rows = [Row(step["action"], {group: target for group, _, target in step["parts"]}) for step in report["steps"]]
    held = zip(report["groups"], report["start"]["members"], strict=True)
    start = {group: next(iter(members)) if len(members) == 1 else "" for group, members in held}
    return "\n".join([headline(report), *sequence_chart(report["groups"], start, rows, width)]) + "\n"
