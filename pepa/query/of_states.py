"""Measures of what an expression is worth in each state: their values in a distribution, and their derivatives.

A measure is a function of the probabilities p of all states and of the values v of the expression in them. Its
derivative by p is taken where the sum of p stays 1: a constant beside it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pepa.markov.space.state_space import Vector

Of = Callable[[Vector, Vector], float]
By = Callable[[Vector, Vector], Vector]


@dataclass(frozen=True)
class OfStates:
    """A measure: its value, and its derivatives by each probability and by each value, all of p and v (states,).

    What is `earned` is the mean of the values: each state gives its probability times its value.
    """

    value: Of
    by_probability: By
    by_value: By
    of_truth: bool = False  # of what is true or false alone
    earned: bool = False


def _mean(probability: Vector, values: Vector) -> float:
    return float(probability @ values)


def _squares(probability: Vector, values: Vector) -> Vector:
    return (values - _mean(probability, values)) ** 2


MEAN = OfStates(_mean, lambda _, values: values, lambda probability, _: probability, earned=True)
TABLE = {
    "probability": OfStates(MEAN.value, MEAN.by_probability, MEAN.by_value, of_truth=True, earned=True),
    "mean": MEAN,
    "variance": OfStates(
        lambda probability, values: float(probability @ _squares(probability, values)),
        _squares,
        lambda probability, values: 2.0 * probability * (values - _mean(probability, values)),
    ),
}
