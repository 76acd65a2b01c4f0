"""What a long-run measure depends on, whatever the kind of result: the frame of exact and of fluid derivatives."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pepa.control.error import PepaError
from pepa.language.problem import ModelError
from pepa.language.slopes import Slopes
from pepa.language.syntax import Model
from pepa.net.net import Net
from pepa.net.slopes import steepest
from pepa.query.first_order import Linear
from pepa.query.influence import NOTHING, Sensitivity, by_component, finite, rate_influence, size_influence, sizing
from pepa.query.measure import Values, measured
from pepa.query.no_value import why_none


@dataclass(frozen=True)
class Gradient:
    """The derivatives of a measure by parameters, by what method, and what that left.

    Relative changes of the measure below `accuracy` are none.
    """

    slopes: Slopes
    method: str
    residual: float
    accuracy: float = NOTHING


class Differentiated(ABC):
    """A long run whose measures have derivatives; what they share is worked out once."""

    model: Model
    overrides: Mapping[str, float]
    _resized: dict[tuple[str, float], Values | str]

    @property
    @abstractmethod
    def net(self) -> Net:
        """The net with the parameters asked for, and slopes."""

    @property
    @abstractmethod
    def values(self) -> Values:
        """The figures of the long run."""

    @abstractmethod
    def linear(self, measure: str) -> Linear:
        """Return a measure to first order."""

    @abstractmethod
    def gradient(self, found: Linear) -> Gradient:
        """Return the derivatives by parameters of a measure to first order."""

    @abstractmethod
    def resized(self, overrides: Mapping[str, float]) -> Values:
        """Return the figures at other parameters; raises PepaError where there are none."""

    def of(self, measure: str, *, sizes: bool = True) -> Sensitivity:
        """Return the sensitivity of a measure; with `sizes`, to the numbers of copies as well, which solves for each.

        Raises ExpressionError for what is no measure of such a result, PepaError where there is no derivative,
        LimitReached where no method gets it.
        """
        began = time.perf_counter()
        if not np.isfinite(measured(measure, self.values)):
            reason = why_none(measure, self.values)
            raise PepaError(
                f"{measure} has no finite value here, and no derivative: {reason}", "ask for what is finite"
            )
        found = self.linear(measure)
        if not finite(found):
            raise PepaError(f"{measure} has no derivative here: it would be infinite", "ask for a part of it")
        gradient = self.gradient(found)
        sized, parameters = sizing(self.model, self.overrides), self.net.parameters
        least = gradient.accuracy * abs(found.value)  # for all of a rate
        noise = {direction: least * slope for direction, slope in steepest(self.net).items()}
        rates = [
            rate_influence(self.net, name, found.value, gradient.slopes, noise)
            for name in parameters
            if name not in sized
        ]
        copies = []
        for name in sized if sizes else ():
            value = parameters[name].value
            beside = [self.at(measure, name, value + by) for by in (-1, 1)]
            copies.append(size_influence(name, value, found.value, beside))
        order = list(parameters)
        return Sensitivity(
            measure,
            found.value,
            tuple(sorted((*rates, *copies), key=lambda one: order.index(one.name))),
            by_component(self.net, found.value, gradient.slopes, noise),
            gradient.method,
            gradient.residual,
            time.perf_counter() - began,
        )

    def at(self, measure: str, name: str, value: float) -> float | str:
        """Return a measure at another value of a parameter, or why there is none: of fewer copies than none no word."""
        key = name, value
        if key not in self._resized:
            try:
                self._resized[key] = self.resized({**self.overrides, name: value})
            except PepaError as error:
                self._resized[key] = "" if value < 0 and _is_size(error) else f"{value:g}: {error.message}"
        values = self._resized[key]
        return values if isinstance(values, str) else measured(measure, values)


def _is_size(error: PepaError) -> bool:
    return isinstance(error, ModelError) and all(problem.code == "invalid-size" for problem in error.problems)
