"""The local derivatives of a sequential process as written: terms, and the activities between them.

No rate is evaluated. Equal terms are one derivative; a constant is one, and so is what a prefix leads to
(Hillston 1996, section 3.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from pepa.control.counting import STEP, tick
from pepa.language.printer import activity_text, process_pieces
from pepa.language.syntax import Choice, Constant, Cooperation, Prefix, Process

LONGEST_LABEL = 60


class Derivative(NamedTuple):
    """One local derivative: its label, its term, and its activities, each with the index of what it leads to."""

    label: str
    term: Process
    activities: tuple[tuple[Prefix, int], ...]


_derivative = partial(tuple.__new__, Derivative)  # in half the time


def derivatives(initial: Process, definitions: Mapping[str, Process]) -> tuple[Derivative, ...]:
    """Return the local derivatives reachable from `initial`, which is the first, in time linear in their size.

    What is not defined, not sequential or not guarded has no activities here: other checks tell of it.
    """
    index: dict[str, int] = {}
    terms: list[Process] = []
    labels: list[str] = []
    texts: dict[int, str] = {}
    taken: dict[str, int] = {}
    found: list[tuple[tuple[Prefix, int], ...]] = []

    def number(term: Process) -> int:
        key, label = (term.name, term.name) if isinstance(term, Constant) else _identity(term, texts)
        known = index.get(key)
        if known is not None:
            return known
        found = index[key] = len(terms)
        terms.append(term)
        times = taken[label] = taken.get(label, 0) + 1
        labels.append(label if times == 1 else f"{label}~{times}")
        return found

    number(initial)
    for term in terms:  # grows while it is walked
        if len(found) % STEP == STEP - 1:
            tick("following local derivative", len(found))
        each = []
        for prefix in activities(term, definitions):
            after = prefix.continuation
            known = index.get(after.name) if isinstance(after, Constant) else None
            each.append((prefix, number(after) if known is None else known))
        found.append(tuple(each))
    return tuple(map(_derivative, zip(labels, terms, found, strict=True)))


def activities(term: Process, definitions: Mapping[str, Process]) -> list[Prefix]:
    """Return the activities a sequential term can do first, in the order of the text."""
    body = definitions.get(term.name) if isinstance(term, Constant) else term
    if isinstance(body, Prefix):
        return [body]
    if isinstance(body, Choice):
        plain = [one for one in body.terms if isinstance(one, Prefix)]
        if len(plain) == len(body.terms):
            return plain
    found: list[Prefix] = []
    stack: list[Process | str] = [term]
    inside: set[str] = set()  # names being unfolded; a string on the stack ends one
    while stack:
        node = stack.pop()
        match node:
            case str():
                inside.discard(node)
            case Prefix():
                found.append(node)
            case Constant(name=name) if name in definitions and name not in inside:
                inside.add(name)
                stack += (name, definitions[name])
            case Choice(terms=terms):
                stack.extend(reversed(terms))
            case _:
                pass
    return found


def is_guarded(process: Process) -> bool:
    """Whether all a process begins with are activities, told at a glance."""
    if isinstance(process, Choice):
        return len([None for term in process.terms if isinstance(term, Prefix)]) == len(process.terms)
    return isinstance(process, Prefix)


def _identity(term: Process, texts: dict[int, str]) -> tuple[str, str]:
    """Return the key and the label of a term; equal terms have equal keys unless their text is long.

    A name in quotes may be the text of another term: its key is not.
    """
    text = _beginning(term, texts)
    return (f"\0{text}", text) if len(text) <= LONGEST_LABEL else (f"\0{id(term)}", f"{text[: LONGEST_LABEL - 1]}…")


def _beginning(term: Process, texts: dict[int, str]) -> str:
    """Return the text of a term, of a long one as much as shows that it is; `texts` are those known, by id.

    Those of what follows its activities are known then too, so that no chain of them is read again at each.
    """
    chain: list[Prefix] = []
    while isinstance(term, Prefix) and id(term) not in texts:
        chain.append(term)
        term = term.continuation
    text = texts.get(id(term), "")
    if not text:
        for piece in process_pieces(term):
            text += piece
            if len(text) > LONGEST_LABEL:
                break
        if isinstance(term, Choice | Cooperation) and chain:
            text = f"({text})"
    for prefix in reversed(chain):
        text = texts[id(prefix)] = f"{activity_text(prefix)}{text}"[: LONGEST_LABEL + 1]
    return text
