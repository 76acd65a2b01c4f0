"""The outline of a model: its rates, its components with their derivatives, the system equation as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pepa.language.derivatives import derivatives
from pepa.language.occurrences import occurrences
from pepa.language.parser import Parsed, parse
from pepa.language.printer import expression_text, name_text, process_text, set_text
from pepa.language.problem import Span
from pepa.language.syntax import Array, Constant, Cooperation, Hiding, Process, ProcessDefinition, walk

LONGEST = 60


@dataclass(frozen=True)
class Entry:
    """A line of the outline, the place it leads to, and what is below it."""

    label: str
    span: Span
    below: tuple[Entry, ...] = ()


def outline(text: str) -> tuple[Entry, ...]:
    """Return the outline, as far as the text can be read: what there is of Rates, Components, System, Not used."""
    parsed = parse(text)
    bodies = {definition.name.text: definition for definition in reversed(parsed.processes)}
    rates = tuple(Entry(f"{name_text(item.name.text)} = {_cut(expression_text(item.expression))}", item.name.span)
                  for item in parsed.rates)  # fmt: skip
    components, placed = _components(parsed.systems[-1:], bodies)
    rest = tuple(
        Entry(f"{name_text(name)} = {_cut(process_text(definition.process))}", definition.name.span)
        for name, definition in sorted(bodies.items(), key=lambda item: item[1].span.start)
        if name not in placed
    )
    sections = (("Rates", rates), ("Components", components), ("System", _system(text, parsed)),
                ("Not used" if parsed.systems else "Processes", rest))  # fmt: skip
    return tuple(Entry(name, below[0].span, below) for name, below in sections if below)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _components(
    systems: Iterable[Process], bodies: Mapping[str, ProcessDefinition]
) -> tuple[tuple[Entry, ...], set[str]]:
    """Return an entry for each component, and the names of the definitions that stand somewhere in the system."""
    processes = {name: definition.process for name, definition in bodies.items()}
    placed: set[str] = set()
    entries: list[Entry] = []
    waiting = list(systems)
    while waiting:
        for node in walk(waiting.pop()):
            if not isinstance(node, Constant) or node.name in placed or node.name not in bodies:
                continue
            body = processes[node.name]
            placed.add(node.name)
            if isinstance(body, Cooperation | Hiding | Array | Constant):
                waiting.append(body)
                continue
            reached = [item.label for item in derivatives(node, processes) if item.label in bodies]
            below = tuple(Entry(name_text(name), bodies[name].name.span) for name in reached)
            entries.append(Entry(f"{name_text(node.name)}: {len(below)} named", bodies[node.name].name.span, below))
            placed.update(reached)
    return tuple(sorted(entries, key=lambda entry: entry.span.start)), placed


def _system(text: str, parsed: Parsed) -> tuple[Entry, ...]:
    if parsed.systems:
        return (_tree(parsed.systems[-1]),)
    unread = [statement for statement in occurrences(text).statements if statement.name is None]
    return tuple(Entry(_cut(" ".join(text[item.span.start : item.span.end].split())), item.span) for item in unread)


def _tree(process: Process) -> Entry:
    """Return the tree of a system equation: a cooperation is its set, its parts stand below."""
    match process:
        case Cooperation(parts=parts, actions=actions):
            return Entry(set_text(actions), process.span, tuple(_tree(part) for part in parts))
        case Hiding(process=inner, actions=actions):
            names = ", ".join(name_text(name.text) for name in actions)
            return Entry(f"hides {names}", process.span, (_tree(inner),))
        case Array(process=Cooperation() | Hiding() as inner, size=size):
            return Entry(f"{expression_text(size)} times", process.span, (_tree(inner),))
        case _:
            return Entry(_cut(process_text(process)), process.span)
