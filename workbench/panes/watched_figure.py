"""The figure that the what-if pane watches: exact where it is known, else to first order from the last exact one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING

from rich.text import Text

from pepa.language.printer import figure, name_text
from pepa.pictures.bar import shortened
from pepa.query.kind import Kind
from workbench.widgets.bar_chart import change_text

if TYPE_CHECKING:
    from pepa.query.told_reasons import ToldSensitivity
    from workbench.figures import Figures
    from workbench.parameters import Parameters


Place = tuple[str, Mapping[str, float]]  # a text, and the values turned in it
Keys = Callable[[str], str]  # from the id of a binding to its key, as it is told
NOWHERE: Place = "", {}


class WatchedFigure:
    """A measure, what is known of it in which text at which values of the parameters, and what it is compared with."""

    def __init__(self) -> None:
        self.measure = ""
        self._text = ""  # as it stands
        self._found: ToldSensitivity | None = None  # the last exact answer with elasticities
        self._at = NOWHERE  # where that is of
        self._run: Figures | None = None  # the last run
        self._refused: tuple[str, Place] = "", NOWHERE  # elasticities of which measure, where
        self._expected: tuple[float | None, Place] = None, NOWHERE
        self._kind = Kind.EXACT  # of the runs
        self._before: float | None = None  # what it is compared with
        self._before_words = ""

    def take_figures(self, figures: Figures) -> None:
        """Take the figures of a run; watch the first action that happens where nothing is watched yet."""
        if figures.kind is not self._kind:  # what is known is of another
            self._found, self._kind = None, figures.kind
        self._run = figures
        happening = [name for name, value in figures.told["throughput"].items() if value > 0]
        if not self.measure and happening:
            self.measure = f"throughput({name_text(happening[0])})"

    def take_text(self, text: str) -> bool:
        """Know the text as it stands; return whether what is known has become older by it, or no longer is."""
        known = {self._at[0], "" if self._run is None else self._run.text}
        before, self._text = self._text, text
        return any((one == before) != (one == text) for one in known)

    def take_influences(self, found: ToldSensitivity | None, text: str, overrides: Mapping[str, float]) -> None:
        """Take the exact figure and what it depends on in a text; None where that cannot be told."""
        place = text, dict(overrides)
        if found is None:
            self._refused = self.measure, place
        else:
            self._found, self._at, self._refused = found, place, ("", NOWHERE)

    def expect(self, value: float | None, overrides: Mapping[str, float]) -> None:
        """Take what is expected at these values; None where nothing is."""
        self._expected = value, (self._text, dict(overrides))

    def compare(self, value: float | None, words: str) -> None:
        """Compare with a value, None where it is not known; `words` say where it is from."""
        self._before, self._before_words = value, words

    def known(self, overrides: Mapping[str, float]) -> float | None:
        """Return the exact value of the measure at these values; None where it is not known."""
        found, run, here = self._found, self._run, (self._text, overrides)
        if found is not None and found["measure"] == self.measure and self._at == here:
            return found["value"]
        return run.value(self.measure) if run is not None and (run.text, run.overrides) == here else None

    def older(self) -> float | None:
        """Return the value of the measure in the text that was solved last; None where that is the text, or none is."""
        run = self._run
        return None if run is None or run.text == self._text else run.value(self.measure)

    def predicted(self, overrides: Mapping[str, float], parameters: Parameters) -> float | None:
        """Return the measure to first order in logarithms, from the last exact answer; None where it cannot be told."""
        value = self._from_elasticities(overrides, parameters)
        return self._expected[0] if value is None and self._expected[1] == (self._text, overrides) else value

    def _from_elasticities(self, overrides: Mapping[str, float], parameters: Parameters) -> float | None:
        text, values = self._at
        if self._found is None or self._found["measure"] != self.measure or text != self._text:
            return None
        elasticity, value = self.elasticities(overrides), self._found["value"]
        were, are = parameters.at(values), parameters.at(overrides)
        for name in {*overrides, *values}:  # what follows them is in their elasticities
            before, now, power = were.get(name), are.get(name), elasticity.get(name)
            if before == now:
                continue
            if power is None or not isinstance(before, float) or not isinstance(now, float) or not min(before, now) > 0:
                return None
            value *= (now / before) ** power
        return value

    def elasticities(self, overrides: Mapping[str, float]) -> dict[str, float | None]:
        """Return the elasticity of the measure to each parameter as worked out last, unless there is none here."""
        found = self._found
        if found is None or found["measure"] != self.measure or self._is_refused(overrides):
            return {}
        return {one["name"]: one["elasticity"] for one in found["parameters"]}

    def behind(self, overrides: Mapping[str, float]) -> bool:
        """Whether the elasticities are of another text, or of other values."""
        return self._at != (self._text, overrides) and bool(self.elasticities(overrides))

    def _is_refused(self, overrides: Mapping[str, float]) -> bool:
        return self._refused == (self.measure, (self._text, overrides))

    def head(self, overrides: Mapping[str, float], parameters: Parameters, width: int, key: Keys) -> Text:
        """Return the line about the figure; in it the measure is no longer than the figure has room beside it."""
        if not self.measure:
            return Text(f"{key('app.run')} runs the model; then its figures follow what is turned here", "dim")
        told = self._told(overrides, parameters, key)
        room = max(width // 3, width - told.cell_len - 1)
        return Text.assemble((f"{shortened(self.measure, room)} ", "bold"), told, no_wrap=True, overflow="ellipsis")

    def _told(self, overrides: Mapping[str, float], parameters: Parameters, key: Keys) -> Text:
        text = Text()
        exact = self.known(overrides)
        value = self.predicted(overrides, parameters) if exact is None else exact
        if value is None:
            older = self.older()
            text.append("…" if older is None else f"~ {figure(older)}  stale: {key('app.run')} runs again", "dim")
            return self._with_refusal(text, overrides, key)
        near = self._kind is not Kind.EXACT
        text.append(f"{'≈ ' if exact is None or near else ''}{figure(value)}", "bold")
        text.append(f" {self._kind}" if near else "", "not bold dim")
        if self._before is not None:
            changed = f"  {change_text(value, self._before)}" if isfinite(value) and isfinite(self._before) else ""
            text.append(f"  was {figure(self._before)}{changed}", "not bold")
            text.append(f"  {self._before_words}", "not bold dim")
        return self._with_refusal(text, overrides, key)

    def _with_refusal(self, text: Text, overrides: Mapping[str, float], key: Keys) -> Text:
        if self._is_refused(overrides):
            text.append(f"  no elasticities: {key('whatif.ranking')}", "not bold dim")
        return text
