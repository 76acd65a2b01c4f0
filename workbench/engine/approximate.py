"""The long run without a state space, as the app's panes show it: of the fluid, or simulated."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text
from pepa.query.report import Report, parameter_value, problems_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pepa.net.net import Net
    from workbench.engine.session import Watcher

APPROXIMATE = ("fluid", "simulation")
SEED = 1
PRECISION = 0.01  # half widths of a simulated long run, relative to their means


def approximate(report: Watcher, text: str, method: str, overrides: dict[str, float] | None = None) -> Report:
    """Return long-run figures of a text by `fluid` or `simulation`, and in sentences what they are worth."""
    began = time.perf_counter()
    compiled = compile_text(text, overrides or {})
    control = Control(report=report)
    found = (_fluid if method == "fluid" else _simulated)(compiled.net, control)
    return {
        "approximate": method,
        "parameters": {name: parameter_value(rate) for name, rate in compiled.net.parameters.items()},
        **found,
        "problems": problems_report(compiled.warnings, text),
        "seconds": {method: round(time.perf_counter() - began, 6)},
    }


def _fluid(net: Net, control: Control) -> Report:
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
    return {
        "throughput": told["throughput"],
        "population": told["population"],
        "groups": _groups(net, found.counts.tolist()),
        "sentences": [told["verdict"], f"residual {told['residual']:.1e}", *doubts],
    }


def _simulated(net: Net, control: Control) -> Report:
    import numpy as np

    from pepa.population.population import population
    from pepa.query.advice import advise, long_run_sentences
    from pepa.simulation.long_run import long_run

    doubts = long_run_sentences(advise(net, control))
    found = long_run(population(net, fluid=False), SEED, control, PRECISION)
    size = f"{found.events:,} events to time {found.time:.4g}, {len(found.batches)} batches after a warm-up of"
    sure = f"all figures that matter to {100 * found.reached:.2g} % at {100 * found.confidence:g} % confidence"
    return {
        "throughput": dict(zip(found.actions, found.throughput[0].tolist(), strict=True)),
        "population": dict(zip(found.names, found.population[0].tolist(), strict=True)),
        "groups": _groups(net, np.mean([batch.counts for batch in found.batches], axis=0).tolist()),
        "sentences": [sure, f"{size} {found.warm_up:.4g}, seed {found.seed}", *doubts, *found.notes],
    }


def _groups(net: Net, counts: Sequence[float]) -> list[Report]:
    """Return the groups of a net with the mean counts of their places, one group after the other."""
    groups, first = [], 0
    for group in net.groups:
        labels = group.component.labels
        held = dict(zip(labels, counts[first : first + len(labels)], strict=True))
        shares = {label: count / group.size if group.size else 0.0 for label, count in held.items()}
        groups.append({"name": group.name, "size": group.size, "population": held, "utilisation": shares})
        first += len(labels)
    return groups
