"""Traces: ways through the states of a net, what each step was, how likely and how long; told, kept, replayed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pepa.control.error import PepaError
from pepa.explore.place import Counts, counts_of, members, told
from pepa.explore.steps import Activity, Steps
from pepa.net.net import Net


@dataclass(frozen=True)
class Trace:
    """A way from a state by activities one after another. `found` says how it was found."""

    net: Net
    start: Counts
    activities: tuple[Activity, ...]
    found: str

    @property
    def end(self) -> Counts:
        """The state it leads to."""
        return self.activities[-1].target if self.activities else self.start

    @property
    def probability(self) -> float:
        """The probability that a run from the start begins with these very activities."""
        return math.prod(activity.chance for activity in self.activities)

    @property
    def mean_time(self) -> float:
        """The mean time from the start to the end, given that the run goes this way."""
        return sum(activity.chance / activity.rate for activity in self.activities)


def followed(steps: Steps, start: Counts, moves: Iterable[int], found: str) -> Trace:
    """Return the trace of some moves of the net, one after another."""
    counts, passed = start, []
    for move in moves:
        passed.append(next(activity for activity in steps.activities(counts) if activity.move == move))
        counts = passed[-1].target
    return Trace(steps.net, start, tuple(passed), found)


def replayed(steps: Steps, report: Mapping[str, Any]) -> Trace:
    """Return a trace as it was reported, with the rates of this net.

    Raises PepaError where it is no trace, or at the first step that this net cannot do.
    """
    try:
        start = counts_of(steps.net, report["start"]["members"])
        wanted = [(str(step["action"]), counts_of(steps.net, step["members"])) for step in report["steps"]]
    except (KeyError, TypeError, AttributeError):
        raise PepaError("this is no trace", "a trace is what `pepa trace --json` prints") from None
    counts, passed = start, list[Activity]()
    for number, (action, target) in enumerate(wanted, 1):
        fitting = [a for a in steps.activities(counts) if a.action == action and a.target == target]
        if not fitting:
            can = ", ".join(dict.fromkeys(activity.action for activity in steps.activities(counts))) or "nothing"
            raise PepaError(f"step {number}, {action}, cannot happen in {told(steps.net, counts)}", f"there can: {can}")
        passed.append(max(fitting, key=lambda activity: activity.rate))
        counts = target
    return Trace(steps.net, start, tuple(passed), str(report.get("found", "replayed")))


def trace_report(trace: Trace) -> dict[str, Any]:
    """Return a trace as a plain dictionary, which `replayed` reads."""
    return {
        "found": trace.found,
        "length": len(trace.activities),
        "probability": trace.probability,
        "mean_time": trace.mean_time,
        "groups": [group.name for group in trace.net.groups],
        "start": {"text": told(trace.net, trace.start), "members": list(members(trace.net, trace.start))},
        "steps": [
            {
                "action": activity.action,
                "rate": activity.rate,
                "chance": activity.chance,
                "parts": [[part.group, part.source, part.target] for part in activity.parts],
                "text": told(trace.net, activity.target),
                "members": list(members(trace.net, activity.target)),
            }
            for activity in trace.activities
        ],
    }
