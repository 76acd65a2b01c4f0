"""The shapes of studies in JSON: points, charts, claims. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from pepa.language.told_problem import ToldProblem


class ToldResult(TypedDict):
    """Measures by label, their half widths where they are estimates, and how they were obtained.

    `method` is said in the same words wherever the same was done, `evidence` is how well it went here. Where it failed
    there are no values, and `reason` says why.
    """

    values: dict[str, float]
    half_width: dict[str, float]
    status: Literal["done", "failed"]
    method: str
    evidence: str
    notes: list[str]
    reason: str


class ToldPoint(ToldResult):
    """The result at a point of a study, at one of its times where it has times.

    Where they are asked for, elasticities by measure and parameter: as that grows, and as it shrinks where a minimum
    switches and they are others.
    """

    parameters: dict[str, float | str]
    elasticities: NotRequired[dict[str, dict[str, float]]]
    shrinking: NotRequired[dict[str, dict[str, float]]]


class ToldScenario(ToldResult):
    """The result of a scenario: what it sets, and by measure the per cent of change from the baseline."""

    name: str
    overrides: dict[str, float]
    difference_percent: dict[str, float]


class ToldComparison(TypedDict):
    """What `pepa compare` prints of scenarios."""

    model: str
    method: str
    fixed: dict[str, float]
    baseline: str
    scenarios: list[ToldScenario]
    problems: list[ToldProblem]  # of those left out where all were asked for


class ToldChart(TypedDict):
    """A picture: measures `y` by label over the axis `x`; a line for each value of `by`, or a heat map of both."""

    kind: str
    x: str
    y: list[str]
    by: str
    title: str


class ToldClaim(TypedDict):
    """What was claimed, and whether it holds; `holds` is None where that is not decided."""

    text: str
    holds: bool | None
    value: float | None
    note: str


class ToldSubject(TypedDict):
    """What a study is about: its axes, its measures by label, and its charts."""

    name: str
    title: str
    about: str
    parameters: list[str]
    measures: list[str]
    charts: list[ToldChart]


class ToldElasticities(TypedDict):
    """By measure its elasticity to each parameter: as that grows, and as it shrinks where a minimum switches."""

    elasticities: dict[str, dict[str, float]]
    shrinking: dict[str, dict[str, float]]


class ToldFindings(ToldSubject, ToldElasticities):
    """What is said of all points of a study: its claims, and its elasticities."""

    claims: list[ToldClaim]


class ToldStudy(ToldFindings):
    """A study with its points."""

    points: list[ToldPoint]


class ToldSweep(TypedDict):
    """What `pepa sweep` prints."""

    model: str
    method: str
    parameters: list[str]
    measures: list[str]
    points: list[ToldPoint]


class ToldExperiments(TypedDict):
    """What `pepa experiment` prints; `problems` are those of experiments that are left out."""

    experiments: list[ToldStudy]
    problems: list[ToldProblem]


def how(result: ToldResult) -> str:
    """Say how a result was obtained, or why it was not."""
    return result["reason"] or ", ".join(part for part in (result["method"], result["evidence"]) if part)
