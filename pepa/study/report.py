"""Studies as plain dictionaries and CSV: what `--json` prints, what is written beside an experiment file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

from pepa.study.claims import Verdict
from pepa.study.experiment import Experiment, pictures, results
from pepa.study.told_study import ToldFindings, ToldPoint, ToldStudy, ToldSubject


def subject_report(experiment: Experiment) -> ToldSubject:
    """Return what is known of an experiment before its first point."""
    return {
        "name": experiment.name,
        "title": experiment.title,
        "about": experiment.about,
        "parameters": list(experiment.axes),
        "measures": list(experiment.labels),
        "charts": [
            {"kind": chart.kind, "x": chart.x, "y": list(chart.y), "by": chart.by, "title": chart.title}
            for chart in pictures(experiment)
        ],
    }


def findings_report(experiment: Experiment, points: Sequence[ToldPoint], verdicts: Sequence[Verdict]) -> ToldFindings:
    """Return an experiment with what is said of all its points: claims and elasticities."""
    return {
        **subject_report(experiment),
        "claims": [
            {"text": one.claim.text, "holds": one.holds, "value": one.value, "note": one.claim.note} for one in verdicts
        ],
        "elasticities": elasticity_report(experiment, points),
        "shrinking": next((point["shrinking"] for point in points if "shrinking" in point), {}),
    }


def experiment_report(experiment: Experiment, points: Sequence[ToldPoint], verdicts: Sequence[Verdict]) -> ToldStudy:
    """Return an experiment with its points, claims and elasticities."""
    return {**findings_report(experiment, points, verdicts), "points": list(points)}


def elasticity_report(experiment: Experiment, points: Sequence[ToldPoint]) -> dict[str, dict[str, float]]:
    """Return by measure the elasticity to each parameter as it grows; nothing where none is asked for."""
    if not experiment.elastic:
        return {}
    found = results(experiment, points).elasticity
    return {label: {name: found[label, name] for name in experiment.elastic} for label in experiment.labels}


def csv_text(experiment: Experiment, points: Sequence[ToldPoint]) -> str:
    """Return a row for each point: parameters, measures, half widths where there are any, and its status.

    Elasticities are a row for each parameter, with a column for those as it shrinks where a minimum switches.
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    if experiment.elastic:
        elastic = elasticity_report(experiment, points)
        falling = next((point["shrinking"] for point in points if "shrinking" in point), {})
        columns = {f"elasticity of {label}": found for label, found in elastic.items()}
        columns |= {f"elasticity of {label} as it shrinks": elastic[label] | found for label, found in falling.items()}
        writer.writerow(["parameter", *columns])
        writer.writerows([name, *(_cell(found[name]) for found in columns.values())] for name in experiment.elastic)
        return target.getvalue()
    estimated = any(point["half_width"] for point in points)
    widths = [f"half width of {label}" for label in experiment.labels] if estimated else []
    writer.writerow(_told_apart([*experiment.axes], [*experiment.labels, *widths], ["status"]))
    for point in points:
        values = [_cell(point["values"].get(label)) for label in experiment.labels]
        halves = [_cell(point["half_width"].get(label)) for label in experiment.labels] if estimated else []
        told = "; ".join(point["reason"].splitlines()[:1] or point["notes"])
        status = point["status"] + (f": {told}" if told else "")
        writer.writerow([*(_cell(point["parameters"].get(name)) for name in experiment.axes), *values, *halves, status])
    return target.getvalue()


def _told_apart(axes: Sequence[str], measures: Sequence[str], last: Sequence[str]) -> list[str]:
    """Return the names of all columns: one that an earlier column has already says what it is of."""
    found: list[str] = []
    for what, names in (("axis", axes), ("measure", measures), ("point", last)):
        for name in names:
            while name in found:
                name = f"{what} {name}"
            found.append(name)
    return found


def _cell(value: object) -> str:
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ""
    return "" if value is None else str(value)
