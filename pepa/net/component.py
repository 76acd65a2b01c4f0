"""Sequential components: the derivation graph of one process, its local derivatives and local transitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pepa.language.derivatives import derivatives
from pepa.language.problem import ModelError, Problem, Span
from pepa.language.rates import Parameters, evaluate, rate_problem
from pepa.language.syntax import Process


@dataclass(frozen=True, slots=True)
class Transition:
    """One local transition: indices of the local derivatives it leaves and enters, its action and rate.

    `rate` is the weight of a passive one. Parallel transitions with one action are one, their rates added.
    """

    source: int
    target: int
    action: str
    rate: float
    passive: bool
    span: Span


@dataclass(frozen=True, eq=False)
class Component:
    """A component: local derivatives (the first is where it was entered) and local transitions.

    `alphabet` are its action types, for a composite process those of its parts: what is blocked inside it counts,
    and so does what never happens because its rate is 0 now.
    `contents` says which named local derivatives each one holds, and how many: itself, unless the component is a
    composite process that was derived as a whole.
    """

    labels: tuple[str, ...]
    contents: tuple[Mapping[str, int], ...]
    transitions: tuple[Transition, ...]
    alphabet: frozenset[str]


def sequential(initial: Process, definitions: Mapping[str, Process], parameters: Parameters) -> Component:
    """Derive the component that starts as `initial`, in time linear in its size.

    Activities of rate 0 never happen: they are no transitions, but their actions and what they lead to keep their
    names, so that a probability can be 0. Raises ModelError for a rate that is negative, beyond 1e15 or has no value.
    """
    found = derivatives(initial, definitions)
    transitions: list[Transition] = []
    alphabet: set[str] = set()
    problems: list[Problem] = []
    for source, derivative in enumerate(found):
        merged: dict[tuple[str, int, bool], Transition] = {}
        for prefix, target in derivative.activities:
            try:
                rate = evaluate(prefix.rate, parameters)
            except ModelError as error:
                problems.extend(error.problems)
                continue
            problem = rate_problem(prefix, rate)
            if problem:
                problems.append(problem)
                continue
            alphabet.add(prefix.action.text)
            if rate.value > 0:
                key = (prefix.action.text, target, rate.passive)
                before = merged[key].rate if key in merged else 0.0
                span = merged[key].span if key in merged else prefix.action.span.to(prefix.rate.span)
                total = before + rate.value
                merged[key] = Transition(source, target, prefix.action.text, total, rate.passive, span)
        transitions.extend(merged.values())
    if problems:
        raise ModelError(problems)
    labels = tuple(derivative.label for derivative in found)
    return Component(labels, tuple({label: 1} for label in labels), tuple(transitions), frozenset(alphabet))
