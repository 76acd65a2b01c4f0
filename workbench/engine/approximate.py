"""The long run without a state space, as the app's panes show it: of the fluid, or simulated."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text
from pepa.query.report import model_report, problems_report
from pepa.query.told_solution import ToldGroup
from workbench.engine.run_answers import ApproximateRun

if TYPE_CHECKING:
    from pepa.net.net import Net
    from workbench.engine.session import Watcher

APPROXIMATE = ("fluid", "simulation")
SEED = 1
PRECISION = 0.01  # half widths of a simulated long run, relative to their means


def approximate(report: Watcher, text: str, method: str, overrides: dict[str, float] | None = None) -> ApproximateRun:
    """Return long-run figures of a text by `fluid` or `simulation`, and in sentences what they are worth."""
    began = time.perf_counter()
    compiled = compile_text(text, overrides or {})
    control = Control(report=report)
    found = (_fluid if method == "fluid" else _simulated)(compiled.net, control)
    return {
        "kind": "fluid" if method == "fluid" else "simulation",
        **model_report(compiled.net, ""),
        "throughput": dict(found.throughput),
        "population": dict(found.population),
        "groups": _groups(compiled.net, found.counts),
        "sentences": list(found.sentences),
        "problems": problems_report(compiled.warnings, text),
        "seconds": {method: round(time.perf_counter() - began, 6)},
    }


@dataclass(frozen=True)
class _Found:
    """The figures of a long run, the mean counts of its places, and in sentences what they are worth."""

    throughput: Mapping[str, float]
    population: Mapping[str, float]
    counts: Sequence[float]
    sentences: Sequence[str]


def _fluid(net: Net, control: Control) -> _Found:
    from pepa.fluid.equilibrium import equilibrium
    from pepa.fluid.ode import Fluid
    from pepa.population.population import population
    from pepa.query.advice import advise, long_run_sentences
    from pepa.query.time_report import equilibrium_report

    fluid = Fluid(population(net, fluid=True))
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "follow it over time (Charts), or solve the model exactly")
    told = equilibrium_report(fluid, found, (), control)
    doubts = [*told["notes"], *long_run_sentences(advise(net, control))]
    said = [told["verdict"], f"residual {told['residual']:.1e}", *doubts]
    return _Found(told["throughput"], told["population"], found.counts.tolist(), said)


def _simulated(net: Net, control: Control) -> _Found:
    import numpy as np

    from pepa.population.population import population
    from pepa.query.advice import advise, long_run_sentences
    from pepa.simulation.long_run import long_run

    doubts = long_run_sentences(advise(net, control))
    found = long_run(population(net, fluid=False), SEED, control, PRECISION)
    size = f"{found.events:,} events to time {found.time:.4g}, {len(found.batches)} batches after a warm-up of"
    sure = f"all figures that matter to {100 * found.reached:.2g} % at {100 * found.confidence:g} % confidence"
    return _Found(
        dict(zip(found.actions, found.throughput[0].tolist(), strict=True)),
        dict(zip(found.names, found.population[0].tolist(), strict=True)),
        np.mean([batch.counts for batch in found.batches], axis=0).tolist(),
        [sure, f"{size} {found.warm_up:.4g}, seed {found.seed}", *doubts, *found.notes],
    )


def _groups(net: Net, counts: Sequence[float]) -> list[ToldGroup]:
    """Return the groups of a net with the mean counts of their places, one group after the other."""
    groups: list[ToldGroup] = []
    first = 0
    for group in net.groups:
        labels = group.component.labels
        held = dict(zip(labels, counts[first : first + len(labels)], strict=True))
        shares = {label: count / group.size if group.size else 0.0 for label, count in held.items()}
        groups.append({"name": group.name, "size": group.size, "population": held, "utilisation": shares})
        first += len(labels)
    return groups
