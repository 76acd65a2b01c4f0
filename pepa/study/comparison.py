"""Scenarios of a model side by side: measures of each, and by how much they differ from a baseline."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pepa.language.printer import name_text
from pepa.net.net import Net
from pepa.study.experiment import Experiment
from pepa.study.solving import Setting
from pepa.study.told_study import ToldPoint, ToldScenario


def comparison(
    model: str,
    text: str,
    scenarios: Mapping[str, Mapping[str, float]],
    measures: Sequence[str],
    fixed: Mapping[str, float],
    method: str = "exact",
) -> Experiment:
    """Return the experiment with a point a scenario; what `fixed` says holds where a scenario says nothing else."""
    named = tuple((measure, measure) for measure in measures)
    setting = Setting(text, tuple(fixed.items()), named, method)
    return Experiment(
        "comparison",
        model,
        "",
        ("scenario",),
        named,
        (setting,) * len(scenarios),
        tuple(tuple(overrides.items()) for overrides in scenarios.values()),
        tuple({"scenario": name} for name in scenarios),
    )


def all_measures(net: Net) -> list[str]:
    """Return the throughput of every action and the population of every local derivative, as expressions."""
    return [
        *(f"throughput({name_text(name)})" for name in net.actions),
        *(f"population({name_text(name)})" for name in net.derivatives),
    ]


def differences(points: Sequence[ToldPoint], baseline: str) -> dict[str, dict[str, float]]:
    """Return by scenario and measure the per cent of change from the baseline.

    There is none where the baseline is 0 or unknown, or where the change may be by chance: the confidence interval of a
    difference of estimates holds 0.
    """
    by_name = {str(point["parameters"]["scenario"]): point for point in points}
    first = by_name[baseline]
    return {
        name: {
            measure: 100 * (value - first["values"][measure]) / abs(first["values"][measure])
            for measure, value in point["values"].items()
            if first["values"].get(measure) and not _by_chance(measure, first, point)
        }
        for name, point in by_name.items()
        if name != baseline
    }


def scenario_reports(
    scenarios: Mapping[str, Mapping[str, float]], points: Sequence[ToldPoint], baseline: str
) -> list[ToldScenario]:
    """Return each scenario with what it sets, its result, and how that differs from the baseline's."""
    changes = differences(points, baseline)
    return [
        {
            "name": name,
            "overrides": dict(overrides),
            "values": point["values"],
            "half_width": point["half_width"],
            "status": point["status"],
            "method": point["method"],
            "evidence": point["evidence"],
            "notes": point["notes"],
            "reason": point["reason"],
            "difference_percent": changes.get(name, {}),
        }
        for (name, overrides), point in zip(scenarios.items(), points, strict=True)
    ]


def _by_chance(measure: str, first: ToldPoint, other: ToldPoint) -> bool:
    halves = [point["half_width"].get(measure, 0.0) for point in (first, other)]
    return any(halves) and not abs(other["values"][measure] - first["values"][measure]) > math.hypot(*halves)
