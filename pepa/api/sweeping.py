"""A sweep of the library: the points of a study as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from pepa.api.results import Sweep
from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.expression import parse
from pepa.study.crews import crew
from pepa.study.design import grid
from pepa.study.ranges import values
from pepa.study.run import run
from pepa.study.solving import Setting


def swept(
    text: str,
    fixed: Mapping[str, float],
    ranges: Mapping[str, Iterable[float] | str],
    measures: tuple[str, ...],
    method: str,
    processes: int,
    control: Control,
) -> Sweep:
    """Return measures at every combination of values; raises PepaError for a wrong model or request."""
    if processes < 1:
        raise PepaError(f"{processes} processes solve nothing", "as in processes=2")
    if not ranges:
        raise PepaError("nothing is varied", "as in Q=range(1, 6)")
    for measure in measures:
        parse(measure)
    points = grid({name: _values(name, given) for name, given in ranges.items()})
    setting = Setting(text, tuple(fixed.items()), tuple((measure, measure) for measure in measures), method)
    parameters = [tuple(point.items()) for point in points]
    found = {name: np.full(len(points), np.nan) for name in measures}
    halves = {name: np.full(len(points), np.nan) for name in measures}
    reasons, methods, notes = [""] * len(points), [""] * len(points), dict[str, None]()
    with crew(processes, None) as workers:
        for outcome in run([setting] * len(points), parameters, control, workers):
            reasons[outcome.index], methods[outcome.index] = outcome.reason, outcome.method
            for row in outcome.rows:
                notes |= dict.fromkeys(row.notes)
                for name in measures:
                    found[name][outcome.index] = row.values[name]
                    halves[name][outcome.index] = row.half_width.get(name, np.nan)
    varied = {name: np.array([point[name] for point in points]) for name in ranges}
    return Sweep(varied, found, halves, tuple(reasons), tuple(methods), tuple(notes))


def _values(name: str, given: Iterable[float] | str) -> tuple[float, ...]:
    try:
        found = values(given) if isinstance(given, str) else tuple(map(float, given))
    except (TypeError, ValueError):
        raise PepaError(f"the values of {name} are no numbers", f"as in {name}=range(1, 6)") from None
    if not found:
        raise PepaError(f"there are no values of {name}", f"as in {name}=range(1, 6)")
    return found
