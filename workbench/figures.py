"""The figures of a run: what of them is known by name, and what others are compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Report = dict[str, Any]
PREVIOUS = "previous run"
PLAIN = re.compile(r'(throughput|population)\( *"?([^()"]+?)"? *\)')


@dataclass(frozen=True)
class Figures:
    """The report of a run, under a name; of which text, with which values in place of those of the text."""

    name: str
    text: str
    overrides: Mapping[str, float]
    report: Report = field(default_factory=dict)

    def value(self, measure: str) -> float | None:
        """Return a measure of the run; None where it was not asked for and is no plain throughput or population."""
        watched = self.report.get("watched", {})
        if watched.get("measure") == measure:
            return float(watched["value"])
        plain = PLAIN.fullmatch(measure.strip())
        found = self.report.get(plain[1], {}).get(plain[2]) if plain else None
        return None if found is None else float(found)

    def words(self, text: str, overrides: Mapping[str, float], parameters: Mapping[str, Any]) -> str:
        """Say which run it is: its name, and its parameters where they are not those of now, which are the arguments.

        `parameters` are those of the text.
        """
        now, own = {**parameters, **overrides}, self.report.get("parameters", {})
        edited = text != self.text
        looked = own if edited else {**self.overrides, **overrides}
        differing = [name for name in own if name in looked and own[name] != now.get(name)]
        told = " ".join(f"{name}={_number(own[name])}" for name in differing)
        told += (", " if told else "") + "before the edit" if edited else ""
        return f"{self.name} ({told})" if told else self.name


def expected(report: Report, elasticities: Report, factor: float) -> Report:
    """Return what a run's figures are to first order in logarithms, once a parameter is `factor` times what it was."""
    told = dict(report)
    for view in ("throughput", "population"):
        told[view] = _scaled(report[view], elasticities[view], factor)
    pairs = zip(report["groups"], elasticities["groups"], strict=True)
    told["groups"] = [{**group, "utilisation": _scaled(group["utilisation"], own, factor)} for group, own in pairs]
    return told


def _scaled(values: Mapping[str, float], elasticities: Mapping[str, float], factor: float) -> dict[str, float]:
    return {name: value * factor ** elasticities.get(name, 0.0) for name, value in values.items()}


@dataclass
class Compared:
    """The last two runs that had figures, and what was chosen to compare with in place of the one before, if so."""

    latest: Figures | None = None
    previous: Figures | None = None
    chosen: Figures | None = None

    def ran(self, text: str, overrides: Mapping[str, float], report: Report) -> None:
        """Take a run; the same again is no other run to compare with."""
        if "throughput" not in report:
            return
        method = report.get("approximate")
        name = f"{PREVIOUS} by {method}" if method else PREVIOUS
        before, self.latest = self.latest, Figures(name, text, dict(overrides), report)
        if before is not None and (before.name, before.text, before.overrides) != (name, text, overrides):
            self.previous = before

    @property
    def method(self) -> str:
        """The method of the latest run where it is approximate, as `fluid`; else ""."""
        return "" if self.latest is None else str(self.latest.report.get("approximate", ""))

    def valued(self, measure: str, value: float) -> None:
        """Take the value of a measure of the latest run, found after it."""
        if self.latest is not None:
            report = {**self.latest.report, "watched": {"measure": measure, "value": value}}
            self.latest = replace(self.latest, report=report)

    def reference(self, *, pending: bool) -> Figures | None:
        """Return what figures are compared with; where others are `pending`, the latest are those before them."""
        return self.chosen or (self.latest if pending else self.previous)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
