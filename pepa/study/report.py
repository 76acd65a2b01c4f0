"""Studies as plain dictionaries and CSV: what `--json` prints, what is written beside an experiment file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pepa.study.claims import Verdict
from pepa.study.experiment import Experiment, pictures, results

Report = dict[str, Any]
Points = Sequence[Mapping[str, Any]]


def experiment_report(experiment: Experiment, points: Points, verdicts: Sequence[Verdict]) -> Report:
    """Return an experiment with its points, claims and elasticities."""
    report: Report = {
        "name": experiment.name,
        "title": experiment.title,
        "about": experiment.about,
        "parameters": list(experiment.axes),
        "measures": list(experiment.labels),
        "points": list(points),
        "charts": [asdict(chart) for chart in pictures(experiment)],
        "claims": [
            {
                "text": v.claim.text,
                "holds": v.holds,
                "value": v.value,
                **({"note": v.claim.note} if v.claim.note else {}),
            }
            for v in verdicts
        ],
    }
    if experiment.elastic:
        report["elasticities"] = elasticity_report(experiment, points)
    return report


def elasticity_report(experiment: Experiment, points: Points) -> dict[str, dict[str, float]]:
    """Return by measure the elasticity to each parameter."""
    found = results(experiment, points).elasticity
    return {label: {name: found[label, name] for name in experiment.elastic} for label in experiment.labels}


def csv_text(experiment: Experiment, points: Points) -> str:
    """Return a row for each point: parameters, measures, half widths where there are any, and its status.

    Elasticities are a row for each parameter.
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    if experiment.elastic:
        elastic = elasticity_report(experiment, points)
        writer.writerow(["parameter", *(f"elasticity of {label}" for label in experiment.labels)])
        writer.writerows([name, *(_cell(elastic[m][name]) for m in experiment.labels)] for name in experiment.elastic)
        return target.getvalue()
    estimated = any("half_width" in point for point in points)
    widths = [f"half width of {label}" for label in experiment.labels] if estimated else []
    writer.writerow([*experiment.axes, *experiment.labels, *widths, "status"])
    for point in points:
        values = [_cell(point["values"].get(label)) for label in experiment.labels]
        halves = [_cell(point.get("half_width", {}).get(label)) for label in experiment.labels] if estimated else []
        told = "; ".join([point["reason"].splitlines()[0]] if "reason" in point else point.get("notes", ()))
        status = point["status"] + (f": {told}" if told else "")
        writer.writerow([*(_cell(point["parameters"].get(name)) for name in experiment.axes), *values, *halves, status])
    return target.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ""
    return "" if value is None else str(value)
