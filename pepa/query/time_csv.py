"""What is known over time as CSV: a row a time, a column a measure, its margin beside it where it has one."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence

from pepa.query.report import Report

Columns = Mapping[str, Sequence[float | None]]


def series_csv(report: Report) -> str:
    """Return the series of a report, as `series_report` makes it."""
    values = {**report["population"], **report["throughput"], **report["measures"]}
    margins = {**report["population_margin"], **report["throughput_margin"], **report["measures_margin"]}
    columns: dict[str, Sequence[float | None]] = {"time": report["time"]}
    for name, found in values.items():
        columns[name] = found
        if name in margins:
            columns[f"{name} margin"] = margins[name]
    return _written(columns)


def passage_csv(reports: Sequence[Report]) -> str:
    """Return the distributions of a passage time by some methods, all at the same times, as passage reports hold them.

    Where there is one method its columns have no prefix; of several ends there is a column for each, and of what is
    earned on the way up to each time, where it was asked for.
    """
    shown = [report for report in reports if report["curve"]]
    columns: dict[str, Sequence[float | None]] = {"time": shown[0]["curve"]["time"]} if shown else {"time": []}
    for report in shown:
        curve, prefix = report["curve"], f"{report['kind']} " if len(reports) > 1 else ""
        columns[f"{prefix}arrived"] = curve["distribution"]
        for key, name in (("density", "density"), ("half_width", "arrived margin")):
            if key in curve:
                columns[f"{prefix}{name}"] = curve[key]
        if len(report["to"]) > 1 and "by_end" in curve:
            ends = zip(report["to"], curve["by_end"], strict=True)
            columns |= {f"{prefix}arrived by {end}": values for end, values in ends}
        for one in report.get("earned", ()):
            columns[f"{prefix}earned {one['name']}"] = one["by_time"]
            columns[f"{prefix}earned {one['name']} margin"] = one["error_by_time"]
    return _written(columns)


def _written(columns: Columns) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(map(_cell, values) for values in columns.values()), strict=True))
    return target.getvalue()


def _cell(value: float | None) -> str:
    """Return a figure in full; nothing for what is none."""
    return "" if value is None or not math.isfinite(value) else repr(float(value))
