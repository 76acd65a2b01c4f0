"""Sensitivities as a plain dictionary: what `--json` prints and what the app's worker sends."""

from __future__ import annotations

from dataclasses import asdict

from pepa.query.report import Report
from pepa.query.sensitivity import Sensitivity


def sensitivity_report(found: Sensitivity) -> Report:
    """Return a measure with its value, its parameters, those that matter most first, and the evidence."""
    return {
        "measure": found.measure,
        "value": found.value,
        "parameters": [asdict(one) for one in found.ranked],
        "components": dict(found.components),
        "method": found.method,
        "residual": found.residual,
        "seconds": found.seconds,
    }
