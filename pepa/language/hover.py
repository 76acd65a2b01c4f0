"""What there is to know of the name at a place: a rate's value, a process's activities, who does an action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from pepa.language.derivatives import Derivative, activities, derivatives
from pepa.language.occurrences import Kind, occurrences
from pepa.language.parser import Parsed, parse
from pepa.language.printer import expression_text, name_text, process_text
from pepa.language.problem import LineIndex, ModelError, Span
from pepa.language.rates import Rate, evaluate
from pepa.language.symbols import Symbol, is_performed, occurrence_at, symbol_at
from pepa.language.syntax import Constant, Expression, Parameter, Prefix, Process, RateDefinition, walk

MOST = 12  # lines and names listed before the rest is counted


@dataclass(frozen=True)
class Facts:
    """Where a name stands, its kind, and what to say of it: the first line alone tells the most of it."""

    name: str
    kind: Kind
    span: Span
    lines: tuple[str, ...]


def hover(text: str, offset: int) -> Facts | None:
    """Return the facts of the name at an offset, as far as the text can be read; None where no name stands."""
    found, symbol = occurrence_at(text, offset), symbol_at(text, offset)
    if found is None or symbol is None:
        return None
    parsed = parse(text)
    values = known_values(parsed.rates)
    match symbol.kind:
        case Kind.RATE:
            lines = [*_rate(symbol, parsed.rates, values), _used(text, symbol)]
        case Kind.PROCESS:
            lines = [*_process(symbol, parsed, values), _used(text, symbol)]
        case Kind.ACTION:
            lines = [*_action(text, symbol, parsed, values)]
    return Facts(symbol.name, symbol.kind, found.span, tuple(lines))


def known_values(rates: Iterable[RateDefinition]) -> dict[str, Rate]:
    """Return the values of those rates that have one, whatever is wrong with the others."""
    definitions = {definition.name.text: definition.expression for definition in rates}
    uses = {
        name: {node.name for node in walk(expression) if isinstance(node, Parameter)}
        for name, expression in definitions.items()
    }
    values: dict[str, Rate] = {}
    for name in _orderly(uses):
        try:
            values[name] = evaluate(definitions[name], values)
        except (KeyError, ModelError):
            continue
    return values


def _orderly(uses: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield names after those they use; what depends on itself is left out."""
    sorter = TopologicalSorter(uses)
    with suppress(CycleError):  # what is free of cycles is still given
        sorter.prepare()
    while ready := sorter.get_ready():
        yield from ready
        sorter.done(*ready)


def _rate(symbol: Symbol, rates: Iterable[RateDefinition], values: Mapping[str, Rate]) -> Iterator[str]:
    expression = next((item.expression for item in rates if item.name.text == symbol.name), None)
    if expression is None:
        yield f"rate {symbol.name}: not defined" if symbol.definition is None else f"rate {symbol.name}: not readable"
    else:
        yield f"rate {symbol.name} = {_valued(expression, values)}"


def _valued(expression: Expression, values: Mapping[str, Rate]) -> str:
    """Return an expression as written, and its value where that is not the same."""
    text = expression_text(expression)
    try:
        rate = evaluate(expression, values)
    except ModelError:
        return f"{text} (no value)"
    shown = _shown(rate)
    return text if shown == text else f"{text} = {shown}"


def _shown(rate: Rate) -> str:
    if not rate.passive:
        return f"{rate.value:.6g}"
    return "infty" if rate.value == 1 else f"{rate.value:.6g}*infty"


def _used(text: str, symbol: Symbol) -> str:
    read = occurrences(text)
    users = [
        read.statements[item.statement].name or "the system equation"
        for item in read.found
        if (item.kind, item.name) == (symbol.kind, symbol.name) and not item.defines
    ]
    return f"used in {_listed(dict.fromkeys(users))}" if users else "never used"


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    rest = f" and {len(listed) - MOST} more" if len(listed) > MOST else ""
    return ", ".join(listed[:MOST]) + rest


def _cut(lines: list[str]) -> list[str]:
    return lines if len(lines) <= MOST else [*lines[:MOST], f"and {len(lines) - MOST} more"]


def _bodies(parsed: Parsed) -> dict[str, Process]:
    bodies: dict[str, Process] = {}
    for definition in parsed.processes:
        bodies.setdefault(definition.name.text, definition.process)
    return bodies


def _process(symbol: Symbol, parsed: Parsed, values: Mapping[str, Rate]) -> Iterator[str]:
    bodies = _bodies(parsed)
    if symbol.name not in bodies:
        yield f"process {symbol.name}: {'not defined' if symbol.definition is None else 'not readable'}"
        return
    first = Constant(symbol.name, symbol.places[0])
    found = activities(first, bodies)
    if not found:
        yield f"process {symbol.name} = {process_text(bodies[symbol.name])}"
        return
    yield f"process {symbol.name}: {len(found)} {'activity' if len(found) == 1 else 'activities'}"
    yield from _cut([f"  {_activity(prefix, values)} to {_short(prefix.continuation)}" for prefix in found])
    yield f"derivatives: {_listed(derivative.label for derivative in derivatives(first, bodies))}"


def _activity(prefix: Prefix, values: Mapping[str, Rate]) -> str:
    return f"({name_text(prefix.action.text)}, {_valued(prefix.rate, values)})"


def _short(process: Process) -> str:
    text = process_text(process)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _action(text: str, symbol: Symbol, parsed: Parsed, values: Mapping[str, Rate]) -> Iterator[str]:
    doing = [(derivative, _doing(derivative, symbol.name)) for derivative in _all_derivatives(_bodies(parsed))]
    doing = [(derivative, prefixes) for derivative, prefixes in doing if prefixes]
    lines, done = LineIndex(text), {prefix.action.span for _, prefixes in doing for prefix in prefixes}
    performed = {item.span for item in occurrences(text).found if is_performed(item, occurrences(text).blanked)}
    unread = _lines(lines, (span for span in symbol.places if span in performed - done))
    nobody = "what cannot be read" if unread else "no process"
    yield f"action {symbol.name}: done by {_listed(item.label for item, _ in doing) if doing else nobody}"
    yield from _cut([f"  {item.label}: apparent rate {_apparent(found, values)}" for item, found in doing])
    if unread:
        yield f"also in line {unread}, which cannot be read" if doing else f"in line {unread}"
    if sets := _lines(lines, (span for span in symbol.places if span not in performed | done)):
        yield f"in the sets of line {sets}"


def _lines(lines: LineIndex, spans: Iterable[Span]) -> str:
    return _listed(map(str, dict.fromkeys(lines.place(span).line for span in spans)))


def _doing(derivative: Derivative, action: str) -> list[Prefix]:
    return [prefix for prefix, _ in derivative.activities if prefix.action.text == action]


def _all_derivatives(bodies: Mapping[str, Process]) -> Iterator[Derivative]:
    """Yield every local derivative of every definition once."""
    seen: set[str] = set()
    for name, body in bodies.items():
        if name in seen:
            continue
        for derivative in derivatives(Constant(name, body.span), bodies):
            if derivative.label not in seen:
                seen.add(derivative.label)
                yield derivative


def _apparent(prefixes: list[Prefix], values: Mapping[str, Rate]) -> str:
    """Return the apparent rate of some activities of one action in one derivative: their sum."""
    written = " + ".join(expression_text(prefix.rate) for prefix in prefixes)
    try:
        rates = [evaluate(prefix.rate, values) for prefix in prefixes]
    except ModelError:
        return written
    if len({rate.passive for rate in rates}) > 1:
        return written
    shown = _shown(Rate(sum(rate.value for rate in rates), rates[0].passive))
    return shown if shown == written else f"{written} = {shown}"
