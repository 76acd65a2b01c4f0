"""The syntax tree of a PEPA model (Hillston, A Compositional Approach to Performance Modelling, 1996, section 3.3).

Sums, products, choices and cooperations over one set are n-ary, so that a tree is as deep as the parentheses of
its text and no deeper; a chain of prefixes is nested to the right and walked in a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pepa.control.record import record
from pepa.language.problem import LineIndex, Span

TAU = "tau"


@record()
class Number:
    """A number as written."""

    value: float
    span: Span


@record()
class Parameter:
    """The name of a rate, a probability or an array size."""

    name: str
    span: Span


@record()
class Passive:
    """The passive rate, `infty` or `T`."""

    span: Span


@record()
class Sum:
    """A sum of terms, each with its sign (+1 or -1); one negative term is a unary minus."""

    terms: tuple[tuple[int, Expression], ...]
    span: Span


@record()
class Product:
    """A product, left to right; each factor multiplies (+1) or divides (-1)."""

    factors: tuple[tuple[int, Expression], ...]
    span: Span


@record()
class Power:
    """`base^exponent`, also written `base**exponent`."""

    base: Expression
    exponent: Expression
    span: Span


Expression = Number | Parameter | Passive | Sum | Product | Power


@record()
class Name:
    """An action type where it is written."""

    text: str
    span: Span


@record()
class Constant:
    """A reference to a process definition."""

    name: str
    span: Span


@record()
class Prefix:
    """`(action, rate).continuation`."""

    action: Name
    rate: Expression
    continuation: Process
    span: Span


@record()
class Choice:
    """`P + Q + ...`."""

    terms: tuple[Process, ...]
    span: Span


@record()
class Cooperation:
    """`P <a, b> Q <a, b> ...`, all over the same set; `actions` is None for the wildcard `<*>` of two parts."""

    parts: tuple[Process, ...]
    actions: tuple[Name, ...] | None
    span: Span


@record()
class Hiding:
    """`P/{a, b}`."""

    process: Process
    actions: tuple[Name, ...]
    span: Span


@record()
class Array:
    """`P[size]`, copies in parallel, or `P[size]{a}`, copies that cooperate on a."""

    process: Process
    size: Expression
    actions: tuple[Name, ...]
    span: Span


Process = Constant | Prefix | Choice | Cooperation | Hiding | Array
Node = Expression | Process


@record()
class RateDefinition:
    """`name = expression;`: a parameter of the model."""

    name: Name
    expression: Expression
    span: Span


@record()
class ProcessDefinition:
    """`Name = process;`."""

    name: Name
    process: Process
    span: Span


@dataclass(frozen=True)
class Model:
    """A parsed model: definitions in the order of the text, then the system equation; the text has the places."""

    rates: tuple[RateDefinition, ...]
    processes: tuple[ProcessDefinition, ...]
    system: Process
    text: str = field(default="", repr=False, compare=False)

    @cached_property
    def lines(self) -> LineIndex:
        """The lines of the text, where its spans are."""
        return LineIndex(self.text)

    @cached_property
    def definitions(self) -> Mapping[str, Process]:
        """The body of each process definition by name (the first one, where a name is defined twice)."""
        return {definition.name.text: definition.process for definition in reversed(self.processes)}

    @cached_property
    def composites(self) -> frozenset[str]:
        """The names of the definitions that hold a cooperation, a hiding or an array, themselves or by name.

        They stand for parts of a system equation, and not for sequential processes.
        """
        aliases: dict[str, list[str]] = {}
        composite: list[str] = []
        for name, body in self.definitions.items():
            if isinstance(body, Constant):
                aliases.setdefault(body.name, []).append(name)
            elif isinstance(body, (Cooperation, Hiding, Array)):
                composite.append(name)
        for name in composite:  # grows while it is walked
            composite.extend(aliases.pop(name, ()))
        return frozenset(composite)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below `node`."""
    below = _BELOW.get(type(node))
    return below(node) if below else ()


_BELOW: dict[type[Node], Callable[[Any], tuple[Node, ...]]] = {
    Sum: lambda node: tuple(child for _, child in node.terms),
    Product: lambda node: tuple(child for _, child in node.factors),
    Power: lambda node: (node.base, node.exponent),
    Prefix: lambda node: (node.rate, node.continuation),
    Choice: lambda node: node.terms,
    Cooperation: lambda node: node.parts,
    Hiding: lambda node: (node.process,),
    Array: lambda node: (node.process, node.size),
}


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and all nodes below it, in the order of the text, without recursion."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        below = _BELOW.get(type(node))
        if below:
            stack.extend(reversed(below(node)))
