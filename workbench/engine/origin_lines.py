"""Where a figure comes from, in lines: method, certainty, parameters, the moves and the states behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pepa.explore.origin import MoveShare, Origin
from pepa.language.printer import figure
from pepa.language.problem import LineIndex
from pepa.net.net import Net
from pepa.query.report import parameter_value
from workbench.engine.told import EMPTY, Line


def origin_lines(
    measure: str,
    value: float,
    evidence: Sequence[str],
    found: Sequence[Origin],
    text: str,
    net: Net,
    overrides: Mapping[str, float],
) -> list[Line]:
    """Return a measure with its value, how it was obtained, the parameters, and what gives each of its parts."""
    lines = [Line("", f"{measure} = {figure(value)}"), *(Line("", sentence) for sentence in evidence)]
    return [*lines, with_line(net, overrides), *part_lines(measure, found, text)]


def with_line(net: Net, overrides: Mapping[str, float]) -> Line:
    """Return the parameters of a net, and which of them are turned."""
    values = {name: parameter_value(rate) for name, rate in net.parameters.items()}
    told = [f"{name}={one if isinstance(one, str) else f'{one:.6g}'}" for name, one in values.items()]
    changed = f"; turned: {', '.join(overrides)}" if overrides else ", as written"
    return Line("with ", f"{' '.join(told)}{changed}")


def part_lines(measure: str, found: Sequence[Origin], text: str) -> list[Line]:
    """Return what gives each of the parts of a measure; `text` is that of the model."""
    places, lines = LineIndex(text), []
    for one in found:
        lines += [EMPTY, *_origin(one, places, named=one.measure != measure)]
    return lines or [Line("", "it is not earned in states a time unit: no moves and states add up to it")]


def _origin(found: Origin, places: LineIndex, *, named: bool) -> Iterator[Line]:
    if named:
        yield Line("", f"{found.measure} = {figure(found.value)}")
    if found.moves:
        yield Line("", "the moves that make it" if found.flows else "members that come and go a time unit, in balance")
        for move in found.moves:
            share = f"{move.amount / found.value:>8.1%}" if found.flows and found.value else " " * 8
            yield Line(f"  {_signed(move.amount, found.flows):>11}{share}  ", _who(move, places))
    if found.total is None:
        return
    together = sum(state.amount for state in found.states)
    share = f", {together / found.total:.1%} of it" if found.total else ""
    yield Line("", f"the states that give most{share}; all states together give {figure(found.total)}")
    for state in found.states:
        share = f"{state.amount / found.total:>8.1%}" if found.total else " " * 8
        told = f"#{state.state} at {figure(state.probability)}: {state.words}"
        yield Line(f"  {figure(state.amount):>11}{share}  ", told)


def _signed(amount: float, flows: bool) -> str:
    return figure(amount) if flows else f"{'+' if amount > 0 else '-'}{figure(abs(amount))}"


def _who(move: MoveShare, places: LineIndex) -> str:
    lines = sorted({places.place(span).line for span in move.spans})
    written = f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}"
    return f"{move.action}: {' with '.join(move.who)} ({written})"
