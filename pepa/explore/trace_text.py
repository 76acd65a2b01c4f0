"""Traces as text, and in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pepa.control.error import PepaError, unwritten
from pepa.explore.told_trace import ToldTrace
from pepa.language.printer import figure
from pepa.language.saving import write_whole
from pepa.language.source import read_source


def headline(report: ToldTrace) -> str:
    """Return what the trace is, in a line."""
    steps = f"{report['length']:,} step" + ("" if report["length"] == 1 else "s")
    told = f"probability {figure(report['probability'])}, mean time {figure(report['mean_time'])}"
    return f"{report['found']}: {steps}, {told}"


def trace_text(report: ToldTrace) -> str:
    """Return a trace as a list: each activity with rate, chance, who took part, and the state it led to."""
    number = len(str(report["length"]))
    lines = [headline(report), f"{0:>{number}}  {report['start']['text']}"]
    for index, step in enumerate(report["steps"], 1):
        who = ", ".join(f"{source} → {target}" for _, source, target in step["parts"])
        lines.append(f"{index:>{number}}  {step['action']}  rate {figure(step['rate'])}, {step['chance']:.1%}  {who}")
        lines.append(f"{'':>{number}}  {step['text']}")
    return "\n".join(lines) + "\n"


def read_trace(path: Path) -> dict[str, Any]:
    """Return what a file holds as JSON; raises PepaError where it cannot be read, or holds no object."""
    hint = "a trace is what `pepa trace --json` prints"
    try:
        found = json.loads(read_source(path))
    except (ValueError, RecursionError):
        raise PepaError(f"{path} is no JSON", hint) from None
    if not isinstance(found, dict):
        raise PepaError(f"{path} is no trace", hint)
    return found


def write_trace(path: Path, report: ToldTrace) -> None:
    """Write a trace whole, as JSON where the name ends so, else as text. Raises PepaError where it cannot be."""
    try:
        write_whole(path, json.dumps(report, indent=2) + "\n" if path.suffix == ".json" else trace_text(report))
    except OSError as error:
        raise unwritten(path, error, "choose another place") from None
