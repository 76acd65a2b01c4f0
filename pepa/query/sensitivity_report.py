"""Sensitivities as a plain dictionary: what `--json` prints and what the app's worker sends."""

from __future__ import annotations

from pepa.language.printer import figure
from pepa.query.influence import AT_SWITCH, IMPLICIT, Influence, Sensitivity
from pepa.query.told_reasons import ToldInfluence, ToldSensitivity


def sensitivity_report(found: Sensitivity) -> ToldSensitivity:
    """Return a measure with its value, its parameters, those that matter most first, and the evidence."""
    return {
        "measure": found.measure,
        "value": found.value,
        "parameters": [_influence(one) for one in found.ranked],
        "components": {one.name: one.elasticity for one in found.components if one.elasticity is not None},
        "shrinking": _shrinking(found),
        "method": found.method,
        "residual": found.residual,
        "seconds": found.seconds,
    }


def _shrinking(found: Sensitivity) -> dict[str, float]:
    return {
        one.name: one.falling / found.value
        for one in found.components
        if one.note == AT_SWITCH and one.falling is not None and found.value
    }


def _influence(one: Influence) -> ToldInfluence:
    return {
        "name": one.name,
        "value": one.value,
        "rising": one.rising,
        "falling": one.falling,
        "elasticity": one.elasticity,
        "fewer": one.fewer,
        "more": one.more,
        "note": one.note,
    }


def component_words(found: ToldSensitivity) -> dict[str, str]:
    """Say by component what a factor common to all of its rates does, those that matter most first."""
    shrinking = {name: f" ({value:+.4f} as they shrink)" for name, value in found["shrinking"].items()}
    ranked = sorted(found["components"].items(), key=lambda item: -abs(item[1]))
    return {name: f"{value:+.4f}{shrinking.get(name, '')}" for name, value in ranked}


def evidence_words(found: ToldSensitivity) -> str:
    """Say how the derivatives of a report were obtained."""
    by = found["method"] if found["method"] == IMPLICIT else f"one transposed solution by {found['method']}"
    return f"exact derivatives: {by}, residual {found['residual']:.1e}"


def remark(row: ToldInfluence, measure: float) -> str:
    """Say what a derivative alone does not: the other side of a switch, other sizes, or why there is none."""
    if row["note"] == AT_SWITCH and row["falling"] is not None:
        return f"a minimum switches here: the derivative is {figure(row['falling'])} as it shrinks"
    said = []
    for by, value in ((-1, row["fewer"]), (1, row["more"])):
        if value is not None:
            change = f" ({value / measure - 1:+.1%})" if measure else ""
            said.append(f"{row['value'] + by:g} gives {figure(value)}{change}")
    return "; ".join([", ".join(said)] * bool(said) + [row["note"]] * bool(row["note"]))
