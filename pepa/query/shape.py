"""The size of a small net and its classes, looked at before a large run; and what is refused for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pepa.control.control import Control, LimitReached
from pepa.markov.chain.chain import generator
from pepa.markov.chain.classes import classes
from pepa.markov.space.derive import derive
from pepa.markov.space.prediction import Prediction
from pepa.net.mixed_rates import MixedRates
from pepa.net.net import Net

LOOKED_AT = 20_000  # states up to which a net is derived to see its classes


@dataclass(frozen=True)
class Shape:
    """The size of a small net, its transient states, its recurrent classes, and whether it comes back to its start."""

    size: Prediction
    transient: int
    classes: int
    returns: bool


def shape(net: Net, control: Control) -> Shape | None:
    """Return the shape of a small net; None for a large one."""
    try:
        space = derive(net, replace(control, most_states=LOOKED_AT, report=lambda _: None))
        found = classes(generator(space))
    except (LimitReached, MixedRates):
        return None
    size = Prediction(float(space.size), float(len(space.source)), float(len(space.levels) - 1))
    return Shape(size, len(found.transient), len(found.recurrent), 0 not in found.transient[:1])


def refuse_chance(classes: int | None, hint: str) -> None:
    """Raise LimitReached where several classes recur: one path ends in one, and no interval covers what it never sees.

    None is of a net too large to be looked at, which nothing is refused for.
    """
    if classes is not None and classes > 1:
        message = f"the long run depends on which of {classes:,} recurrent classes is entered, by chance"
        raise LimitReached(message, hint)
