"""Sequential components: the derivation graph of one process, its local derivatives and local transitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pepa.language.printer import process_pieces
from pepa.language.problem import ModelError, Problem, Span
from pepa.language.rates import Parameters, evaluate, rate_problem
from pepa.language.syntax import Choice, Constant, Prefix, Process

LONGEST_LABEL = 60


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

    The local derivatives are terms as written: a constant is one, and so is what a prefix leads to. Activities
    of rate 0 never happen: they are no transitions, but their actions and what they lead to keep their names, so
    that a probability can be 0. Raises ModelError for a rate that is negative, beyond 1e15 or has no value.
    """
    index: dict[str, int] = {}
    terms: list[Process] = []
    labels: dict[str, None] = {}
    transitions: list[Transition] = []
    alphabet: set[str] = set()
    problems: list[Problem] = []

    def number(term: Process) -> int:
        key, label = _identity(term)
        if key not in index:
            index[key] = len(terms)
            terms.append(term)
            labels[_unused(label, labels)] = None
        return index[key]

    number(initial)
    for source, term in enumerate(terms):  # grows while it is walked
        merged: dict[tuple[str, int, bool], Transition] = {}
        for prefix in _activities(term, definitions):
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
            target = number(prefix.continuation)
            if rate.value > 0:
                key = (prefix.action.text, target, rate.passive)
                before = merged[key].rate if key in merged else 0.0
                span = merged[key].span if key in merged else prefix.action.span.to(prefix.rate.span)
                total = before + rate.value
                merged[key] = Transition(source, target, prefix.action.text, total, rate.passive, span)
        transitions.extend(merged.values())
    if problems:
        raise ModelError(problems)
    contents = tuple({label: 1} for label in labels)
    return Component(tuple(labels), contents, tuple(transitions), frozenset(alphabet))


def _activities(term: Process, definitions: Mapping[str, Process]) -> list[Prefix]:
    found: list[Prefix] = []
    stack = [term]
    while stack:
        node = stack.pop()
        match node:
            case Prefix():
                found.append(node)
            case Constant(name=name):
                stack.append(definitions[name])
            case Choice(terms=terms):
                stack.extend(reversed(terms))
            case _:
                raise AssertionError(f"not sequential: {type(node).__name__}")  # checked before compiling
    return found


def _identity(term: Process) -> tuple[str, str]:
    """Return the key and the label of a term; equal terms have equal keys unless their text is long."""
    if isinstance(term, Constant):
        return term.name, term.name
    text = ""
    for piece in process_pieces(term):
        text += piece
        if len(text) > LONGEST_LABEL:
            return f"{text[:LONGEST_LABEL]}\0{id(term)}", f"{text[: LONGEST_LABEL - 1]}…"
    return text, text


def _unused(label: str, taken: Mapping[str, None]) -> str:
    if label not in taken:
        return label
    number = 2
    while f"{label}~{number}" in taken:
        number += 1
    return f"{label}~{number}"
