"""The figures of passages that measures ask for: a mean, a quantile, who has arrived by a time, what is earned."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.net import Net
from pepa.query.earned import earned, only_exact
from pepa.query.measure import Figures
from pepa.query.passage import Passage, Question
from pepa.query.simulated_passage import simulated_passage
from pepa.simulation.passages import Passages

TOLERANCE = 1e-9  # of a probability
PART = 1e-6  # of what has not arrived by a late quantile
ROUGH = 1e-9  # relative error of a quantile from which on it is followed anew
OTHER_PATH = 2**64  # added to the seed: passages are of another path than the long run they are put beside


class ByChain:
    """The figures of passages that are chains, each of which is worked out once.

    `error` is the largest relative error of those given so far; `lasting` whether one of them starts in the long run.
    """

    def __init__(self, passage: Callable[[Question], Passage]) -> None:
        self._passage = passage
        self._known: dict[Question, Passage] = {}
        self.error, self.lasting = 0.0, False

    def __call__(self, function: str, number: float | str, question: Question) -> float:
        """Return a figure; raises PepaError for a quantile of which no more is known than that it is late."""
        if question not in self._known:
            self._known[question] = self._passage(question)
        found = self._known[question]
        self.lasting |= found.certainty is not None
        value, error = _figure(found, function, number)
        if error and value:
            self.error = max(self.error, error / abs(value))
        return value


def _figure(found: Passage, function: str, number: float | str) -> tuple[float, float]:
    """Return a figure of a passage and how far it may be off."""
    if isinstance(number, str):
        one = earned(found, number)
        return one.value, one.error
    if function == "passage":
        moments = found.moments()
        overall = moments.overall
        if moments.never > 0 and overall.probability > 0:
            return math.inf, 0.0
        return overall.mean, overall.mean * overall.error if math.isfinite(overall.mean) else 0.0
    if function == "quantile":
        return _quantile(found, number)
    at = found.curve(until=number).at(np.array([number]))
    return float(at.arrived.sum()), float(at.error.max())


def _quantile(found: Passage, share: float) -> tuple[float, float]:
    """Return a quantile and its error; followed anew, past it, where the first pass ended so soon that it is rough."""
    tolerance = min(TOLERANCE, PART * (1 - share))
    one = found.curve(tolerance, down_to=0.05 * (1 - share)).quantile(share)
    if math.isfinite(one.time) and one.high - one.low > ROUGH * one.time:
        again = found.curve(tolerance, until=one.time).quantile(share)
        one = again if again.high - again.low < one.high - one.low else one
    if math.isinf(one.low):
        return math.inf, 0.0
    if math.isinf(one.high):
        raise PepaError(f"all that is known of it is that it is later than {one.low:.4g}", "ask for a smaller part")
    return one.time, max(one.high - one.time, one.time - one.low)


@dataclass(frozen=True)
class Sampled:
    """Simulates so many passages of each question, once."""

    net: Net
    number: int
    seed: int
    control: Control
    _known: dict[Question, Passages] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __call__(self, question: Question) -> Passages:
        """Return the passages; raises what `simulated_passage` does."""
        if question not in self._known:
            self._known[question] = simulated_passage(
                self.net, question, self.number, OTHER_PATH + self.seed, self.control
            )
        return self._known[question]


def by_sample(passages: Sampled, left_out: int | None, parts: int) -> Figures:
    """Return the figures of simulated passages, all or all but one of so many parts of them."""

    @cache
    def prepared(question: Question) -> Passages:
        found = passages(question)
        return found if left_out is None else found.without(left_out, parts)

    def figure(function: str, number: float | str, question: Question) -> float:
        if isinstance(number, str):
            raise only_exact()
        times = prepared(question).times
        if function == "passage":
            return float(times.mean())
        return float(np.quantile(times, number) if function == "quantile" else (times <= number).mean())

    return figure
