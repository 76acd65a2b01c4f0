"""Distributions as plain dictionaries: what `--json` prints and the app's worker sends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pepa.query.analysis import Solved
from pepa.query.joint import Joint, joint, moments
from pepa.query.told_joint import ToldAxis, ToldJoint

MOST_CELLS = 20_000  # told of one distribution: the most probable


def joint_report(texts: Sequence[str], solved: Solved) -> ToldJoint:
    """Return the joint distribution of some things with how it is known; raises what `joint` raises.

    `cells` are indices of values by axis, in ascending order; `rest` is the probability of those left out, where there
    are too many to tell.
    """
    return distribution_report(joint(texts, solved), solved.steady.certainty.words)


def distribution_report(found: Joint, certainty: str) -> ToldJoint:
    """Return a joint distribution, and in words what it is certain to, as `joint_report` does."""
    kept = np.arange(len(found.probability))
    if len(kept) > MOST_CELLS:
        kept = np.sort(np.argsort(-found.probability, kind="stable")[:MOST_CELLS])
    axes: list[ToldAxis] = []
    for number, axis in enumerate(found.axes):
        along = np.bincount(found.cells[:, number], found.probability, len(axis.labels)).tolist()
        both = moments(axis, along)
        told: ToldAxis = {"text": axis.text, "values": list(axis.labels), "probability": along}
        if both is not None:
            told["mean"], told["variance"] = both
        axes.append(told)
    return {
        "of": [axis.text for axis in found.axes],
        "axes": axes,
        "cells": found.cells[kept].tolist(),
        "probability": found.probability[kept].tolist(),
        "states": found.states[kept].tolist(),
        "conditions": [found.condition(cell) for cell in kept.tolist()],
        "rest": max(0.0, float(found.probability.sum() - found.probability[kept].sum())),
        "certainty": certainty,
    }
