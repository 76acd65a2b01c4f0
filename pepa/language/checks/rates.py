"""Checks of rates: what never happens, what is orders of magnitude off, and units of time that do not fit."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from pepa.language.checks.check import Check, warning
from pepa.language.checks.facts import Facts
from pepa.language.problem import Problem
from pepa.language.syntax import Constant, Number, Parameter, Prefix, Process, Product, walk

DECADES = 6.0  # a rate alone, so many orders of magnitude from the next
UNITS = {
    "millisecond": ("ms", "msec", "millisecond"),
    "second": ("s", "sec", "second"),
    "minute": ("min", "minute"),
    "hour": ("h", "hr", "hour"),
    "day": ("d", "day"),
    "week": ("week",),
    "month": ("month",),
    "year": ("yr", "year"),
}
LONG_NAMES = {word: unit for unit, words in UNITS.items() for word in words}
UNIT = re.compile(rf"(?:\bper\s+|/\s?)({'|'.join(sorted(LONG_NAMES, key=len, reverse=True))})s?\b", re.IGNORECASE)
COMMENT = re.compile(r"\s*;?[ \t]*(?://|%|/\*)([^\r\n]*)")


def _never(facts: Facts) -> Iterator[Problem]:
    """Look for a rate written 0, but for a process that is there to do nothing: `Stop = (stop, 0).Stop;`."""
    if 0 not in facts.nodes.rate_numbers:
        return
    still = [one for one in facts.nodes.prefixes if isinstance(one.rate, Number) and one.rate.value == 0]
    idle = {id(one.process) for one in facts.model.processes if _leads_to(one.process, one.name.text)}
    for prefix in still:
        if id(prefix) not in idle:
            message = f"the rate of `{prefix.action.text}` is 0: it never happens"
            yield warning("zero-rate", message, prefix.rate.span, "a parameter that is 0 for now needs no warning")


def _leads_to(process: Process, name: str) -> bool:
    return (
        isinstance(process, Prefix) and isinstance(process.continuation, Constant) and process.continuation.name == name
    )


def _outlying(facts: Facts) -> Iterator[Problem]:
    """Look for one rate alone, orders of magnitude from all others: a slip of the exponent or another unit of time."""
    nodes = facts.nodes
    sums = (prefix.rate for prefix in nodes.computed if not isinstance(prefix.rate, Product))
    used = {*map(facts.value, sums), *nodes.rate_numbers, *(facts.values[name].value for name in nodes.rate_names)}
    ordered = sorted(value for value in used if value > 0)
    if len(ordered) < 3:
        return
    for alone, near in ((ordered[0], ordered[1]), (ordered[-1], ordered[-2])):
        if abs(math.log10(alone / near)) >= DECADES:
            message = f"the rate {alone:g} is {abs(math.log10(alone / near)):.0f} orders of magnitude off all others"
            rates = (prefix.rate for prefix in nodes.prefixes if not isinstance(prefix.rate, Product))
            first = next(rate for rate in rates if facts.value(rate) == alone)
            yield warning("outlying-rate", message, first.span, "are all rates per the same unit of time?")


def _units(facts: Facts) -> Iterator[Problem]:
    """Compare the units that comments behind rates tell, of those rates that activities have without conversion."""
    told = []
    for definition in facts.model.rates:
        comment = COMMENT.match(facts.text, definition.span.end)
        unit = UNIT.search(comment[1]) if comment else None
        if unit:
            told.append((definition, LONG_NAMES[unit[1].lower()]))
    if not told:
        return
    computed = (node for prefix in facts.nodes.computed for node in walk(prefix.rate))
    direct = facts.nodes.rate_names | {node.name for node in computed if isinstance(node, Parameter)}
    told = [(definition, unit) for definition, unit in told if definition.name.text in direct]
    if not told:
        return
    (usual, _), *_ = Counter(one for _, one in told).most_common(1)
    for definition, own in told:
        if own != usual:
            message = f"`{definition.name.text}` is told to be per {own}, other rates per {usual}"
            yield warning(
                "time-units", message, definition.name.span, f"write it per {usual}: all rates share one unit"
            )


CHECKS = (
    Check(
        "zero-rate",
        "an activity at the rate 0",
        "It never happens. A process that is there to do nothing, `Stop = (stop, 0).Stop;`, is meant, and so is a "
        "parameter that is 0 for now.",
        "P = (a, 1).P + (b, 0).P;\nP",
        "P = (a, 1).P + (b, 2).P;\nP",
        _never,
        names_only=True,
    ),
    Check(
        "outlying-rate",
        "one rate that is six or more orders of magnitude off all others",
        "A slip of the exponent, or a rate in another unit of time: its activity is immediate or never happens beside "
        "the others.",
        "P = (a, 1).(b, 2).(c, 3e8).P;\nP",
        "P = (a, 1).(b, 2).(c, 3).P;\nP",
        _outlying,
    ),
    Check(
        "time-units",
        "rates whose comments tell different units of time",
        "Rates are numbers, and all of one model are per the same unit of time; nothing converts them. A rate that "
        "other rates are computed from may have its own.",
        "ask = 0.5;  // per second\nfail = 2;  // per hour\nP = (ask, ask).P + (fail, fail).P;\nP",
        "ask = 0.5;  // per second\nfail = 2/3600;  // per second\nP = (ask, ask).P + (fail, fail).P;\nP",
        _units,
    ),
)
