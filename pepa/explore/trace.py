"""Traces: ways through the states of a net, what each step was, how likely and how long; told, kept, replayed."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pepa.control.error import PepaError
from pepa.explore.place import Counts, counts_of, initial, members, told
from pepa.explore.steps import Activity, Part, Steps
from pepa.explore.told_trace import ToldStep, ToldTrace
from pepa.net.net import Net

NO_TRACE = PepaError(
    "this is no trace", "a trace is what `pepa trace --json` or `pepa simulate --path N --json` prints"
)


@dataclass(frozen=True)
class Trace:
    """A way from a state by activities one after another. `found` says how it was found.

    `seconds` is how long it took to each of them, where the way was walked or recorded and not thought of.
    """

    net: Net
    start: Counts
    activities: tuple[Activity, ...]
    found: str
    seconds: tuple[float, ...] = ()

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
    """Return a trace as it was reported, or a path as `pepa simulate --path` reports it, with the rates of this net.

    Raises PepaError where it is neither, or at the first step that this net cannot do.
    """
    if "events" in report:
        return _recorded(steps, report["events"])
    try:
        start = counts_of(steps.net, report["start"]["members"])
        wanted = [(str(step["action"]), counts_of(steps.net, step["members"])) for step in report["steps"]]
    except (KeyError, TypeError, AttributeError):
        raise NO_TRACE from None
    counts, passed = start, list[Activity]()
    for number, (action, target) in enumerate(wanted, 1):
        fitting = [a for a in steps.activities(counts) if a.action == action and a.target == target]
        if not fitting:
            can = ", ".join(dict.fromkeys(activity.action for activity in steps.activities(counts))) or "nothing"
            raise PepaError(f"step {number}, {action}, cannot happen in {told(steps.net, counts)}", f"there can: {can}")
        passed.append(_likest(fitting, report["steps"][number - 1].get("rate")))
        counts = target
    took = [step.get("seconds") for step in report["steps"]]
    known = tuple(float(one) for one in took if isinstance(one, int | float))
    found = str(report.get("found", "replayed"))
    return Trace(steps.net, start, tuple(passed), found, known if len(known) == len(passed) else ())


def _likest(fitting: list[Activity], rate: Any) -> Activity:
    """Return which of some activities, alike but for their rates, was meant: hidden ones may be several at a place."""
    if isinstance(rate, int | float) and rate > 0:
        return min(fitting, key=lambda activity: abs(math.log(activity.rate) - math.log(rate)))
    return max(fitting, key=lambda activity: activity.rate)


def _recorded(steps: Steps, events: Any) -> Trace:
    """Return the events of a simulated path, each the activity that moves the same members."""
    labels = Counter(label for group in steps.net.groups for label in group.component.labels)

    def named(group: str, label: str) -> str:
        return label if labels[label] == 1 else f"{group}.{label}"

    def moved(activity: Activity) -> tuple[str, list[str], list[str]]:
        parts = [part for part in activity.parts if part.source != part.target]
        left, entered = ([named(part.group, side(part)) for part in parts] for side in (_source, _target))
        return activity.action, sorted(left), sorted(entered)

    try:
        wanted = [(str(e["action"]), sorted(e["left"]), sorted(e["entered"])) for e in events]
        times = [0.0, *(float(event["time"]) for event in events)]
    except (KeyError, TypeError, ValueError):
        raise NO_TRACE from None
    counts = start = initial(steps.net)
    passed = list[Activity]()
    for number, event in enumerate(wanted, 1):
        fitting = [activity for activity in steps.activities(counts) if moved(activity) == event]
        if not fitting:
            raise PepaError(f"step {number}, {event[0]}, cannot happen in {told(steps.net, counts)}", "another model?")
        passed.append(fitting[0])
        counts = fitting[0].target
    took = tuple(after - before for before, after in itertools.pairwise(times))
    return Trace(steps.net, start, tuple(passed), "simulated", took)


def _source(part: Part) -> str:
    return part.source


def _target(part: Part) -> str:
    return part.target


def trace_report(trace: Trace) -> ToldTrace:
    """Return a trace as a plain dictionary, which `replayed` reads."""
    return {
        "found": trace.found,
        "length": len(trace.activities),
        "probability": trace.probability,
        "mean_time": trace.mean_time,
        "groups": [group.name for group in trace.net.groups],
        "start": {"text": told(trace.net, trace.start), "members": list(members(trace.net, trace.start))},
        "steps": [_step(trace, number) for number in range(len(trace.activities))],
    }


def _step(trace: Trace, number: int) -> ToldStep:
    activity = trace.activities[number]
    step: ToldStep = {
        "action": activity.action,
        "rate": activity.rate,
        "chance": activity.chance,
        "parts": [[part.group, part.source, part.target] for part in activity.parts],
        "text": told(trace.net, activity.target),
        "members": list(members(trace.net, activity.target)),
    }
    if trace.seconds:
        step["seconds"] = trace.seconds[number]
    return step
