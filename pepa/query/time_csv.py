"""What is known over time as CSV: a row a time, a column a measure, its margin beside it where it has one."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence

from pepa.query.told_passage import AnyPassage
from pepa.query.told_series import ToldSeries

Columns = Mapping[str, Sequence[float | None]]


def series_csv(report: ToldSeries) -> str:
    """Return the series of a report, as `series_report` makes it."""
    columns: dict[str, Sequence[float | None]] = {"time": report["time"]}
    for name, (values, margins) in told_apart(report).items():
        columns[name] = values
        if margins is not None:
            columns[f"{name} margin"] = margins
    return _written(columns)


def told_apart(report: ToldSeries) -> dict[str, tuple[Sequence[float], Sequence[float] | None]]:
    """Return the values of a series and their margins by name.

    A name of an action and of a local derivative stands for both: `population(P)` and `throughput(P)`.
    """
    found: dict[str, tuple[Sequence[float], Sequence[float] | None]] = {}
    for name, values in report["population"].items():
        found[headings(report, name)[0]] = values, report["population_margin"].get(name)
    for name, values in report["throughput"].items():
        found[headings(report, name)[-1]] = values, report["throughput_margin"].get(name)
    for name, values in report["measures"].items():
        found[name] = values, report["measures_margin"].get(name)
    return found


def headings(report: ToldSeries, name: str) -> tuple[str, ...]:
    """Return what stands over the columns of a name in a series."""
    if name in report["population"] and name in report["throughput"]:
        return f"population({name})", f"throughput({name})"
    return (name,)


def passage_csv(reports: Sequence[AnyPassage]) -> str:
    """Return the distributions of a passage time by some methods, all at the same times, as passage reports hold them.

    Where there is one method its columns have no prefix; of several ends there is a column for each, and of what is
    earned on the way up to each time, where it was asked for.
    """
    columns: dict[str, Sequence[float | None]] = {"time": []}
    for report in reports:
        if report["curve"]:
            prefix = f"{report['kind']} " if len(reports) > 1 else ""
            columns.update(time=report["curve"]["time"])
            columns |= {f"{prefix}{name}": values for name, values in _curve_columns(report)}
    return _written(columns)


def _curve_columns(report: AnyPassage) -> Iterator[tuple[str, Sequence[float]]]:
    if report["kind"] == "simulation":
        yield "arrived", report["curve"]["distribution"]
        yield "arrived margin", report["curve"]["half_width"]
    elif (curve := report["curve"]) is not None:
        yield "arrived", curve["distribution"]
        yield "density", curve["density"]
        if len(report["to"]) > 1:
            yield from ((f"arrived by {end}", own) for end, own in zip(report["to"], curve["by_end"], strict=True))
        for one in report["earned"]:
            yield f"earned {one['name']}", one["by_time"]
            yield f"earned {one['name']} margin", one["error_by_time"]


def _written(columns: Columns) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(map(_cell, values) for values in columns.values()), strict=True))
    return target.getvalue()


def _cell(value: float | None) -> str:
    """Return a figure in full; nothing for what is none."""
    return "" if value is None or not math.isfinite(value) else repr(float(value))
