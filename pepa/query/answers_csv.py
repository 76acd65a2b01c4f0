"""Answers to properties and measures as CSV: a row each, with what it is known between."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

from pepa.query.told_answer import ToldAnswer

COLUMNS = ("name", "property", "value", "low", "high", "verdict", "holds_in", "not_decided_in", "reason")


def answers_csv(reports: Iterable[ToldAnswer]) -> str:
    """Return the reports of answers as `--json` has them; a verdict is true, false or undecided."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        told: dict[str, object] = {**report}
        if "verdict" in report:
            told["verdict"] = _verdict(report["verdict"])
        if "error" in report:
            told["reason"] = report["error"].splitlines()[0]
        writer.writerow([_cell(told.get(column)) for column in COLUMNS])
    return target.getvalue()


def _verdict(verdict: bool | None) -> str:
    return "undecided" if verdict is None else str(verdict).lower()


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else str(value)
