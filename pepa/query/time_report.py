"""Series over time, equilibria and long runs as plain dictionaries: what `--json` prints and the app's worker sends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.closure import Closure, closure
from pepa.fluid.equilibrium import Equilibrium
from pepa.fluid.ode import Fluid
from pepa.population.population import Vector
from pepa.query.advice import cooperating
from pepa.query.fluid import deviations, stationary, values_of
from pepa.query.measure import Values, measured
from pepa.query.measures import response_time
from pepa.query.named_measures import TIMES
from pepa.query.rewards import split_names
from pepa.query.series import FluidSeries, Series, quantiles
from pepa.query.shares import PASSAGES
from pepa.query.simulated import asks_for, batch_sample, estimated
from pepa.query.told_series import (
    ToldClosure,
    ToldEnsemble,
    ToldEquilibrium,
    ToldEstimate,
    ToldFluidSeries,
    ToldLongRun,
    ToldSeries,
)
from pepa.query.told_solution import ToldResponseTime
from pepa.simulation.confidence import LEVEL, most_members, most_throughput
from pepa.simulation.ensemble import Ensemble
from pepa.simulation.long_run import LongRun

SEVERAL = 3  # copies of every cooperating group from which on the closure is better than the fluid


def series_report(series: Series, names: Sequence[str]) -> ToldSeries:
    """Return a series for some names: values, margins, and what they are."""

    def picked(values: Mapping[str, Vector]) -> dict[str, list[float]]:
        return {name: values[name].tolist() for name in names if name in values}

    return {
        "method": series.method,
        "time": series.time.tolist(),
        "population": picked(series.population),
        "throughput": picked(series.throughput),
        "margin": series.margin,
        "population_margin": picked(series.population_margin),
        "throughput_margin": picked(series.throughput_margin),
        "measures": {text: values.tolist() for text, values in series.measures.items()},
        "measures_margin": {text: values.tolist() for text, values in series.measures_margin.items()},
        "notes": list(series.notes),
    }


def fluid_report(found: FluidSeries, names: Sequence[str]) -> ToldFluidSeries:
    """Return a fluid series with its size and its switches."""
    return {
        **series_report(found.series, names),
        "equations": len(found.path.counts),
        "evaluations": found.path.evaluations,
        "switches": [
            {"time": s.time, "action": s.action, "before": list(s.before), "after": list(s.after)}
            for s in found.switches
        ],
    }


def equilibrium_report(
    fluid: Fluid, found: Equilibrium, times: Sequence[str], control: Control, expressions: Sequence[str] = ()
) -> ToldEquilibrium:
    """Return an equilibrium, or in words why there is none; with several copies of all that cooperates, its closure.

    `times` are sets of local derivatives, comma-separated, whose mean response time is asked for.
    """
    report: ToldEquilibrium = {
        "reached": found.counts is not None,
        "verdict": found.verdict.value,
        "residual": found.residual,
        "slowest_eigenvalue": found.slowest,
        "rank": [found.rank, found.dimension],
        "population": {},
        "throughput": {},
        "response_time": [],
        "measures": {},
        "notes": [],
        "standard_deviation": None,
        "closure": None,
    }
    if found.counts is None:
        return report
    view = fluid.population
    covariance = stationary(fluid, found)
    values = values_of(fluid, found.counts, covariance)
    report["population"] = {name: values.population[name] for name in view.held}
    report["throughput"] = dict(values.throughput)
    report["response_time"] = [_response(values, split_names(names)) for names in times]
    report["measures"] = {text: measured(text, values) for text in expressions}
    report["notes"] = list(values.notes)
    if covariance is None:
        return report
    deviation = deviations(fluid, found.counts, covariance)
    report["standard_deviation"] = dict(zip(view.held, deviation.tolist(), strict=True))
    if not view.passive and min(cooperating(view.net).values(), default=0) >= SEVERAL:
        report["closure"] = _closure_report(fluid, closure(fluid, view.initial, control))
    return report


def _closure_report(fluid: Fluid, found: Closure | None) -> ToldClosure | None:
    """Return means and standard deviations by normal closure; None where it does not come to rest."""
    if found is None:
        return None
    view = fluid.population
    weights = view.population_weights
    variance = np.einsum("np,pq,nq->n", weights, found.covariance, weights)
    return {
        "population": view.populations(found.counts),
        "standard_deviation": dict(zip(view.held, np.sqrt(np.maximum(variance, 0.0)).tolist(), strict=True)),
        "throughput": view.throughputs(found.rates),
    }


def _response(values: Values, names: list[str]) -> ToldResponseTime:
    if values.empty.issuperset(names):
        message = f"the fluid has nobody left waiting in {', '.join(names)}, though by chance some are"
        raise PepaError(message, "solve the model exactly, or simulate it, for that response time")
    return response_time(values.net, values.population, values.flow, names).report


def long_run_report(
    found: LongRun,
    names: Sequence[str],
    control: Control,
    expressions: Sequence[str] = (),
    passages: int = PASSAGES,
    doubts: Sequence[str] = (),
) -> ToldLongRun:
    """Return a simulated long run for some names and expressions; `doubts` come before what it says of itself."""

    below = dict.fromkeys(found.bounded, -math.log(1 - found.confidence) / (found.time - found.warm_up))

    def picked(every: Sequence[str], values: tuple[Vector, Vector], most: Vector) -> dict[str, ToldEstimate]:
        rows = zip(every, *(part.tolist() for part in (*values, most)), strict=True)
        return {
            name: _estimate(mean, half, below.get(name), varies=far > 0)
            for name, mean, half, far in rows
            if name in names
        }

    measures = _estimates(found, expressions, control, passages)
    return {
        "method": "simulation, batch means",
        "replications": 1,
        "seed": found.seed,
        "events": found.events,
        "confidence": found.confidence,
        "precision": found.precision,
        "precision_reached": found.reached,
        "batches": len(found.batches),
        "warm_up": found.warm_up,
        "simulated_time": found.time,
        "population": picked(found.names, found.population, most_members(found.view)),
        "throughput": picked(found.actions, found.throughput, most_throughput(found.view)),
        "measures": measures,
        "notes": [*doubts, *found.notes, *_imprecise(measures, found.precision)],
    }


def _estimate(mean: float, half: float, below: float | None, *, varies: bool) -> ToldEstimate:
    """Return a mean with its half width; no width of what was never seen to vary though it can.

    Of an action that was enabled and not seen there is a limit, `below`: the rate of a Poisson process without an event
    in the time simulated, about 3 over it at 95 %.
    """
    if half or not varies:
        return {"mean": mean, "half_width": half}
    unseen: ToldEstimate = {"mean": mean, "half_width": math.nan}
    if below is not None:
        unseen["below"] = below
    return unseen


def _estimates(found: LongRun, expressions: Sequence[str], control: Control, passages: int) -> dict[str, ToldEstimate]:
    """Return expressions of the means of a long run, with their half widths over its batches."""
    if not expressions:
        return {}
    sample = batch_sample(found, control, passages)
    each = {text: estimated(text, sample, found.confidence) for text in expressions}
    return {text: {"mean": one.value, "half_width": one.half_width} for text, one in each.items()}


def _imprecise(measures: Mapping[str, ToldEstimate], precision: float) -> list[str]:
    """Say which expressions of a long run are not known to the precision that was asked for."""
    return [
        f"{text} is known to {100 * found['half_width'] / abs(found['mean']):.2g} % only, "
        f"not to the {100 * precision:g} % asked for: ask for {_finer(text)}"
        for text, found in measures.items()
        if found["mean"] and found["half_width"] > precision * abs(found["mean"])
    ]


def _finer(text: str) -> str:
    return "more --passages" if asks_for(text, TIMES) else "a smaller --precision"


def simulated_report(series: Series, found: Ensemble, names: Sequence[str], seed: int) -> ToldEnsemble:
    """Return a simulated series with the quantiles of its populations over the replications."""
    shares = (0.05, 0.5, 0.95)
    values = quantiles(found, shares)
    return {
        **series_report(series, names),
        "replications": found.replications,
        "seed": seed,
        "events": found.events,
        "confidence": LEVEL,
        "standard_deviation": {
            name: found.population[index].std(axis=-1, dtype=float).tolist()
            for index, name in enumerate(found.names)
            if name in names
        },
        "quantiles": {
            name: dict(zip(map(str, shares), rows.tolist(), strict=True))
            for name, rows in values.items()
            if name in names
        },
    }
