"""What an exact long-run measure depends on: its derivative by every rate, from one transposed solution a measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from pepa.control.control import Control
from pepa.language.slopes import Slopes
from pepa.language.syntax import Model
from pepa.markov.steady.adjoint import Adjoint, Reward
from pepa.markov.steady.poisson import UNNEEDED
from pepa.net.compile import compile_model
from pepa.net.net import Net
from pepa.query.analysis import Solved, solve_again
from pepa.query.differentiated import Differentiated, Gradient
from pepa.query.exact import exact_values
from pepa.query.first_order import Linear
from pepa.query.linear import linear
from pepa.query.measure import Values
from pepa.query.passage import Question
from pepa.query.passage_slopes import passage_slopes
from pepa.query.rewards import member_counts


@dataclass
class Sensitivities(Differentiated):
    """The sensitivities of the measures of one solved model."""

    model: Model
    overrides: Mapping[str, float]
    solved: Solved
    control: Control
    _ways: dict[str, float] = field(init=False, default_factory=dict)  # passages were solved in
    _resized: dict[tuple[str, float], Values | str] = field(init=False, default_factory=dict)

    @cached_property
    def net(self) -> Net:
        """The net with the parameters asked for, and slopes."""
        return compile_model(self.model, self.overrides, slopes=True)

    @cached_property
    def values(self) -> Values:
        """The figures of the steady state."""
        return replace(exact_values(self.solved), net=self.net)

    @cached_property
    def _adjoint(self) -> Adjoint:
        derived = self.solved.derived
        return Adjoint(derived.space, self.net, derived.chain, self.solved.steady, self.control)

    def linear(self, measure: str) -> Linear:
        """Return a measure to first order; mean passage times have their own derivatives."""
        self._ways.clear()
        return linear(measure, self.values, self._passing)

    def gradient(self, found: Linear) -> Gradient:
        """Return the derivatives by one transposed solution."""
        derivatives = self._adjoint.derivatives(self._reward(found))
        slopes = {**derivatives.slopes}
        for direction, slope in found.own.items():
            slopes[direction] = slopes.get(direction, 0.0) + float(slope)
        methods = [one for one in (*self._ways, derivatives.method) if not (self._ways and one == UNNEEDED)]
        return Gradient(slopes, ", ".join(methods), max(derivatives.residual, *self._ways.values(), 0.0))

    def resized(self, overrides: Mapping[str, float]) -> Values:
        """Return the figures of the steady state at other parameters."""
        return exact_values(solve_again(self.model, overrides, self.control, None))

    def _passing(self, question: Question) -> Slopes:
        found = passage_slopes(question, self.solved, self.net, self.control)
        self._ways[found.method] = max(found.residual, self._ways.get(found.method, 0.0))
        return found.slopes

    def _reward(self, found: Linear) -> Reward:
        space = self.solved.derived.space
        states = np.zeros(space.size) if found.states is None else found.states.astype(float)
        for (name, _), share in found.population.items():
            states = states + share * member_counts(space, name)
        moves = np.zeros(len(self.net.moves)) if found.moves is None else found.moves
        along = np.zeros(len(space.source)) if found.transitions is None else found.transitions
        return Reward(states, moves[space.move] + along)
