"""The nodes of a model by kind, and by the definition they stand in: found in one walk, whatever asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pepa.control.counting import counted_off
from pepa.language.syntax import (
    Array,
    Choice,
    Constant,
    Cooperation,
    Expression,
    Hiding,
    Model,
    Node,
    Number,
    Parameter,
    Prefix,
    Process,
    children,
    walk,
)


@dataclass(frozen=True)
class Nodes:
    """The nodes of a model, each kind in the order of the text; by each process which others its definition names.

    Where a name is defined twice, the first definition is what is told of it.
    """

    parameters: list[Parameter]
    constants: list[Constant]
    prefixes: list[Prefix]
    choices: list[Choice]
    arrays: list[Array]
    sets: list[Cooperation | Hiding | Array]
    rate_names: set[str]  # that are all of an activity's rate
    rate_numbers: set[float]  # likewise
    computed: list[Prefix]  # with a rate that is neither just a name nor just a number
    uses: dict[str, list[str]]
    extents: dict[str, slice]  # which of the prefixes stand in a definition

    def prefixes_of(self, name: str) -> list[Prefix]:
        """Return the prefixes in the definition of a process, the first one of its name."""
        return self.prefixes[self.extents[name]]

    @cached_property
    def parameter_names(self) -> set[str]:
        """The names that stand for values, in rates, sizes and definitions."""
        return {node.name for node in self.parameters}

    @cached_property
    def constant_names(self) -> set[str]:
        """The names that stand for processes."""
        return {node.name for node in self.constants}


def nodes(model: Model) -> Nodes:
    """Walk a model once."""
    found = Nodes([], [], [], [], [], [], set(), set(), [], {}, {})
    for definition in counted_off(model.processes, "looking at definition"):
        before = len(found.prefixes)
        names = _add_process(definition.process, found)
        name = definition.name.text
        if name not in found.uses:
            found.uses[name] = names
            found.extents[name] = slice(before, len(found.prefixes))
    _add_process(model.system, found)
    _add_parameters((definition.expression for definition in model.rates), found)
    found.arrays.extend(node for node in found.sets if isinstance(node, Array))
    return found


def _add_process(process: Process, found: Nodes) -> list[str]:
    """Add the nodes of a process, and return the names in it; chains of prefixes in a loop of their own."""
    names: list[str] = []
    prefixes, constants, numbers = found.prefixes, found.constants, found.rate_numbers
    stack: list[Node] = [process]
    while stack:
        node = stack.pop()
        while isinstance(node, Prefix):
            prefixes.append(node)
            rate = node.rate
            if isinstance(rate, Number):
                numbers.add(rate.value)
            elif isinstance(rate, Parameter):
                found.parameters.append(rate)
                found.rate_names.add(rate.name)
            else:
                found.computed.append(node)
                _add_parameters((rate,), found)
            node = node.continuation
        if isinstance(node, Constant):
            constants.append(node)
            names.append(node.name)
        elif isinstance(node, Choice):
            found.choices.append(node)
            stack += node.terms[::-1]
        elif isinstance(node, Cooperation | Hiding | Array):
            found.sets.append(node)
            stack.extend(reversed(children(node)))
        elif isinstance(node, Expression):  # an array's size
            _add_parameters((node,), found)
    return names


def _add_parameters(expressions: Iterable[Expression], found: Nodes) -> None:
    for expression in expressions:
        if isinstance(expression, Parameter):
            found.parameters.append(expression)
        elif not isinstance(expression, Number):
            found.parameters.extend(node for node in walk(expression) if isinstance(node, Parameter))
