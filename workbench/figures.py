"""The figures of a run: what of them is known by name, and what others are compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pepa.query.kind import Kind

if TYPE_CHECKING:
    from pepa.query.told_solution import ToldFigures, ToldGroup
    from workbench.engine.run_answers import Elasticities, RunAnswer, Valued

PREVIOUS = "previous run"
PLAIN = re.compile(r'(throughput|population)\( *"?([^()"]+?)"? *\)')


@dataclass(frozen=True)
class Figures:
    """The figures of a run, under a name; of which text, with which values in place of those of the text.

    `watched` is a measure that was valued beside them; `scenario` is the one they are of, if they are of one.
    """

    name: str
    text: str
    overrides: Mapping[str, float]
    told: ToldFigures
    kind: Kind = Kind.EXACT
    watched: Valued | None = None
    seconds: float = 0.0
    scenario: str = ""

    def value(self, measure: str) -> float | None:
        """Return a measure of the run; None where it was not asked for and is no plain throughput or population."""
        if self.watched is not None and self.watched["measure"] == measure:
            return self.watched["value"]
        if (plain := PLAIN.fullmatch(measure.strip())) is None:
            return None
        known = self.told["throughput"] if plain[1] == "throughput" else self.told["population"]
        return known.get(plain[2])

    def words(self, text: str, overrides: Mapping[str, float], parameters: Mapping[str, float | str]) -> str:
        """Say which run it is: its name, and its parameters where they are not those of now, which are the arguments.

        `parameters` are what those of now make of all of them.
        """
        now, own = parameters, self.told["parameters"]
        edited = text != self.text
        looked = own if edited else {**self.overrides, **overrides}
        differing = [name for name in own if name in looked and own[name] != now.get(name)]
        told = " ".join(f"{name}={_number(own[name])}" for name in differing)
        told += (", " if told else "") + "before the edit" if edited else ""
        return f"{self.name} ({told})" if told else self.name


def examples(measures: Sequence[str], parameters: Sequence[str]) -> str:
    """Return in a few words what can be watched in a model with these plain measures and parameters."""
    if not measures:
        return "a figure of the model, or an expression of such"
    return f"{measures[0]}, {measures[-1]} / {parameters[0] if parameters else 2}, any"


def expected(told: ToldFigures, elasticities: Elasticities, factor: float) -> ToldFigures:
    """Return what a run's figures are to first order in logarithms, once a parameter is `factor` times what it was."""
    groups: list[ToldGroup] = [
        {**group, "utilisation": _scaled(group["utilisation"], own, factor)}
        for group, own in zip(told["groups"], elasticities["groups"], strict=True)
    ]
    return {
        **told,
        "throughput": _scaled(told["throughput"], elasticities["throughput"], factor),
        "population": _scaled(told["population"], elasticities["population"], factor),
        "groups": groups,
    }


def _scaled(values: Mapping[str, float], elasticities: Mapping[str, float], factor: float) -> dict[str, float]:
    return {name: value * factor ** elasticities.get(name, 0.0) for name, value in values.items()}


@dataclass
class Compared:
    """The last two runs that had figures, and what was chosen to compare with in place of the one before, if so."""

    latest: Figures | None = None
    previous: Figures | None = None
    chosen: Figures | None = None

    def ran(self, text: str, overrides: Mapping[str, float], run: RunAnswer) -> None:
        """Take a run; the same again is no other run to compare with, and one that only derived has no figures."""
        if run["kind"] == "derived":
            return
        kind = Kind.EXACT if run["kind"] == "solved" else Kind(run["kind"])
        name = PREVIOUS if kind is Kind.EXACT else f"{PREVIOUS} by {kind}"
        seconds = sum(run["seconds"].values())
        before, self.latest = self.latest, Figures(name, text, dict(overrides), run, kind, run["watched"], seconds)
        if before is not None and (before.name, before.text, before.overrides) != (name, text, overrides):
            other = before.kind is Kind.EXACT and kind is not Kind.EXACT  # the others are named by their kinds
            self.previous = replace(before, name=f"{PREVIOUS}, exact") if other else before

    @property
    def kind(self) -> Kind:
        """Of which kind the figures of the latest run are."""
        return Kind.EXACT if self.latest is None else self.latest.kind

    def valued(self, measure: str, value: float) -> None:
        """Take the value of a measure of the latest run, found after it."""
        if self.latest is not None:
            self.latest = replace(self.latest, watched={"measure": measure, "value": value})

    def reference(self, *, pending: bool) -> Figures | None:
        """Return what figures are compared with; where others are `pending`, the latest are those before them."""
        return self.chosen or (self.latest if pending else self.previous)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
