"""What checks look at: the nodes of a model by kind, its values and letters, each found once and when asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pepa.language.checks.following import Followed, followed
from pepa.language.checks.letters import Letters
from pepa.language.problem import ModelError
from pepa.language.rates import Parameters, evaluate, parameter_values
from pepa.language.syntax import (
    Array,
    Choice,
    Constant,
    Cooperation,
    Expression,
    Hiding,
    Model,
    Node,
    Parameter,
    Prefix,
    Process,
    walk,
)


@dataclass(frozen=True)
class Nodes:
    """The nodes of a model, each kind in the order of the text."""

    parameters: list[Parameter]
    constants: list[Constant]
    prefixes: list[Prefix]
    choices: list[Choice]
    arrays: list[Array]
    sets: list[Cooperation | Hiding | Array]

    @classmethod
    def of(cls, model: Model) -> Nodes:
        """Walk the model once."""
        found = cls([], [], [], [], [], [])
        add: dict[type[Node], Callable[[Any], None]] = {
            Parameter: found.parameters.append,
            Constant: found.constants.append,
            Prefix: found.prefixes.append,
            Choice: found.choices.append,
            **dict.fromkeys((Cooperation, Hiding, Array), found.sets.append),
        }
        roots: list[Node] = [definition.process for definition in model.processes]
        for root in (*roots, model.system, *(definition.expression for definition in model.rates)):
            for node in walk(root):
                if (appended := add.get(type(node))) is not None:
                    appended(node)
        found.arrays.extend(node for node in found.sets if isinstance(node, Array))
        return found


@dataclass(frozen=True)
class Facts:
    """A model and the text it was read from, with what follows of them."""

    model: Model
    text: str

    @cached_property
    def nodes(self) -> Nodes:
        """The nodes by kind."""
        return Nodes.of(self.model)

    @cached_property
    def values(self) -> Parameters:
        """The value of each parameter; a sound model has them."""
        return parameter_values(self.model)

    @cached_property
    def letters(self) -> Letters:
        """The action types of processes; a sound model has them."""
        return Letters(self.model)

    @cached_property
    def active(self) -> Letters:
        """The action types that processes do at a rate of their own; a sound model has them."""
        return Letters(self.model, lambda prefix: not self._is_passive(prefix))

    def _is_passive(self, prefix: Prefix) -> bool:
        try:
            return evaluate(prefix.rate, self.values).passive
        except ModelError:
            return False

    @cached_property
    def followed(self) -> Followed:
        """What components can do in the system; a sound model tells."""
        return followed(self.model, self.letters, self.value)

    @cached_property
    def definitions(self) -> dict[str, Process]:
        """The body of each process by its name."""
        return self.model.definitions

    @cached_property
    def compositions(self) -> list[Process]:
        """The nodes of the system equation and of the definitions that stand for parts of one."""
        bodies = (*(definition.process for definition in self.model.processes), self.model.system)
        roots = [body for body in bodies if isinstance(body, Cooperation | Hiding | Array)]
        return [node for root in roots for node in walk(root) if isinstance(node, Cooperation | Hiding)]

    @cached_property
    def reached(self) -> set[str]:
        """The names of processes that the system equation leads to, at any rate."""
        reached: set[str] = set()
        stack = [self.model.system]
        while stack:
            for name in _constants(stack.pop()):
                if name not in reached and name in self.definitions:
                    reached.add(name)
                    stack.append(self.definitions[name])
        return reached

    def value(self, expression: Expression) -> float:
        """Return the value of an expression, the weight of a passive one; not a number where it has none."""
        try:
            return evaluate(expression, self.values).value
        except ModelError:
            return math.nan


def _constants(process: Process) -> Iterator[str]:
    return (node.name for node in walk(process) if isinstance(node, Constant))
