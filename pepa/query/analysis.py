"""From a model text to its measures, stage by stage, each stage timed; what an edit leaves valid is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pepa.control.control import Control, Ticker
from pepa.language.ignoring import heeded
from pepa.language.problem import ModelError, Problem
from pepa.language.syntax import Model
from pepa.markov.chain.chain import Chain, generator
from pepa.markov.chain.classes import Classes, classes
from pepa.markov.space.derive import derive
from pepa.markov.space.prediction import refuse_what_cannot_be_solved, refuse_what_cannot_fit
from pepa.markov.space.state_space import StateSpace, Vector
from pepa.markov.steady.steady_state import SteadyState, bounded, steady_state
from pepa.net.compile import compile_model, load
from pepa.net.mixed_rates import placed
from pepa.net.net import Net
from pepa.query.measures import Measures, flows, measures

Seconds = dict[str, float]


@contextmanager
def _timed(seconds: Seconds, stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[stage] = round(time.perf_counter() - began, 6)


@dataclass(frozen=True)
class Compiled:
    """A model compiled to its net, with the warnings met."""

    net: Net
    warnings: tuple[Problem, ...]
    seconds: Seconds


@dataclass(frozen=True, eq=False)
class Derived:
    """A derived model: its state space, the chain of it and the chain's communicating classes."""

    compiled: Compiled
    space: StateSpace
    chain: Chain
    classes: Classes
    seconds: Seconds
    reused: bool

    @property
    def net(self) -> Net:
        """The net with the parameters analysed."""
        return self.compiled.net


@dataclass(frozen=True, eq=False)
class Solved:
    """A solved model: its steady state and measures; `flow` is the rate of each move."""

    derived: Derived
    steady: SteadyState
    flow: Vector
    measures: Measures
    seconds: Seconds


def compile_text(text: str, overrides: Mapping[str, float] | None = None) -> Compiled:
    """Parse, check and compile a model text. Raises ModelError with every problem, or PepaError."""
    seconds: Seconds = {}
    with _timed(seconds, "parse"):
        model, problems = load(text)
    with _timed(seconds, "compile"):
        try:
            with placed():
                net = compile_model(model, overrides)
        except ModelError as error:
            raise ModelError([*error.problems, *heeded(problems, text)]) from None
    return Compiled(net, heeded((*problems, *net.problems), text), seconds)


def derive_net(compiled: Compiled, control: Control, previous: Derived | None = None) -> Derived:
    """Derive the state space; where only rates differ from `previous`, its state space is used again.

    Raises ModelError where a reachable state has no rates, and PepaError beyond the limits.
    """
    with placed():
        return _derived(compiled, control, previous)


def _derived(compiled: Compiled, control: Control, previous: Derived | None) -> Derived:
    seconds = dict(compiled.seconds)
    reused = previous is not None and previous.net.structure == compiled.net.structure
    with _timed(seconds, "derive"):
        if previous is not None and reused:
            space = replace(previous.space, net=compiled.net)  # what never happens may have another name
        else:
            space = derive(compiled.net, control, lambda: refuse_what_cannot_fit(compiled.net, control))
    with _timed(seconds, "rates"):
        chain = generator(space, compiled.net, previous.chain if previous is not None and reused else None)
    with _timed(seconds, "classify"):
        ticker = Ticker(control, "classify")
        told = f"{space.size:,} states", None
        found = (
            previous.classes if previous is not None and reused else classes(chain, lambda: ticker.tick(lambda: told))
        )
    return Derived(compiled, space, chain, found, seconds, reused)


def solve_derived(
    derived: Derived,
    control: Control,
    method: str | None = None,
    previous: Solved | None = None,
    *,
    bound: bool = False,
) -> Solved:
    """Return the steady state and measures; an earlier solution of the same structure is the first estimate.

    With `bound`, a bound on the error of every probability is sought as well.
    """
    refuse_what_cannot_be_solved(derived.space.size, len(derived.space.source), control)
    seconds = dict(derived.seconds)
    start = previous.steady.probability if previous is not None and derived.reused else None
    with _timed(seconds, "solve"):
        steady = steady_state(derived.chain, control, method, start, derived.classes)
    if bound:
        with _timed(seconds, "bound"):
            steady = bounded(steady, derived.chain, control)
    with _timed(seconds, "measure"):
        flow = flows(derived.space, derived.chain, steady.probability)
        found = measures(derived.space, flow, steady.probability)
    return Solved(derived, steady, flow, found, seconds)


def solve_again(model: Model, overrides: Mapping[str, float], control: Control, previous: Solved | None) -> Solved:
    """Return the solution of a checked model with other parameters, from that of the same model with others again.

    Raises PepaError for parameters that cannot be, and where no method converges.
    """
    compiled = Compiled(compile_model(model, overrides), (), {})
    derived = derive_net(compiled, control, None if previous is None else previous.derived)
    return solve_derived(derived, control, None, previous)
