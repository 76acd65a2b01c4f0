"""What an experiment file varies: ranges, designs and times."""

from __future__ import annotations

import re

from pepa.control.error import PepaError
from pepa.language.numbers import counted
from pepa.study.design import DESIGNS, Point, grid, sampled, side_by_side
from pepa.study.ranges import counted_points, spaced, values
from pepa.study.toml_file import Data, Table

RESERVED = ("scenario", "time")
LARGEST_SEED = 2**63 - 1
SAMPLES = ("latin hypercube", "sobol")


def read_times(table: Table) -> tuple[float, ...]:
    """Return the times of an experiment, ascending; none where it is about the long run."""
    if "times" not in table.data:
        table.taken.add("times")
        return ()
    times = _range(table, "times")
    if times and not (list(times) == sorted(set(times)) and times[0] >= 0 and times[-1] > 0):
        table.wrong("times", "times are ascending, not negative, and the last is above 0")
        return ()
    return times


def read_points(table: Table) -> tuple[list[Point], tuple[str, ...]]:
    """Return the points of an experiment and the parameters they vary."""
    design, number, seed = (
        table.take("design", str, "grid"),
        table.take("points", int, 0),
        table.between("seed", 1, 0, LARGEST_SEED),
    )
    data: Data = table.take("vary", dict, {})
    vary = Table(table.file, (*table.path, "vary"), data)
    if design not in DESIGNS:
        table.wrong("design", f"there is no design `{design}`", f"the designs are {', '.join(DESIGNS)}")
        return [], ()
    for name in (name for name in data if name in RESERVED):
        vary.wrong(name, f"`{name}` is an axis of its own", "write `times` or `scenarios` beside `vary`")
    if not data:
        return [{}], ()
    try:
        if design in SAMPLES:
            return sampled({name: _bounds(vary, name) for name in data}, number, seed, design), tuple(data)
        ranges = {name: _range(vary, name) for name in data}
        return (side_by_side if design == "zip" else grid)(ranges), tuple(data)
    except PepaError as error:
        table.attempt("points" if design in SAMPLES and "points" in error.message else "vary", error)
        return [], ()


def _range(table: Table, key: str) -> tuple[float, ...]:
    table.taken.add(key)
    try:
        found = _values(table, key)
    except PepaError as error:
        table.attempt(key, error)
        return ()
    if not found:
        table.wrong(key, f"the range of `{key}` is empty", 'as in "1..5" or [1, 2, 5]')
    return found


def _values(table: Table, key: str) -> tuple[float, ...]:
    match table.data[key]:
        case str() as text:
            return values(text)
        case bool():
            pass
        case int() | float() as number:
            return (counted(number),)
        case list() as listed if all(isinstance(one, int | float) and not isinstance(one, bool) for one in listed):
            counted_points(len(listed), "a range has")
            return tuple(counted(one) for one in listed)
        case dict() as given:
            number = Table(table.file, (*table.path, key), given).take("number", int, 0)
            first, last, scale = _bounds(table, key)
            return spaced(first, last, number, scale)
    raise PepaError(f"`{key}` is no range", 'write "1..5", [1, 2, 5], or { from = 1, to = 5, number = 9 }')


def _bounds(table: Table, key: str) -> tuple[float, float, str]:
    """Return first, last and scale; raises PepaError where there are none."""
    given = table.data[key]
    if isinstance(given, str) and (pair := re.fullmatch(r"\s*([^:\s]+?)\s*(:|\.\.)\s*([^:\s]+)\s*", given)):
        (first,), (last,) = values(pair[1]), values(pair[3])
        return first, last, "whole" if pair[2] == ".." else "linear"
    if not isinstance(given, dict) or not {"from", "to"} <= given.keys():
        raise PepaError(
            f"`{key}` has no bounds", 'write "0.1:0.9", "1..10" for whole numbers, or { from = 0.1, to = 0.9 }'
        )
    inner = Table(table.file, (*table.path, key), given, {"number"})
    found = inner.take("from", float, 0.0), inner.take("to", float, 0.0), inner.take("scale", str, "linear")
    inner.close()
    return found
