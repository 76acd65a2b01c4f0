"""Measures over time, by any method: exact, fluid with its noise, simulated with confidence.

All give populations by local derivative and throughputs by action at the same times, each with a margin that is what
the method has: a proved error, two standard deviations, or the half width of a confidence interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.drained import shown
from pepa.fluid.noise import Doubt, covariances, doubts
from pepa.fluid.ode import EXPLICIT, Fluid, Switch, Trajectory, switches, trajectory
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.transient import transient
from pepa.net.net import Net
from pepa.population.population import Vector, population
from pepa.query.analysis import Derived
from pepa.query.exact import values_of
from pepa.query.fluid import deviations, doubt_sentences, figures_of
from pepa.query.measure import measured
from pepa.query.rewards import action_rates
from pepa.query.simulated import estimated, samples
from pepa.simulation.confidence import LEVEL
from pepa.simulation.ensemble import Block, Ensemble, blocks, ensemble, intervals
from pepa.simulation.leaping import refuse_small

MOST_POINTS = 100_000
GENTLE = 1e3  # members x the part of them that is enough of those who are passive, for an explicit method: it lasts
GLANCES = 100  # times of a fluid at which it is looked at what makes it doubtful

ROUGH = "fluid mean and band are rough here: few copies, or near a switch (pepa ode says where)"


@dataclass(frozen=True, eq=False)
class Curve:
    """Values at some times, shape (times,), and their margins where the method has some; how often is `per_time`."""

    values: Vector
    margin: Vector | None
    per_time: bool = False


@dataclass(frozen=True, eq=False)
class Series:
    """Values over time by name, and their margins where the method has one for them.

    `measures` are expressions. `margin` says what the margins are. `notes` are sentences a user must know beside the
    figures, and `brief` what must stand even where there is room for little.
    """

    method: str
    time: Vector
    population: Mapping[str, Vector]
    throughput: Mapping[str, Vector]
    population_margin: Mapping[str, Vector] = field(default_factory=dict)
    throughput_margin: Mapping[str, Vector] = field(default_factory=dict)
    margin: str = ""
    notes: tuple[str, ...] = ()
    measures: Mapping[str, Vector] = field(default_factory=dict)
    measures_margin: Mapping[str, Vector] = field(default_factory=dict)
    brief: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The local derivatives, then the actions."""
        return (*self.population, *self.throughput)

    def curve(self, name: str) -> Curve | None:
        """Return what is known of a local derivative, an action or an expression; None where it is none of them."""
        if name in self.population:
            return Curve(self.population[name], self.population_margin.get(name))
        if name in self.throughput:
            return Curve(self.throughput[name], self.throughput_margin.get(name), per_time=True)
        return Curve(self.measures[name], self.measures_margin.get(name)) if name in self.measures else None


def times(until: float, points: int) -> Vector:
    """Return evenly spaced times from 0; raises PepaError where there would be none."""
    if not until > 0 or not np.isfinite(until):
        raise PepaError(f"the time to follow the model for must be positive, not {until:g}", "as in --until 100")
    if points < 1:
        raise PepaError(f"there is nothing to show at {points} points", "ask for one or more, as in --points 200")
    if points > MOST_POINTS:
        raise PepaError(
            f"{points:,} points are more than {MOST_POINTS:,}", "ask for fewer; a screen shows a few hundred"
        )
    return np.linspace(0.0, until, points + 1)


def exact_series(
    derived: Derived,
    time: Vector,
    control: Control,
    tolerance: float = 1e-9,
    expressions: Sequence[str] = (),
    moments: Iterable[tuple[Derived, Moment]] | None = None,
    later: Sequence[Net] = (),
) -> Series:
    """Return the exact series; its margins bound the error of each figure by that of all probabilities.

    A population is off by no more than that times its members, a throughput times its rate where that is largest.

    Expressions have no margin of their own. `moments` are those at the times, each with the model as it is then, where
    it does not start in its initial state or changes on the way, to nets that come `later`. Nobody is in what a model
    has not, and it is not done.
    """
    nets, found, errors, fastest = (derived.net, *later), [], [], Fastest()
    along = moments or ((derived, one) for one in transient(derived.chain, time, control, tolerance))
    for model, moment in along:
        values = values_of(model, moment.probability)
        found.append((values, [measured(text, values) for text in expressions]))
        errors.append(moment.error)
        fastest.see(model)
    error = np.array(errors)
    names = dict.fromkeys(name for net in nets for name in net.derivatives)
    actions = dict.fromkeys(action for net in nets for action in net.actions)
    held = {name: max(most_members(net, name) for net in nets) for name in names}
    notes = (
        ["the distribution stopped changing before the end: by less than the error from there to the end"]
        if moment.steady
        else []
    )
    notes.append(f"the errors of all probabilities add up to at most {error[-1]:.1e}")
    if error[-1] > tolerance:
        notes.append(f"the tolerance of {tolerance:.1e} is not met: more cannot be proved of what rounding does")
    return Series(
        f"exact, {moment.method}",
        time,
        {name: np.array([one.population.get(name, 0.0) for one, _ in found]) for name in held},
        {action: np.array([one.throughput.get(action, 0.0) for one, _ in found]) for action in actions},
        {name: error * most for name, most in held.items()},
        {action: error * fastest.rate.get(action, 0.0) for action in actions},
        "proved error",
        tuple(notes),
        _columns(expressions, [values for _, values in found]),
    )


def _columns(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, Vector]:
    """Return the columns of a table of rows by their names."""
    return dict(zip(names, np.array(rows, float).reshape(len(rows), len(names)).T, strict=True))


@dataclass
class Fastest:
    """The largest rate at which each action happens in any state of the models seen."""

    rate: dict[str, float] = field(default_factory=dict)
    _seen: Derived | None = None

    def see(self, model: Derived) -> None:
        """See a model: another one than the last is looked through."""
        if model is self._seen:
            return
        self._seen = model
        for action in model.net.actions:
            there = float(action_rates(model.space, model.chain, action).max(initial=0.0))
            self.rate[action] = max(self.rate.get(action, 0.0), there)


def most_members(net: Net, name: str) -> float:
    """Return how many members can be in a local derivative at most: as many as its groups have."""
    return float(sum(group.size * max(group.component.holding(name)) for group in net.groups))


@dataclass(frozen=True, eq=False)
class FluidSeries:
    """A fluid series with the trajectory it comes from, its switches, and why it may be wrong."""

    series: Series
    path: Trajectory
    switches: tuple[Switch, ...]
    doubts: tuple[Doubt, ...]


def fluid_series(
    net: Net,
    time: Vector,
    control: Control,
    method: str = "LSODA",
    *,
    band: bool = True,
    expressions: Sequence[str] = (),
) -> FluidSeries:
    """Return the fluid series, with a band of two standard deviations by linear noise; expressions have no band."""
    gentle = method.upper() in EXPLICIT
    steep = max(1.0, GENTLE / max(1, sum(group.size for group in net.groups))) if gentle else None
    view = population(net, fluid=True, steep=steep)
    path = trajectory(Fluid(view), time, control, method)
    weights, flows = view.population_weights, path.rates()
    values = weights @ shown(view, path.counts, flows)
    margins: dict[str, Vector] = {}
    noise = covariances(path, control) if band else None
    if noise is not None and np.isfinite(noise).all():
        each = [deviations(path.fluid, counts, own) for counts, own in zip(path.counts.T, noise, strict=True)]
        margins = dict(zip(view.held, 2 * np.array(each).T, strict=True))
    why = _doubts(path, noise if margins else None)
    notes = list(doubt_sentences(why))
    if band and not margins:
        notes.append("the noise grows beyond all numbers: there is no band")
    if gentle and view.passive:
        few = f"fewer than {1 / view.steep:.2g} who wait slow their partners"
        notes.append(f"{path.method} cannot follow `infty`: {few}, LSODA can")
    series = Series(
        f"fluid, {path.method}",
        time,
        dict(zip(view.held, values, strict=True)),
        dict(zip(view.doing, view.action_weights @ flows, strict=True)),
        margins,
        {},
        "two standard deviations (linear noise)" if margins else "",
        tuple(notes),
        _columns(expressions, [fluid_measures(path.fluid, counts, expressions) for counts in path.counts.T]),
        brief=(ROUGH,) * bool(why),
    )
    return FluidSeries(series, path, tuple(switches(path)), tuple(why))


def _doubts(path: Trajectory, noise: NDArray[np.float64] | None) -> list[Doubt]:
    """Return why the fluid is unreliable at any of its times; what lies further apart is looked at now and then."""
    found: dict[Doubt, None] = {}
    number = path.counts.shape[1]
    for point in sorted({*range(0, number, max(1, number // GLANCES)), number - 1}):
        every = doubts(path.fluid, path.counts[:, point], None if noise is None else noise[point])
        found |= dict.fromkeys(every)
    return list(found)


def fluid_measures(fluid: Fluid, counts: Vector, expressions: Sequence[str]) -> list[float]:
    """Return the values of expressions where the fluid has some counts, shape (places,)."""
    if not expressions:
        return []
    values = figures_of(fluid, counts)
    return [measured(text, values) for text in expressions]


def simulated_series(
    net: Net,
    time: Vector,
    replications: int,
    seed: int,
    control: Control,
    processes: int = 1,
    level: float = LEVEL,
    *,
    leap: bool = False,
    expressions: Sequence[str] = (),
) -> tuple[Series, Ensemble]:
    """Return the simulated series with confidence intervals, and the ensemble it comes from.

    With `leap` it is approximate, by tau-leaping: what halving the leaps changed is part of its margins. Raises
    PepaError where populations are too small for that. An expression is that of the means, its interval by the
    jackknife over parts of the replications.
    """
    if leap:
        refuse_small(net)
    view = population(net, fluid=False)
    parts: list[Block] = list(blocks(view, time, replications, seed, control, processes, leap=leap))
    found = ensemble(view, time, seed, parts)
    estimates = [[estimated(text, one, level) for text in expressions] for one in samples(view, time, parts)]
    values = _columns(expressions, [[one.value for one in row] for row in estimates])
    halves = _columns(expressions, [[one.half_width for one in row] for row in estimates])
    if leap and expressions:
        longer = samples(view, time, [replace(part, counts=part.coarse) for part in parts if part.coarse is not None])
        coarse = _columns(expressions, [[measured(text, one.means) for text in expressions] for one in longer])
        halves = {text: halves[text] + np.abs(values[text] - coarse[text]) for text in expressions}
    (mean, half), (rate, rate_half) = intervals(found, level)
    series = Series(
        "simulation, tau-leaping" if leap else "simulation",
        time,
        dict(zip(found.names, mean, strict=True)),
        dict(zip(found.actions, rate, strict=True)),
        dict(zip(found.names, half, strict=True)),
        dict(zip(found.actions, rate_half, strict=True)),
        _margin_words(level, leap=leap) if replications > 1 else "",
        (
            f"{replications:,} replication{'s' * (replications > 1)}, {found.events:,} events, seed {seed}",
            *(["one path is no mean, and has no confidence: ask for many replications"] * (replications == 1)),
        ),
        values,
        halves,
    )
    return series, found


def _margin_words(level: float, *, leap: bool) -> str:
    return f"{100 * level:g} % confidence" + (", and what halving the leaps changed" if leap else "")


def quantiles(found: Ensemble, shares: Sequence[float]) -> dict[str, NDArray[np.float64]]:
    """Return the quantiles (shares, points) of each population over the replications."""
    values = np.quantile(found.population.astype(float), shares, axis=2)
    return {name: np.asarray(values[:, index]) for index, name in enumerate(found.names)}
