"""A passage time as a plain dictionary: what `--json` prints."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pepa.markov.passage.curve import Curve
from pepa.markov.passage.moments import Arrival
from pepa.query.accumulated import on_the_way
from pepa.query.earned import earned
from pepa.query.passage import Passage
from pepa.query.report import certainty_report, model_report
from pepa.query.series import times
from pepa.query.shares import SHOWN
from pepa.query.told_passage import ToldArrival, ToldCurve, ToldEarned, ToldPassage


def passage_report(
    found: Passage,
    model: str,
    shares: Sequence[float],
    points: int,
    until: float | None,
    tolerance: float,
    rewards: Sequence[str] = (),
) -> ToldPassage:
    """Return moments, quantiles, and the distribution at `points` times; what is infinite or undefined is None.

    `rewards` are what is earned on the way.
    """
    moments = found.moments()
    total = moments.overall.probability
    highest = max((share for share in (*shares, SHOWN * total) if share < total), default=0.0)
    down_to = 0.05 * (total - highest)
    tolerance = min(tolerance, 1e-3 * (total - highest)) if highest else tolerance
    curve = found.curve(tolerance, math.inf if until is None else until, down_to if until is None else 0.0)
    beyond = until is not None and bool(shares)  # the quantiles may lie
    quantile_curve = found.curve(tolerance, down_to=down_to) if beyond else curve
    end = until or curve.quantile(SHOWN * total).time
    told = _curve(curve, end, points) if total > 0 and math.isfinite(end) and end > 0 else None
    return {
        **model_report(found.net, model),
        "kind": found.kind,
        "notes": list(found.doubts),
        "passage": str(found.question),
        "from": found.question.begin,
        "to": list(found.question.ends),
        "member": found.question.member or None,
        "probe": None if found.probe is None else {"states": found.probe.size, "component": found.probe.text},
        "started": found.started,
        "start_certainty": None if found.certainty is None else certainty_report(found.certainty),
        "states": found.states,
        "states_on_the_way": found.system.size,
        **_arrival(moments.overall),
        "ends": [{"name": name, **_arrival(one)} for name, one in zip(found.question.ends, moments.each, strict=True)],
        "never": moments.never,
        "method": moments.overall.method,
        "quantiles": [
            {"share": one.share, "time": _told(one.time), "low": _told(one.low), "high": _told(one.high)}
            for one in map(quantile_curve.quantile, shares)
        ],
        "curve": told,
        "earned": _earned(found, rewards, told, tolerance),
    }


def _curve(curve: Curve, end: float, points: int) -> ToldCurve:
    at = curve.at(times(end, points))
    return {
        "method": curve.method,
        "time": at.time.tolist(),
        "distribution": at.arrived.sum(axis=1).tolist(),
        "density": at.density.sum(axis=1).tolist(),
        "by_end": [column.tolist() for column in at.arrived.T],
        "density_by_end": [column.tolist() for column in at.density.T],
        "error": float(at.error.max()),
    }


def _earned(found: Passage, rewards: Sequence[str], curve: ToldCurve | None, tolerance: float) -> list[ToldEarned]:
    """Return what is earned on the way of a passage in all, and up to each time of a curve, each with its error."""
    at = None if curve is None else np.array(curve["time"])
    told: list[ToldEarned] = []
    for text in rewards:
        one = earned(found, text)
        told.append({"name": one.text, "value": one.value, "error": one.error})
        if at is not None:
            sooner = on_the_way(found, text, at, tolerance)
            told[-1]["by_time"], told[-1]["error_by_time"] = sooner.value.tolist(), sooner.error.tolist()
    return told


def _arrival(one: Arrival) -> ToldArrival:
    return {
        "probability": one.probability,
        "mean": _told(one.mean),
        "variance": _told(one.variance),
        "standard_deviation": _told(float(np.sqrt(one.variance))),
        "relative_error": {"mean": one.error, "variance": one.variance_error},
    }


def _told(value: float) -> float | None:
    return value if math.isfinite(value) else None
