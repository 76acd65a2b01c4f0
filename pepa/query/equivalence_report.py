"""A decision of strong equivalence as JSON tells it."""

from __future__ import annotations

from pepa.query.equivalence import Comparison
from pepa.query.told_equivalence import ToldEquivalence


def equivalence_report(found: Comparison, models: tuple[str, str]) -> ToldEquivalence:
    """Return what was decided of two models by their files."""
    difference = found.difference
    report: ToldEquivalence = {
        "models": list(models),
        "states": list(found.states),
        "blocks": found.blocks,
        "equivalent": difference is None,
        "tolerance": found.tolerance,
    }
    if difference is not None:
        report["difference"] = {
            "trace": list(difference.trace),
            "action": difference.action,
            "rates": list(difference.rates),
        }
    return report
