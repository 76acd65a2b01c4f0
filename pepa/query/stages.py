"""A model followed exactly from where one wants, and through changes: of rates, of sizes, to another model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.numbers import number
from pepa.language.problem import ModelError, Span
from pepa.markov.space.carrying import carried
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.certainty import Certainty
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.transient import transient
from pepa.query.analysis import Compiled, Derived, compile_text, derive_net, solve_derived
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
    """From a time on some parameters have other values, in the model of a file where one is named, as in `text`."""

    time: float
    values: Mapping[str, float]
    model: str = ""
    text: str = ""

    def located(self, error: PepaError) -> ExpressionError:
        """Return an error about the change with its place marked: the model, or what is changed."""
        first = self.text.find(self.model) if self.model else len(self.text) - len(self.text.partition(":")[2].lstrip())
        last = first + len(self.model) if self.model else len(self.text.rstrip())
        return ExpressionError(self.text, Span(first, last), error.message, error.hint)


@dataclass(frozen=True, eq=False)
class Version:
    """What is so after a change: a model, and the values in which it differs from its text."""

    change: Change
    compiled: Compiled
    values: Mapping[str, float]

    def __str__(self) -> str:
        """Return it as a change is written, with all values that differ."""
        values = [f"{name}={value:g}" for name, value in self.values.items()]
        return f"{self.change.time:g}: {' '.join([*[self.change.model] * bool(self.change.model), *values])}"


@dataclass(frozen=True, eq=False)
class Stage:
    """The model as it is from a time on, by a change where it is not the first."""

    begins: float
    derived: Derived
    change: Change | None = None


def change(text: str) -> Change:
    """Return the change a text tells, as in `50: r=2 Q=6` or `50: other.pepa`; raises ExpressionError at its place."""
    at, colon, rest = text.partition(":")
    whole = Span(0, len(text))
    hint = "as in '50: r=2 Q=6' or '50: other.pepa Q=6': a time, and what is so from then on"
    if not colon or not rest.strip():
        raise ExpressionError(text, whole, f"`{text}` is no change", hint)
    try:
        time = number(at)
    except PepaError as error:
        raise ExpressionError(text, Span(0, len(at)), error.message, hint) from None
    if not time > 0:
        message = f"a change at time {time:g} is none on the way"
        raise ExpressionError(text, Span(0, len(at)), message, "give it a time above 0, or NAME=VALUE itself")
    model, values = "", dict[str, float]()
    for found in re.finditer(r"[^\s,]+", rest):
        word, span = found[0], Span(*(len(at) + 1 + place for place in found.span()))
        name, equals, value = word.partition("=")
        if not equals and not model and not values:
            model = word
        elif not equals or not name:
            raise ExpressionError(text, span, f"`{word}` is no change", hint)
        elif name in values:
            raise ExpressionError(text, span, f"`{name}` is there twice", "once is enough")
        else:
            try:
                values[name] = number(value)
            except PepaError as error:
                raise ExpressionError(text, span, error.message, error.hint) from None
    return Change(time, values, model, text)


def versions(
    text: str, overrides: Mapping[str, float], changes: Sequence[Change], read: Callable[[str], str]
) -> tuple[Version, ...]:
    """Return what is so after each of some changes of a text with overrides; `read` gives the text of another model.

    Values that have been set stay so in another model where it has parameters of these names. Raises ExpressionError,
    marked in the change, for what cannot be.
    """
    values, found = dict(overrides), []
    for one in changes:
        try:
            if one.model:
                text = read(one.model)
                known = compile_text(text).net.parameters
                values = {name: value for name, value in values.items() if name in known}
            values |= one.values
            found.append(Version(one, compile_text(text, values), dict(values)))
        except ModelError as error:
            hint = f"see all: pepa check {one.model}"
            raise one.located(PepaError(f"{one.model} has errors, the first: {error.message}", hint)) from None
        except PepaError as error:
            raise one.located(error) from None
    return tuple(found)


def stages(derived: Derived, changed: Sequence[Version], control: Control) -> tuple[Stage, ...]:
    """Return the model from the start on and from each change on."""
    found = [Stage(0.0, derived)]
    for one in changed:
        then = derive_net(one.compiled, control, found[-1].derived)
        found.append(Stage(one.change.time, then, one.change))
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
            probability = _carried(probability, stages[number_ - 1], stage)
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


def _carried(probability: Vector, before: Stage, after: Stage) -> Vector:
    try:
        return carried(probability, before.derived.space, after.derived.space)
    except PepaError as error:
        if after.change is None:
            raise
        raise after.change.located(error) from None
