"""The figure that the what-if pane watches: exact where it is known, else to first order from the last exact one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.text import Text

from pepa.language.printer import figure
from workbench.widgets.bar_chart import change_text

if TYPE_CHECKING:
    from pepa.query.told_reasons import ToldSensitivity
    from workbench.figures import Figures


class WatchedFigure:
    """A measure, what is known of it at which values of the parameters, and what it is compared with."""

    def __init__(self) -> None:
        self.measure = ""
        self._found: ToldSensitivity | None = None  # the last exact answer with elasticities
        self._at: dict[str, float] = {}  # the overrides it is of
        self._run: Figures | None = None  # the last run
        self._refused: tuple[str, Mapping[str, float]] = "", {}  # elasticities of which measure at which overrides
        self._expected: tuple[float | None, Mapping[str, float]] = None, {}  # at these overrides
        self._method = ""  # of the runs, where they are approximate
        self._before: float | None = None  # what it is compared with
        self._before_words = ""

    def take_figures(self, figures: Figures) -> None:
        """Take the figures of a run; watch the first action that happens where nothing is watched yet."""
        if figures.method != self._method:  # what is known is by another
            self._found, self._method = None, figures.method
        self._run = figures
        happening = [name for name, value in figures.told["throughput"].items() if value > 0]
        if not self.measure and happening:
            self.measure = f"throughput({happening[0]})"

    def take_influences(self, found: ToldSensitivity | None, overrides: Mapping[str, float]) -> None:
        """Take the exact figure and what it depends on; None where that cannot be told."""
        if found is None:
            self._refused = self.measure, dict(overrides)
        else:
            self._found, self._at, self._refused = found, dict(overrides), ("", {})

    def expect(self, value: float | None, overrides: Mapping[str, float]) -> None:
        """Take what is expected at these values; None where nothing is."""
        self._expected = value, dict(overrides)

    def compare(self, value: float | None, words: str) -> None:
        """Compare with a value, None where it is not known; `words` say where it is from."""
        self._before, self._before_words = value, words

    def known(self, overrides: Mapping[str, float]) -> float | None:
        """Return the exact value of the measure at these values; None where it is not known."""
        found, run = self._found, self._run
        if found is not None and found["measure"] == self.measure and self._at == overrides:
            return found["value"]
        return run.value(self.measure) if run is not None and run.overrides == overrides else None

    def predicted(self, overrides: Mapping[str, float], base: Mapping[str, float | str]) -> float | None:
        """Return the measure to first order in logarithms, from the last exact answer; None where it cannot be told."""
        value = self._from_elasticities(overrides, base)
        return self._expected[0] if value is None and self._expected[1] == overrides else value

    def _from_elasticities(self, overrides: Mapping[str, float], base: Mapping[str, float | str]) -> float | None:
        if self._found is None or self._found["measure"] != self.measure:
            return None
        elasticity, value = self.elasticities, self._found["value"]
        for name in {*overrides, *self._at}:
            before, now = (values.get(name, base[name]) for values in (self._at, overrides))
            if before == now:
                continue
            power = elasticity.get(name)
            if power is None or isinstance(before, str) or isinstance(now, str) or before <= 0 or now <= 0:
                return None
            value *= (now / before) ** power
        return value

    @property
    def elasticities(self) -> dict[str, float | None]:
        """The elasticity of the measure to each parameter, where it was worked out."""
        if self._found is None or self._found["measure"] != self.measure:
            return {}
        return {one["name"]: one["elasticity"] for one in self._found["parameters"]}

    def head(self, overrides: Mapping[str, float], base: Mapping[str, float | str]) -> Text:
        """Return the line about the figure."""
        if not self.measure:
            return Text("F5 runs the model; then its figures follow what is turned here", "dim")
        text = Text(f"{self.measure} ", "bold", no_wrap=True)
        exact = self.known(overrides)
        value = self.predicted(overrides, base) if exact is None else exact
        if value is None:
            text.append("…")
            return self._with_refusal(text, overrides)
        text.append(f"{'≈ ' if exact is None else ''}{figure(value)}", "bold")
        if self._before is not None:
            text.append(f"  was {figure(self._before)}  {change_text(value, self._before)}", "not bold")
            text.append(f"  {self._before_words}", "not bold dim")
        return self._with_refusal(text, overrides)

    def _with_refusal(self, text: Text, overrides: Mapping[str, float]) -> Text:
        if self._refused == (self.measure, overrides):
            text.append("  no elasticities (E: why)", "not bold dim")
        return text
