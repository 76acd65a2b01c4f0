"""A model followed exactly from where one wants, and through changes: at a time a parameter or a size is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.numbers import number
from pepa.language.problem import Span
from pepa.markov.space.carrying import carried
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.certainty import Certainty
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.transient import transient
from pepa.query.analysis import Compiled, Derived, derive_net, solve_derived
from pepa.query.expression import ExpressionError, parse
from pepa.query.states import ChainStates, state_values

STEADY = "steady"


@dataclass(frozen=True, eq=False)
class Start:
    """Where a model starts: a distribution over its states, in words, and how certain where it is the long run."""

    probability: Vector
    words: str
    certainty: Certainty | None = None


@dataclass(frozen=True)
class Change:
    """From a time on some parameters have other values."""

    time: float
    values: Mapping[str, float]

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.time:g}: {' '.join(f'{name}={value:g}' for name, value in self.values.items())}"


@dataclass(frozen=True, eq=False)
class Stage:
    """The model as it is from a time on."""

    begins: float
    derived: Derived


def change(text: str) -> Change:
    """Return the change a text tells, as in `50: r=2 Q=6`; raises PepaError where it cannot be read."""
    at, colon, rest = text.partition(":")
    parts = [part.partition("=") for part in rest.replace(",", " ").split()]
    if not colon or not parts or not all(equals and name for name, equals, _ in parts):
        raise PepaError(f"`{text}` is no change", "as in '50: r=2 Q=6': a time, and what is so from then on")
    time = number(at)
    if not time > 0:
        raise PepaError(f"a change at time {time:g} is none on the way", "give it a time above 0, or NAME=VALUE itself")
    return Change(time, {name: number(value) for name, _, value in parts})


def accumulated(changes: Sequence[Change]) -> Iterator[dict[str, float]]:
    """Yield the values that differ from the model's after each of some changes."""
    values: dict[str, float] = {}
    for one in changes:
        values |= one.values
        yield dict(values)


def stages(
    derived: Derived, changes: Sequence[Change], compiled: Sequence[Compiled], control: Control
) -> tuple[Stage, ...]:
    """Return the model from the start on and from each change on, which is compiled with what is so from then."""
    found = [Stage(0.0, derived)]
    for one, then in zip(changes, compiled, strict=True):
        found.append(Stage(one.time, derive_net(then, control, found[-1].derived)))
    return tuple(found)


def start(text: str, derived: Derived, control: Control) -> Start:
    """Return where a text says a model starts: `init`, `steady`, or the states where an expression holds.

    Among several states it is in each as often as in the long run. Raises ExpressionError where the text has no
    meaning, PepaError where it holds in no state, or in none in the long run.
    """
    size = derived.space.size
    if text.strip() in ("", "init"):
        return Start((np.arange(size) == 0).astype(float), "from the initial state")
    if text.strip() == STEADY:
        steady = solve_derived(derived, control).steady
        return Start(steady.probability, "from the long run", steady.certainty)
    inside = state_values(text, parse(text), ChainStates(derived.space, derived.net, derived.classes))
    if inside.dtype != np.bool_:
        hint = "states, as in User3 >= 2, or init, or steady"
        raise ExpressionError(text, Span(0, len(text)), "a start is where something is true", hint)
    if not inside.any():
        raise PepaError(f"no reachable state has {text}", "")
    if inside.sum() == 1:
        return Start(inside.astype(float), f"from the only state where {text}")
    steady = solve_derived(derived, control).steady
    weights = np.where(inside, steady.probability, 0.0)
    if not weights.sum() > 0:
        raise PepaError(f"in the long run it is never so that {text}", "name one state, so that its share is plain")
    words = f"from the {np.count_nonzero(inside):,} states where {text}, as often as in the long run"
    return Start(weights / weights.sum(), words, steady.certainty)


def unchanged(derived: Derived, times: Vector, control: Control, tolerance: float) -> Iterator[tuple[Derived, Moment]]:
    """Yield a model and its distribution at some ascending times, from the initial state and with no change."""
    return ((derived, moment) for moment in transient(derived.chain, times, control, tolerance))


def followed(
    stages: Sequence[Stage], begin: Start, times: Vector, control: Control, tolerance: float
) -> Iterator[tuple[Derived, Moment]]:
    """Yield the model and its distribution at each of some ascending times; at that of a change it has been made.

    Errors add up over the stages, with what the start is not certain to. Raises PepaError where a distribution has no
    place in the model that follows.
    """
    probability, error = begin.probability, 0.0 if begin.certainty is None else begin.certainty.error
    for number_, stage in enumerate(stages):
        if number_:
            probability = carried(probability, stages[number_ - 1].derived.space, stage.derived.space)
        last = number_ == len(stages) - 1
        ends = np.inf if last else stages[number_ + 1].begins
        within = times[(times >= stage.begins) & (times < ends)]
        asked = within - stage.begins if last else np.append(within, ends) - stage.begins
        if not len(asked):
            return
        found = transient(stage.derived.chain, asked, control, tolerance / len(stages), probability)
        moment = None
        for index, moment in enumerate(found):
            if index < len(within):
                whole = replace(moment, time=float(within[index]), error=moment.error + error, steady=False)
                yield stage.derived, whole
        assert moment is not None
        probability, error = moment.probability, error + moment.error
