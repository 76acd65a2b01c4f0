"""The passage time of a member by simulation, and the report of it: what is estimated, each with its confidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.net import Net
from pepa.population.population import population
from pepa.query.member import followed, transition
from pepa.query.passage import Question
from pepa.query.report import Report
from pepa.query.series import times
from pepa.query.shares import SHOWN
from pepa.query.time_report import model_report
from pepa.simulation.confidence import LEVEL
from pepa.simulation.passages import BATCHES, Passages, moved, passages


def simulated_passage(net: Net, question: Question, number: int, seed: int, control: Control) -> Passages:
    """Return so many passage times of the members of a group.

    Raises PepaError where more than a member's own actions and local derivatives are asked for.
    """
    if question.within:
        raise PepaError("a simulated passage begins as a member comes to a state", "leave out --within")
    if number < 5 * BATCHES:
        raise PepaError(f"{number:,} passages are too few to tell a confidence", f"ask for {5 * BATCHES} or more")
    member = followed(net, question)
    view = population(member.net, fluid=False)
    effects = []
    for move in (move for move in member.net.moves if not move.passive):
        found = transition(move, member.index)
        effects.append(None if found is None else moved(*found, move.action, member.begin, member.ends))
    if not any(one is not None and one.begins for one in effects):
        raise PepaError(f"a member never comes to `{question.begin}`", "")
    first = int(np.flatnonzero(view.group == member.index)[0])
    return passages(view, first, effects, number, seed, control)


def simulated_passage_report(
    net: Net, question: Question, found: Passages, model: str, shares: Sequence[float], points: int, until: float | None
) -> Report:
    """Return means, quantiles and the distribution at `points` times, each with the half width of its confidence."""
    mean, half = found.mean(LEVEL)
    end = until or float(np.quantile(found.times, SHOWN))
    at = times(end, points) if end > 0 else np.zeros(1)
    arrived, width = found.arrived(at, LEVEL)
    started = "at starts of the probe" if question.probe else f"as a member comes to {question.begin}"
    quantiles = [(share, *found.quantile(share, LEVEL)) for share in shares]
    return {
        **model_report(net, model),
        "kind": "simulation",
        "passage": str(question),
        "from": question.begin,
        "to": list(question.ends),
        "member": question.member or None,
        "started": f"{started}, in a long run",
        "passages": len(found.times),
        "events": found.events,
        "seed": found.seed,
        "confidence": LEVEL,
        "band": "pointwise, by means of batches",
        "notes": ["only passages that end are seen"],
        "mean": mean,
        "mean_half_width": half,
        "standard_deviation": float(found.times.std()),
        "variance": float(found.times.var()),
        "method": f"simulation, {len(found.times):,} passages in {found.events:,} events, seed {found.seed}",
        "quantiles": [{"share": share, "time": time, "low": low, "high": high} for share, time, low, high in quantiles],
        "curve": {"time": at.tolist(), "distribution": arrived.tolist(), "half_width": width.tolist()},
    }
