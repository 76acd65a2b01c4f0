"""What there is to chart of a model: figures as bars, one measure over time as curves."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pepa.language.printer import name_text
from pepa.query.kind import Kind
from workbench.widgets.bar_chart import Bar
from workbench.widgets.time_chart import Curve

if TYPE_CHECKING:
    from pepa.query.told_solution import ToldFigures
    from workbench.engine.run_answers import SeriesAnswer
    from workbench.figures import Figures


@dataclass(frozen=True)
class Followed:
    """A measure over time in a result of one kind, with the values of a scenario if one is named."""

    kind: Kind
    series: SeriesAnswer
    scenario: str

    @property
    def curve(self) -> Curve:
        """What is drawn of it."""
        most = self.series["most"]
        limit = math.inf if most is None else most
        return Curve(self.kind, self.series["values"], self.series["margin"], limit, self.scenario)


@dataclass
class Charted:
    """What there is to chart of a model: the figures of its latest run with others beside them, and its curves."""

    latest: Figures | None = None
    before: ToldFigures | None = None
    before_words: str = ""
    beside: dict[str, ToldFigures] = field(default_factory=dict)
    series: dict[tuple[Kind, str], Followed] = field(default_factory=dict)  # by the scenario too
    failures: dict[str, str] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()  # in which the model was followed last
    measure: str | None = None  # that was followed


def values(told: ToldFigures, view: str) -> dict[str, float]:
    """Return the figures of a view, by their labels."""
    if view == "utilisation":
        shares = ((group["name"], group["utilisation"].items()) for group in told["groups"])
        return {f"{name}.{label}": share for name, own in shares for label, share in own}
    return told["throughput"] if view == "throughput" else told["population"]


def measures(told: ToldFigures, view: str) -> dict[str, str]:
    """Return the measure that each bar of a view shows, by its label."""
    if view != "utilisation":
        return {label: f"{view}({name_text(label)})" for label in values(told, view)}
    groups = Counter(name for group in told["groups"] for name in group["population"])
    return {
        f"{group['name']}.{name}": (
            f"population({name_text(name)}) / {group['size']}"
            if groups[name] == 1
            else f"mean({group['name']}.{name_text(name)}) / {group['size']}"
        )
        for group in told["groups"]
        for name in group["population"]
    }


def all_bars(told: ToldFigures, before: ToldFigures | None, beside: dict[str, ToldFigures], view: str) -> list[Bar]:
    """Return the bars of a view, in the order of the model, with what was and the figures of scenarios beside."""
    was = {} if before is None else values(before, view)
    others = {name: values(of_one, view) for name, of_one in beside.items()}
    return [
        Bar(label, value, was.get(label), tuple((name, one[label]) for name, one in others.items() if label in one))
        for label, value in values(told, view).items()
    ]
