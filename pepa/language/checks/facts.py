"""What checks look at: the nodes of a model by kind, its values and letters, each found once and when asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from pepa.language.checks.following import Followed, followed
from pepa.language.checks.letters import Letters
from pepa.language.checks.nodes import Nodes, nodes
from pepa.language.derivatives import is_guarded
from pepa.language.problem import ModelError
from pepa.language.rates import Parameters, Rate, evaluate, parameter_values
from pepa.language.statements import blank_comments
from pepa.language.syntax import (
    Array,
    Constant,
    Cooperation,
    Expression,
    Hiding,
    Model,
    Number,
    Parameter,
    Prefix,
    Process,
    walk,
)


@dataclass(frozen=True)
class Facts:
    """A model and the text it was read from, with what follows of them."""

    model: Model
    text: str

    @cached_property
    def nodes(self) -> Nodes:
        """The nodes by kind."""
        return nodes(self.model)

    @cached_property
    def code(self) -> str:
        """The text with its comments blank."""
        return blank_comments(self.text)[0]

    @cached_property
    def values(self) -> Parameters:
        """The value of each parameter; a sound model has them."""
        return parameter_values(self.model)

    @cached_property
    def letters(self) -> Letters:
        """The action types of processes; a sound model has them."""
        return Letters(self.model, self.nodes)

    @cached_property
    def active(self) -> Letters:
        """The action types that processes do at a rate of their own; a sound model has them."""
        return Letters(self.model, self.nodes, lambda prefix: not self._is_passive(prefix))

    def _is_passive(self, prefix: Prefix) -> bool:
        try:
            return self.rate(prefix.rate).passive
        except ModelError:
            return False

    @cached_property
    def followed(self) -> Followed:
        """What components can do in the system; a sound model tells."""
        return followed(self.model, self.letters, self.still, self.nodes.uses)

    @cached_property
    def still(self) -> set[int]:
        """The prefixes whose rate is 0, by their id."""
        nodes = self.nodes
        is_any = 0 in nodes.rate_numbers or any(self.values[name].value == 0 for name in nodes.rate_names)
        return {id(prefix) for prefix in (nodes.prefixes if is_any else nodes.computed) if self.value(prefix.rate) == 0}

    @cached_property
    def compositions(self) -> list[Process]:
        """The nodes of the system equation and of the definitions that stand for parts of one."""
        bodies = (*(definition.process for definition in self.model.processes), self.model.system)
        roots = [body for body in bodies if isinstance(body, (Cooperation, Hiding, Array))]
        return [node for root in roots for node in walk(root) if isinstance(node, (Cooperation, Hiding))]

    @cached_property
    def reached(self) -> set[str]:
        """The names of processes that the system equation leads to, at any rate."""
        uses = self.nodes.uses
        reached: set[str] = set()
        stack = [node.name for node in walk(self.model.system) if isinstance(node, Constant)]
        while stack:
            name = stack.pop()
            if name not in reached and name in uses:
                reached.add(name)
                stack += uses[name]
        return reached

    @cached_property
    def alone(self) -> str | None:
        """The component that a sound model is, where compiling it tells nothing more; none where it may.

        It has no partner, no passive activity that needs one, and a transition an activity at most.
        """
        system, nodes = self.model.system, self.nodes
        is_alone = (
            isinstance(system, Constant)
            and system.name not in self.model.composites
            and all(map(is_guarded, self.model.definitions.values()))
            and not any(self.values[name].passive for name in nodes.rate_names)
            and not any(map(self._is_passive, nodes.computed))
        )
        return system.name if isinstance(system, Constant) and is_alone else None

    def value(self, expression: Expression) -> float:
        """Return the value of an expression, the weight of a passive one; not a number where it has none."""
        if isinstance(expression, Number):
            return expression.value
        if isinstance(expression, Parameter):
            rate = self.values.get(expression.name)
            return math.nan if rate is None else rate.value
        try:
            return self.rate(expression).value
        except ModelError:
            return math.nan

    def rate(self, expression: Expression) -> Rate:
        """Return the value of an expression as a rate. Raises ModelError where it has none."""
        known = self._evaluated.get(id(expression))
        if known is None:
            known = self._evaluated[id(expression)] = evaluate(expression, self.values)
        return known

    @cached_property
    def _evaluated(self) -> dict[int, Rate]:
        """The values asked for so far, by the node of the model they are of."""
        return {}
