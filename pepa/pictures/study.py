"""From the points of a study to its charts, verdicts and evidence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from pepa.language.printer import figure, margin
from pepa.pictures.plots import Blank, Line, heat_map, lines, signed_bars
from pepa.study.told_study import ToldChart, ToldClaim, ToldElasticities, ToldPoint, ToldResult

MOST = 8  # lines in one chart: there are as many signs
Points = Sequence[ToldPoint]


def picture(chart: ToldChart, points: Points, width: int, height: int) -> Text:
    """Return a chart (kind, x, y, by, title) of points, in cells."""
    title = chart["title"] or (" · ".join(chart["y"]) if len(chart["y"]) == 1 else "")
    drawn = _drawn(chart, points, width, height - bool(title))
    return Text("\n").join([Text(title, "bold"), drawn]) if title else drawn


def _drawn(chart: ToldChart, points: Points, width: int, height: int) -> Text:
    x, by, labels = chart["x"], chart["by"], chart["y"]
    if chart["kind"] == "heat map":
        parts: list[Text] = []
        for name, own in _apart(points, _others(points, (x, by))):
            parts += [Text(name, "dim")] if name else []
            parts.append(_heat_map(own, labels[0], x, by, width))
        return Text("\n").join(parts)
    if chart["kind"] == "bars":
        named = {_named(point["parameters"].get(x, "")): _value(point, labels[0]) for point in points}
        return signed_bars(named, width)
    return _lines(_curves(points, x, by), x, labels, width, height)


def _lines(every: Sequence[tuple[str, Points]], x: str, labels: Sequence[str], width: int, height: int) -> Text:
    kept = every[:: -(-len(every) * len(labels) // MOST)]
    found = []
    for key, own in kept:
        for label in labels:
            name = ", ".join(part for part in (key, label if len(labels) > 1 or not key else "") if part)
            halves = [point["half_width"][label] for point in own if label in point["half_width"]]
            found.append(
                Line(
                    name,
                    [float(point["parameters"][x]) for point in own],
                    [point["values"].get(label, math.nan) for point in own],
                    halves if len(halves) == len(own) else [],
                )
            )
    told = f"\n   {len(kept)} of {len(every):,} lines are drawn: the table of points has all" * (len(kept) < len(every))
    below = len(found) + bool(x) + bool(told)
    return lines(found, width, max(6, height - below), x).append(told, "dim")


def _curves(points: Points, x: str, by: str) -> list[tuple[str, Points]]:
    """Return the points of each curve and its name: those that differ in `x` alone, where there are any such.

    Where every point differs from the others in more, as in samples, they are one curve for each value of `by`.
    """
    named = [by] if by else []
    found = _apart(points, named + _others(points, (x, by)))
    return found if len(found) < len(points) else _apart(points, named)


def _others(points: Points, axes: Sequence[str]) -> list[str]:
    """Return the axes that vary besides these."""
    every = points[0]["parameters"] if points else ()
    return [axis for axis in every if axis not in axes and len(_distinct(points, axis)) > 1]


def _apart(points: Points, axes: Sequence[str]) -> list[tuple[str, Points]]:
    """Return the points of each combination of values on these axes, with its name."""
    found: dict[str, list[ToldPoint]] = {}
    for point in points:
        name = ", ".join(f"{axis} = {_named(point['parameters'].get(axis))}" for axis in axes)
        found.setdefault(name, []).append(point)
    return list(found.items())


def _heat_map(points: Points, label: str, x: str, by: str, width: int) -> Text:
    columns, rows = _distinct(points, x), _distinct(points, by)
    found = {(p["parameters"].get(x), p["parameters"].get(by)): _value(p, label) for p in points}
    values = [[found.get((column, row), Blank.ABSENT) for column in columns] for row in reversed(rows)]
    names = [f"{by} = {_named(row)}" for row in reversed(rows)]
    return heat_map(values, [_named(column) for column in columns], names, width, x)


def _value(point: ToldPoint, label: str) -> float | Blank:
    return point["values"].get(label, Blank.UNSOLVED)


def _distinct(points: Points, axis: str) -> list[float | str | None]:
    return list(dict.fromkeys(point["parameters"].get(axis) for point in points))


def _named(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def cells(point: ToldPoint, parameters: Sequence[str], measures: Sequence[str]) -> list[str]:
    """Return the parameters and the measures of a point as a table shows them."""
    found = []
    for name in parameters:
        coordinate = point["parameters"].get(name, "")
        found.append(f"{coordinate:g}" if isinstance(coordinate, float) else str(coordinate))
    return [*found, *(figure_of(point, measure) for measure in measures)]


def figure_of(result: ToldResult, measure: str) -> str:
    """Return a measure of a result with its half width, or that it was not solved."""
    value, half = result["values"].get(measure), result["half_width"].get(measure)
    return "not solved" if value is None else figure(value) + ("" if half is None else f" ± {margin(half, value, 2)}")


def elasticities(label: str, found: ToldElasticities, width: int) -> Text:
    """Return the elasticities of a measure as bars, with what they are on the other side where a minimum switches."""
    head = Text(f"elasticity of {label}: % of change for 1 % of the parameter\n", "bold")
    text = head.append_text(signed_bars(found["elasticities"][label], width))
    for name, value in found["shrinking"].get(label, {}).items():
        text.append(f"\n! a minimum switches at {name}: {figure(value)} as it shrinks", "")
    return text


_SIGNS = {
    True: Text("✓ holds", "bold green"),
    False: Text("✗ does not", "bold red"),
    None: Text("? not decided", "bold yellow"),
}


def verdict_table(claims: Sequence[ToldClaim]) -> Table:
    """Return the claims, each with a sign and the word, the number behind it, its text and its note."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column()
    for claim in claims:
        holds = claim["holds"]
        text = Text(claim["text"])
        if claim["note"]:
            text.append(f"\n{claim['note']}", "dim")
        sign = _SIGNS[holds]
        table.add_row(sign, Text("" if claim["value"] is None else figure(claim["value"]), "bold"), text)
    return table


def evidence(points: Sequence[ToldResult]) -> Text:
    """Return in a line each how the points were obtained, and why some were not."""
    methods = Counter(point["method"] for point in points if point["method"])
    found = [Text(f"{number:,} of {len(points):,} points: {method}", "dim") for method, number in methods.items()]
    noted = Counter(note for point in points for note in point["notes"])
    found += [Text(f"! {number:,} of {len(points):,} points: {note}") for note, number in noted.items()]
    failed = Counter(point["reason"] for point in points if point["reason"])
    every = f"of {len(points):,} points"
    found += [Text(f"! {number:,} {every}: not solved: {reason}") for reason, number in failed.items()]
    return Text("\n").join(found)
