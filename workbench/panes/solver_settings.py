"""The settings of a run: tolerance, limit of states, method, what is to be proved; what is wrong with them in words."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Checkbox, Input, Label, Select, Static

from pepa.control.error import PepaError
from pepa.language.numbers import number
from pepa.markov.steady.names import NAMES
from pepa.query.kind import Kind
from workbench.settings import LOOSEST, MOST, TIGHTEST, Settings
from workbench.widgets.leavable import Leavable
from workbench.widgets.still_input import StillInput

AUTOMATIC = ""
METHODS: dict[str, Kind | str] = {  # of the steady state by name, or a result of another kind
    "automatic": AUTOMATIC,
    "fluid: no states": Kind.FLUID,
    "simulation: no states": Kind.SIMULATED,
    **{name: name for name in NAMES.values()},
}


@dataclass(frozen=True)
class How:
    """Which kind of result is wanted, and how an exact one: `method` is "" for the automatic choice."""

    tolerance: float = 1e-12
    most_states: int = 200_000_000
    method: str = AUTOMATIC
    bound: bool = False
    lump: bool = False
    kind: Kind = Kind.EXACT


class Tick(Checkbox):
    """A checkbox whose sign says without colour whether it is set."""

    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """Show the sign."""
        self.BUTTON_INNER = "✓" if self.value else " "
        super().watch_value()


class SolverSettings(Vertical, Leavable):
    """Two rows of fields. Tab goes through them, Enter in one of the numbers runs, Esc leaves them."""

    BINDINGS = [Binding("escape", "leave", "Leave", tooltip="To what was solved, where letters are keys")]

    def __init__(self, usual: Settings) -> None:
        super().__init__(id="settings")
        self._usual = usual

    def compose(self) -> ComposeResult:
        """The fields."""
        with Horizontal():
            yield Label("tolerance", classes="first")
            yield StillInput(f"{self._usual.tolerance:g}", id="tolerance", compact=True)
            yield Label("most states")
            yield StillInput(f"{self._usual.most_states:.0f}", id="most-states", compact=True)
        with Horizontal():
            yield Label("method", classes="first")
            yield Select(METHODS.items(), id="method", value=AUTOMATIC, allow_blank=False, compact=True)
            yield Tick("bound", id="bound", compact=True, tooltip="Prove a bound on the error")
            yield Tick("lump", id="lump", compact=True, tooltip="Solve the lumped chain")
        yield Static("", id="settings-wrong")

    @property
    def how(self) -> How:
        """What is set; raises PepaError, in words, where a field holds no such thing."""
        chosen = self.query_one(Select).value
        kind, method = (chosen, AUTOMATIC) if isinstance(chosen, Kind) else (Kind.EXACT, str(chosen))
        bound, lump = (self.query_one(f"#{name}", Checkbox).value for name in ("bound", "lump"))
        return How(self._tolerance(), self._most_states(), method, bound, lump, kind)

    def _tolerance(self) -> float:
        value = _number(self.query_one("#tolerance", Input).value, "tolerance")
        if not TIGHTEST <= value <= LOOSEST:
            raise PepaError(f"tolerance: {value:g} is not between {TIGHTEST:g} and {LOOSEST:g}", "as in 1e-12")
        return value

    def _most_states(self) -> int:
        value = _number(self.query_one("#most-states", Input).value.replace(",", ""), "most states")
        if value != round(value) or not 1 <= value <= MOST:
            raise PepaError(f"most states: {value:g} is not a whole number from 1 to {MOST:,}", "as in 2e8")
        return int(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong while one types."""
        event.stop()
        wrong = ""
        try:
            self.how  # noqa: B018 - it raises
        except PepaError as error:
            wrong = error.message
        said = self.query_one("#settings-wrong", Static)
        said.display = bool(wrong)
        said.update(Text(f"✗ {wrong}" if wrong else ""))

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#settings-wrong").display = False


def _number(text: str, name: str) -> float:
    try:
        return number(text.strip())
    except PepaError as error:
        raise PepaError(f"{name}: {error.message}", error.hint) from None
