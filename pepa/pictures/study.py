"""From the points of a study to its charts, verdicts and evidence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from pepa.language.printer import figure
from pepa.pictures.plots import Line, heat_map, lines, signed_bars

Report = dict[str, Any]
Points = Sequence[Mapping[str, Any]]


def picture(chart: Report, points: Points, width: int, height: int) -> Text:
    """Return a chart (kind, x, y, by, title) of points, in cells."""
    title = chart["title"] or (" · ".join(chart["y"]) if len(chart["y"]) == 1 else "")
    drawn = _drawn(chart, points, width, height - bool(title))
    return Text("\n").join([Text(title, "bold"), drawn]) if title else drawn


def _drawn(chart: Report, points: Points, width: int, height: int) -> Text:
    x, by, labels = chart["x"], chart["by"], chart["y"]
    if chart["kind"] == "heat map":
        return _heat_map(points, labels[0], x, by, width)
    if chart["kind"] == "bars":
        named = {_named(point["parameters"].get(x, "")): point["values"].get(labels[0], math.nan) for point in points}
        return signed_bars(named, width)
    curves = []
    for value in _distinct(points, by) if by else [None]:
        own = [point for point in points if not by or point["parameters"].get(by) == value]
        for label in labels:
            name = label if not by else f"{by} = {_named(value)}" + (f", {label}" if len(labels) > 1 else "")
            halves = [point.get("half_width", {}).get(label) for point in own]
            curves.append(
                Line(
                    name,
                    [float(point["parameters"][x]) for point in own],
                    [point["values"].get(label, math.nan) for point in own],
                    [] if None in halves else halves,
                )
            )
    below = len(curves) + bool(x)
    return lines(curves, width, max(6, height - below), x)


def _heat_map(points: Points, label: str, x: str, by: str, width: int) -> Text:
    columns, rows = _distinct(points, x), _distinct(points, by)
    found = {(p["parameters"].get(x), p["parameters"].get(by)): p["values"].get(label, math.nan) for p in points}
    values = [[found.get((column, row), math.nan) for column in columns] for row in reversed(rows)]
    names = [f"{by} = {_named(row)}" for row in reversed(rows)]
    return heat_map(values, [_named(column) for column in columns], names, width, x)


def _distinct(points: Points, axis: str) -> list[Any]:
    return list(dict.fromkeys(point["parameters"].get(axis) for point in points))


def _named(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def verdict_table(claims: Sequence[Report]) -> Table:
    """Return the claims, each with a sign and the word, the number behind it, its text and its note."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column()
    for claim in claims:
        holds = claim["holds"]
        text = Text(claim["text"])
        if claim.get("note"):
            text.append(f"\n{claim['note']}", "dim")
        sign = Text("✓ holds", "bold green") if holds else Text("✗ does not", "bold red")
        table.add_row(sign, Text("" if claim["value"] is None else figure(claim["value"]), "bold"), text)
    return table


def evidence(points: Points) -> Text:
    """Return in a line each how the points were obtained, and why some were not."""
    methods = Counter(point["method"].split(", residual")[0] for point in points if "method" in point)
    found = [Text(f"{number:,} of {len(points):,} points: {method}", "dim") for method, number in methods.items()]
    failed = Counter(point["reason"] for point in points if "reason" in point)
    found += [Text(f"! {number:,} failed: {reason}") for reason, number in failed.items()]
    return Text("\n").join(found)
