"""What each component can do in the system, found from the text without deriving the system.

A component is followed with the actions that its partners never do taken out, and the activities at rate 0: what it
cannot do then it can never do, whatever the others are at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pepa.control.counting import STEP, tick
from pepa.language.checks.letters import Letters
from pepa.language.derivatives import activities, is_guarded
from pepa.language.problem import Span
from pepa.language.syntax import (
    TAU,
    Array,
    Constant,
    Cooperation,
    Hiding,
    Model,
    Name,
    Number,
    Prefix,
    Process,
)


@dataclass(frozen=True)
class _Known:
    """What is known of the model before."""

    model: Model
    letters: Letters
    still: AbstractSet[int]

    @cached_property
    def definitions(self) -> Mapping[str, Process]:
        return self.model.definitions

    @cached_property
    def spans(self) -> dict[str, Span]:
        return {one.name.text: one.name.span for one in self.model.processes}


class _Context(NamedTuple):
    """What cooperations around a component make of its actions: never done by a partner; done with one."""

    blocked: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()

    def without(self, actions: tuple[Name, ...]) -> _Context:
        hidden = {name.text for name in actions}
        return _Context(self.blocked - hidden, self.shared - hidden)


def _components(known: _Known) -> Iterator[tuple[Process, _Context]]:
    """Yield the sequential components of the system, each with its context."""
    composite = known.model.composites
    stack: list[tuple[Process, _Context]] = [(known.model.system, _Context())]
    seen: set[tuple[int, _Context]] = set()
    while stack:
        node, context = stack.pop()
        if (id(node), context) in seen:
            continue
        seen.add((id(node), context))
        match node:
            case Cooperation(parts=parts):
                inside = _together(node, context, known)
                stack += [(part, inside) for part in parts]
            case Hiding(process=inner, actions=actions):
                stack.append((inner, context.without(actions)))
            case Array(process=inner, actions=actions):
                stack.append((inner, _Context(context.blocked, context.shared | {name.text for name in actions})))
            case Constant(name=name) if name in composite:
                stack.append((known.definitions[name], context))
            case _:
                yield node, context


def _together(node: Cooperation, context: _Context, known: _Known) -> _Context:
    known.letters.spend(len(context.blocked) + len(context.shared))
    if node.actions == ():
        return context
    letters = [known.letters.seen(part) for part in node.parts]
    if node.actions is None:
        return _Context(context.blocked, context.shared | frozenset.intersection(*letters) - {TAU})
    named = {name.text for name in node.actions}
    blocked = named - frozenset.intersection(*letters)
    return _Context(context.blocked | blocked, context.shared | named)


@dataclass
class Followed:
    """What following every component has found."""

    names: set[str] = field(default_factory=set)  # constants that are reached, where some may not be
    stuck: dict[Span, tuple[str, list[str]]] = field(default_factory=dict)
    dead: list[tuple[Prefix, str]] = field(default_factory=list)  # activities that never happen, and to what constant
    loops: dict[Span, tuple[Prefix, str]] = field(default_factory=dict)


def followed(model: Model, letters: Letters, still: AbstractSet[int], uses: Mapping[str, Collection[str]]) -> Followed:
    """Follow every component of a sound model through all it may do; activities with an id in `still` never happen.

    `uses` are the names in each definition. Nothing is followed where there is nothing to be found.
    """
    known = _Known(model, letters, still)
    found = Followed()
    components = list(_components(known))
    if not (still or any(context.blocked for _, context in components) or _may_loop(model, uses)):
        return found
    seen: dict[_Context, set[str | int]] = {}
    for component, context in components:
        seen_here = seen.setdefault(context, set())
        stack = [component]
        while stack:
            term = stack.pop()
            key = term.name if isinstance(term, Constant) else id(term)
            if key not in seen_here:
                seen_here.add(key)
                if len(seen_here) % STEP == 0:
                    tick("following local derivative", len(seen_here))
                stack += _step(term, context, known, found)
    return found


def _may_loop(model: Model, uses: Mapping[str, Collection[str]]) -> bool:
    """Whether an activity may lead from a constant back to it, told at a glance: not where all begin with activities
    and none names itself."""
    parts = model.composites
    return any(
        name in uses[name] or not is_guarded(body) for name, body in model.definitions.items() if name not in parts
    )


def _step(term: Process, context: _Context, known: _Known, found: Followed) -> list[Process]:
    """Note what one derivative can do; return what it leads to."""
    name = term.name if isinstance(term, Constant) else None
    if name is not None:
        found.names.add(name)
    able = alive = activities(term, known.definitions)
    if context.blocked or known.still:
        alive = [one for one in able if one.action.text not in context.blocked and id(one) not in known.still]
        if len(alive) < len(able):
            _note_dead(term, able, alive, known, found)
    after = [one.continuation for one in alive]
    if name is not None and any(isinstance(one, Constant) and one.name == name for one in after):
        _note_loops(name, alive, context, found)
    return after


def _note_dead(term: Process, able: list[Prefix], alive: list[Prefix], known: _Known, found: Followed) -> None:
    if alive:
        kept = {id(one) for one in alive}
        for one in able:
            if id(one) not in kept and isinstance(one.continuation, Constant):
                found.dead.append((one, one.continuation.name))
    elif not all(isinstance(one.rate, Number) and one.rate.value == 0 for one in able):
        place, label = _place(term, known)
        found.stuck.setdefault(place, (label, [one.action.text for one in able]))


def _note_loops(name: str, alive: list[Prefix], context: _Context, found: Followed) -> None:
    back = [one for one in alive if isinstance(one.continuation, Constant) and one.continuation.name == name]
    if len(back) < len(alive):
        for one in back:
            if one.action.text not in context.shared:
                found.loops.setdefault(one.span, (one, name))


def _place(term: Process, known: _Known) -> tuple[Span, str]:
    if isinstance(term, Constant):
        return known.spans[term.name], f"`{term.name}`"
    return term.span, "this process"
