"""The long run without a state space, as the app's panes show it: of the fluid, or simulated."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.told_problem import problems_report
from pepa.query.analysis import compile_text
from pepa.query.kind import Kind
from pepa.query.report import figures_report, model_report
from workbench.engine.run_answers import ApproximateRun
from workbench.engine.watched import valued

if TYPE_CHECKING:
    from pepa.net.net import Net
    from pepa.query.measure import Result
    from workbench.engine.session import Watcher

SEED = 1
PRECISION = 0.01  # half widths of a simulated long run, relative to their means


def approximate(
    report: Watcher, text: str, kind: str, overrides: dict[str, float] | None = None, watched: str = ""
) -> ApproximateRun:
    """Return long-run figures of a text by `fluid` or `simulation`, and in sentences what they are worth.

    `watched` is a measure to value at once.
    """
    began = time.perf_counter()
    compiled = compile_text(text, overrides or {})
    found, sentences = WAYS[Kind(kind)](compiled.net, Control(report=report))
    means = found.means
    return {
        "kind": "fluid" if means.kind is Kind.FLUID else "simulation",
        **model_report(compiled.net, ""),
        **figures_report(means),
        "sentences": sentences,
        "problems": problems_report(compiled.warnings, text),
        "seconds": {kind: round(time.perf_counter() - began, 6)},
        "watched": valued(watched, found),
    }


def _fluid(net: Net, control: Control) -> tuple[Result, list[str]]:
    from pepa.fluid.equilibrium import equilibrium
    from pepa.fluid.ode import Fluid
    from pepa.population.population import population
    from pepa.query.advice import advise, long_run_sentences
    from pepa.query.fluid import stationary, values_of

    fluid = Fluid(population(net, fluid=True))
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "follow it over time (Charts), or solve the model exactly")
    values = values_of(fluid, found.counts, stationary(fluid, found))
    doubts = [*values.notes, *long_run_sentences(advise(net, control))]
    return values, [found.verdict.value, f"residual {found.residual:.1e}", *doubts]


def _simulated(net: Net, control: Control) -> tuple[Result, list[str]]:
    from pepa.population.population import population
    from pepa.query.advice import advise, long_run_sentences
    from pepa.query.shape import refuse_chance
    from pepa.query.simulated import WEIGHED, batch_sample
    from pepa.simulation.long_run import long_run

    advised = advise(net, control)
    refuse_chance(advised.classes, WEIGHED)
    found = long_run(population(net, fluid=False), SEED, control, PRECISION)
    size = f"{found.events:,} events to time {found.time:.4g}, {len(found.batches)} batches after a warm-up of"
    sure = f"all figures that matter to {100 * found.reached:.2g} % at {100 * found.confidence:g} % confidence"
    said = [sure, f"{size} {found.warm_up:.4g}, seed {found.seed}", *long_run_sentences(advised), *found.notes]
    return batch_sample(found, control), said


WAYS: dict[Kind, Callable[[Net, Control], tuple[Result, list[str]]]] = {
    Kind.FLUID: _fluid,
    Kind.SIMULATED: _simulated,
}
