"""What an exact long-run measure depends on: its derivative by every rate, from one transposed solution a measure."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.slopes import Slopes
from pepa.language.syntax import Model
from pepa.markov.steady.adjoint import Adjoint, Reward
from pepa.markov.steady.poisson import UNNEEDED
from pepa.net.compile import compile_model
from pepa.net.net import Net
from pepa.query.analysis import Solved, solve_again
from pepa.query.exact import exact_values
from pepa.query.influence import Sensitivity, by_component, finite, rate_influence, size_influence, sizing
from pepa.query.linear import Linear, linear
from pepa.query.measure import measured
from pepa.query.passage import Question
from pepa.query.passage_slopes import passage_slopes
from pepa.query.rewards import member_counts


@dataclass
class Sensitivities:
    """The sensitivities of the measures of one solved model; what they share is worked out once."""

    model: Model
    overrides: Mapping[str, float]
    solved: Solved
    control: Control
    _net: Net = field(init=False)
    _adjoint: Adjoint = field(init=False)
    _ways: dict[str, float] = field(init=False, default_factory=dict)  # passages were solved in
    _resized: dict[tuple[str, float], Solved | str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        derived = self.solved.derived
        self._net = compile_model(self.model, self.overrides, slopes=True)
        self._adjoint = Adjoint(derived.space, self._net, derived.chain, self.solved.steady, self.control)

    def of(self, measure: str, *, sizes: bool = True) -> Sensitivity:
        """Return the sensitivity of a measure; with `sizes`, to the numbers of copies as well, which solves for each.

        Raises ExpressionError for what is no measure, LimitReached where no method gets the derivatives.
        """
        began = time.perf_counter()
        self._ways.clear()
        values = replace(exact_values(self.solved), net=self._net)
        if not np.isfinite(measured(measure, values)):
            raise PepaError(f"{measure} has no value here, and no derivative", "ask for what is finite")
        found = linear(measure, values, self._passing)
        if not finite(found):
            raise PepaError(f"{measure} has no derivative here: it would be infinite", "ask for a part of it")
        derivatives = self._adjoint.derivatives(self._reward(found))
        slopes = {**derivatives.slopes}
        for direction, slope in found.own.items():
            slopes[direction] = slopes.get(direction, 0.0) + float(slope)
        sized = sizing(self.model, self.overrides)
        parameters = self._net.parameters
        rates = [rate_influence(self._net, name, found.value, slopes) for name in parameters if name not in sized]
        copies = []
        for name in sized if sizes else ():
            value = parameters[name].value
            beside = [self._at(measure, name, value + by) for by in (-1, 1)]
            copies.append(size_influence(name, value, found.value, beside))
        order = list(parameters)
        influences = sorted((*rates, *copies), key=lambda one: order.index(one.name))
        return Sensitivity(
            measure,
            found.value,
            tuple(influences),
            by_component(self._net, rates),
            ", ".join(one for one in (*self._ways, derivatives.method) if not (self._ways and one == UNNEEDED)),
            max(derivatives.residual, *self._ways.values(), 0.0),
            time.perf_counter() - began,
        )

    def _passing(self, question: Question) -> Slopes:
        found = passage_slopes(question, self.solved, self._net, self.control)
        self._ways[found.method] = max(found.residual, self._ways.get(found.method, 0.0))
        return found.slopes

    def _reward(self, found: Linear) -> Reward:
        space = self.solved.derived.space
        states = np.zeros(space.size) if found.states is None else found.states.astype(float)
        for (name, _), share in found.population.items():
            states = states + share * member_counts(space, name)
        moves = np.zeros(len(self._net.moves)) if found.moves is None else found.moves
        along = np.zeros(len(space.source)) if found.transitions is None else found.transitions
        return Reward(states, moves[space.move] + along)

    def _at(self, measure: str, name: str, value: float) -> float | str:
        """Return a measure with another number of copies, or why there is none."""
        key = name, value
        if key not in self._resized:
            try:
                self._resized[key] = solve_again(self.model, {**self.overrides, name: value}, self.control, None)
            except PepaError as error:
                self._resized[key] = f"{value:g}: {error.message}"
        solved = self._resized[key]
        return solved if isinstance(solved, str) else measured(measure, exact_values(solved))
