"""Rates with upper-case names: `A = B;` and `A = B + C;` look like processes until it is known what B and C are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pepa.language.syntax import (
    Choice,
    Constant,
    Expression,
    Parameter,
    Process,
    ProcessDefinition,
    RateDefinition,
    Sum,
)


@dataclass(frozen=True)
class Definitions:
    """The definitions of a text, each kind in the order of the text."""

    rates: tuple[RateDefinition, ...]
    processes: tuple[ProcessDefinition, ...]


def told_apart(rates: Sequence[RateDefinition], processes: Sequence[ProcessDefinition]) -> Definitions:
    """Return the definitions, those of processes that are sums of rates made definitions of rates."""
    waiting: dict[str, list[int]] = {}  # by name: what would be a rate if the name were one
    unknown: dict[int, int] = {}  # how many of its names are not known to be rates
    names = dict.fromkeys(definition.name.text for definition in rates)
    sums: list[int] = []
    for index, definition in enumerate(processes):
        summed = _sum_of(definition.process)
        for name in summed:
            if name not in names:
                waiting.setdefault(name, []).append(index)
                unknown[index] = unknown.get(index, 0) + 1
        if summed and index not in unknown:
            sums.append(index)
    for index in sums:  # grows while it is walked
        name = processes[index].name.text
        if name not in names:
            names[name] = None
            for other in waiting.get(name, ()):
                unknown[other] -= 1
                if not unknown[other]:
                    sums.append(other)
    if not sums:
        return Definitions(tuple(rates), tuple(processes))
    chosen = set(sums)
    found = [*rates, *(_as_rate(processes[index]) for index in chosen)]
    found.sort(key=lambda definition: definition.span.start)
    return Definitions(tuple(found), tuple(one for index, one in enumerate(processes) if index not in chosen))


def _sum_of(process: Process) -> tuple[str, ...]:
    """Return the names of a sum of constants; none where it is anything else."""
    match process:
        case Constant(name=name):
            return (name,)
        case Choice(terms=terms):
            names = tuple(term.name for term in terms if isinstance(term, Constant))
            return names if len(names) == len(terms) else ()
        case _:
            return ()


def _as_rate(definition: ProcessDefinition) -> RateDefinition:
    match definition.process:
        case Constant(name=name, span=span):
            value: Expression = Parameter(name, span)
        case Choice(terms=terms, span=span):
            value = Sum(tuple((1, Parameter(t.name, t.span)) for t in terms if isinstance(t, Constant)), span)
        case _:
            raise AssertionError(definition)
    return RateDefinition(definition.name, value, definition.span)
