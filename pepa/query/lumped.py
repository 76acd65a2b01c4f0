"""Solving the lumped chain of a model in place of its own, for the measures that are to be kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pepa.control.control import Control
from pepa.markov.chain.lumping import Lumped, lump
from pepa.markov.steady.steady_state import SteadyState, bounded, steady_state
from pepa.query.analysis import Derived, Seconds
from pepa.query.rewards import action_rates, measurable, member_counts


@dataclass(frozen=True)
class SolvedLumped:
    """A solved lumped chain; the measures are those kept: throughput by action, population by local derivative."""

    derived: Derived
    lumped: Lumped
    steady: SteadyState
    throughput: dict[str, float]
    population: dict[str, float]
    seconds: Seconds

    @property
    def factor(self) -> float:
        """How many times fewer states are solved."""
        return self.derived.space.size / self.lumped.chain.size


def solve_lumped(
    derived: Derived, control: Control, keep: Sequence[str] = (), method: str | None = None, *, bound: bool = False
) -> SolvedLumped:
    """Lump, keeping the measures of the named actions and local derivatives (all where none is named), and solve.

    Raises PepaError for a name that is neither, and what `steady_state` raises.
    """
    net, space, chain = derived.net, derived.space, derived.chain
    wanted = measurable(keep, net)
    seconds = dict(derived.seconds)
    began = time.perf_counter()
    rates = {name: action_rates(space, chain, name) for name in wanted if name in net.actions}
    counts = {name: member_counts(space, name) for name in wanted if name in net.derivatives}
    lumped = lump(chain, [*rates.values(), *counts.values()], control)
    seconds["lump"] = round(time.perf_counter() - began, 6)
    began = time.perf_counter()
    steady = steady_state(lumped.chain, control, method)
    seconds["solve"] = round(time.perf_counter() - began, 6)
    if bound:
        steady = bounded(steady, lumped.chain, control)
    return SolvedLumped(
        derived,
        lumped,
        steady,
        {name: float(steady.probability @ reward[lumped.first]) for name, reward in rates.items()},
        {name: float(steady.probability @ reward[lumped.first]) for name, reward in counts.items()},
        seconds,
    )
