"""The figures of passages that measures ask for: a mean, a quantile, who has arrived by a time, what is earned."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from pepa.control.control import Control
from pepa.net.net import Net
from pepa.query.earned import earned, only_exact
from pepa.query.measure import Figures
from pepa.query.passage import Passage, Question
from pepa.query.simulated_passage import simulated_passage
from pepa.simulation.passages import Passages

OTHER_PATH = 2**64  # added to the seed: passages are of another path than the long run they are put beside


def by_chain(passage: Callable[[Question], Passage]) -> Figures:
    """Return the figures of passages that are chains, each of which is worked out once."""
    prepared = cache(passage)

    def figure(function: str, number: float | str, question: Question) -> float:
        found = prepared(question)
        if isinstance(number, str):
            return earned(found, number).value
        if function == "passage":
            return found.moments().overall.mean
        if function == "quantile":
            return found.curve(down_to=0.05 * (1 - number)).quantile(number).time
        return float(found.curve(until=number).at(np.array([number])).arrived.sum())

    return figure


Sampled = Callable[[Question], Passages]


def sampled(net: Net, number: int, seed: int, control: Control) -> Sampled:
    """Return what simulates so many passages of each question once."""
    return cache(lambda question: simulated_passage(net, question, number, OTHER_PATH + seed, control))


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
