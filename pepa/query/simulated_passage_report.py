"""Simulated passages as a plain dictionary: what is estimated, each figure with its confidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pepa.net.net import Net
from pepa.query.passage import Question
from pepa.query.report import model_report
from pepa.query.series import times
from pepa.query.shares import SHOWN
from pepa.query.told_passage import ToldSimulatedPassage
from pepa.simulation.confidence import LEVEL
from pepa.simulation.passages import Passages


def simulated_passage_report(
    net: Net, question: Question, found: Passages, model: str, shares: Sequence[float], points: int, until: float | None
) -> ToldSimulatedPassage:
    """Return means, quantiles and the distribution at `points` times, each with the half width of its confidence."""
    mean, half = found.mean(LEVEL)
    end = until or float(np.quantile(found.times, SHOWN))
    at = times(end, points) if end > 0 else np.zeros(1)
    arrived, width = found.arrived(at, LEVEL)
    started = f"as {'a member' if question.member else 'it'} comes to {question.begin}"
    started = "at starts of the probe" if question.probe else started
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
