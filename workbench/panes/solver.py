"""The solver pane: what was derived, how it was solved, and the run that goes on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from workbench.panes.pane import Pane
from workbench.panes.solver_settings import How, SolverSettings
from workbench.told_keys import key_of
from workbench.widgets.leavable import Leavable

if TYPE_CHECKING:
    from pepa.query.told_solution import ToldSolution, ToldSpace, ToldSteady
    from workbench.engine.run_answers import RunAnswer
    from workbench.settings import Settings

BLOCKS = 24
REDRAW = 0.25  # seconds between redraws of a run's progress
LASTING = 0.3  # seconds; a run that is over sooner is not worth laying the pane out anew
SETTINGS = "Tab: settings"


class SolverPane(Pane):
    """Shows an analysis with its evidence; holds the settings of the next one."""

    TITLE = "3 Solver"
    HELP_TOPIC = "solver"
    BINDINGS = [
        Binding("a", "advise", "Advice", id="solver.advise", tooltip="How large it will be, which method suits it"),
        Binding("d", "derive", "Derive only", id="solver.derive", tooltip="Derive the state space, solve nothing"),
        Binding("exclamation_mark", "findings", "Findings", id="solver.findings",
                tooltip="Deadlocks, what never happens, who is stuck, invariants"),
        Binding("escape", "leave", "Back", show=False, id="solver.leave", tooltip="From advice or findings back"),
    ]  # fmt: skip

    @dataclass
    class RunWanted(Message):
        """The user wants the model analysed."""

        derive_only: bool = False

    @dataclass
    class FindingsWanted(Message):
        """The user wants to know what is remarkable about the model."""

    @dataclass
    class AdviceWanted(Message):
        """The user wants to know what to expect before a run."""

    def __init__(self, usual: Settings) -> None:
        super().__init__("solver")
        self._usual = usual
        self._began = self._drawn = 0.0
        self._ticks = 0
        self._lasting: Timer | None = None  # while a run goes on: until it is worth showing
        self._unseen = False  # whether there is evidence that has not been shown
        self.brief = ""
        self._aside = ""  # what stands in place of the evidence: advice, findings
        self.evidence = self._none

    @property
    def _none(self) -> Text:
        return Text(f"not derived yet — {key_of(self, 'app.run')} runs the model", "dim")

    def compose(self) -> ComposeResult:
        """Run state, evidence, and below the two settings."""
        yield Static("", id="run-state")
        with VerticalScroll(id="evidence-scroll"):
            yield Static(self.evidence, id="evidence")
        yield SolverSettings(self._usual)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title, self.border_subtitle = self.TITLE, SETTINGS
        self.query_one("#run-state").display = False

    @property
    def main(self) -> Widget:
        """The evidence: its keys work then."""
        return self.query_one("#evidence-scroll")

    @property
    def how(self) -> How:
        """The settings; raises PepaError, in words, where one is wrong."""
        return self.query_one(SolverSettings).how

    def action_derive(self) -> None:
        """Ask for a derivation."""
        self.post_message(self.RunWanted(derive_only=True))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go back by Esc only from something, and only where it has no run to stop."""
        if action == "leave":
            return bool(self._aside) and self._lasting is None
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Back to the evidence."""
        self._left(self._aside)

    def action_advise(self) -> None:
        """Ask for advice."""
        if self._left("advice"):
            self.post_message(self.AdviceWanted())

    def action_findings(self) -> None:
        """Ask for findings."""
        if self._left("findings"):
            self.post_message(self.FindingsWanted())

    def _left(self, aside: str) -> bool:
        """Go back to the evidence, if this stands in its place; return whether it did not."""
        if self._aside != aside:
            return True
        self._aside = ""
        self.query_one("#evidence", Static).update(self.evidence)
        return False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Run with the settings typed."""
        event.stop()
        self.post_message(self.RunWanted())

    def on_leavable_left(self, event: Leavable.Left) -> None:
        """Go where letters are the pane's keys."""
        event.stop()
        self.focus_main()

    def show_running(self, stage: str, message: str, done: float | None = None, left: str = "") -> None:
        """Show how far the run has got, four times a second at most.

        `done` is a share where it is known, `left` says how long it still takes.
        """
        now = time.monotonic()
        state = self.query_one("#run-state", Static)
        if self._lasting is None:
            self._began, self._ticks = now, 0
            self._lasting = self.set_timer(LASTING, self._show_lasting)
        elif now - self._drawn < REDRAW:
            return
        self._drawn = now
        cancel = f"{key_of(self, 'app.cancel')} cancels"
        self.brief = f"{message} · {cancel}"
        self._ticks += 1
        track = _wandering(self._ticks) if done is None else _filled(done)
        state.update(Text(f"{track} {stage}: {message} · {now - self._began:.0f} s{left} · {cancel}"), layout=False)

    def _show_lasting(self) -> None:
        self.query_one("#run-state").display = True

    def show_idle(self) -> None:
        """Show that nothing runs."""
        if self._lasting is not None:
            self._lasting.stop()
            self._lasting = None
            self.query_one("#run-state").display = False

    def show_run(self, run: RunAnswer) -> None:
        """Show what was derived and solved; of an approximation what it is worth."""
        if run["kind"] == "derived":
            self._show_evidence(_shape(run, run["sentences"]).append(_times(run)))
        elif run["kind"] == "solved":
            self._show_evidence(_shape(run, run["sentences"]).append_text(_solution(run)).append(_times(run)))
        else:
            text = Text(f"≈ {run['kind']}, no state space", "bold")
            for sentence in run["sentences"]:
                text.append(f"\n{sentence}", "not bold")
            self._show_evidence(text.append(_seconds(run["seconds"]), "not bold"))

    def show_advice(self, sentences: list[str]) -> None:
        """Show what is to be expected of the model, and which method suits it."""
        self._show_aside("advice", "solver.advise", sentences)

    def show_findings(self, sentences: list[str]) -> None:
        """Show what is remarkable about the model."""
        remarkable = sentences or ["nothing remarkable: no deadlocks, everything happens"]
        self._show_aside("findings", "solver.findings", remarkable)

    def _show_aside(self, aside: str, name: str, sentences: list[str]) -> None:
        self._aside = aside
        keys = f"{key_of(self, 'solver.leave')} or {key_of(self, name)}"
        self.query_one("#evidence", Static).update(Text("\n".join([*sentences, f"({keys} goes back)"])))

    def _show_evidence(self, evidence: Text) -> None:
        self._aside, self.evidence = "", evidence
        if self.region:
            self.query_one("#evidence", Static).update(evidence)
        else:
            self._unseen = True  # laying out what is hidden would cost a turned parameter half its time

    def take_up(self, evidence: Text | None) -> None:
        """Show what is told of another model, where it has been run, in place of what was shown."""
        self._show_evidence(evidence or self._none)

    def on_show(self) -> None:
        """Bring the evidence up to date."""
        if self._unseen:
            self._unseen = False
            self.query_one("#evidence", Static).update(self.evidence)

    def mark_stale(self, stale: bool) -> None:
        """Dim what is told of an older text, or of other values."""
        self.set_class(stale, "stale")
        self.border_subtitle = Content(f"~ stale: {key_of(self, 'app.run')} runs again" if stale else SETTINGS)

    def show_failure(self, message: str, hint: str) -> None:
        """Show why there is no answer."""
        text = Text(f"✗ {message}", "bold")
        if hint:
            text.append(f"\n  try: {hint}", "not bold")
        self._show_evidence(text)


def _filled(done: float) -> str:
    full = round(BLOCKS * min(max(done, 0.0), 1.0))
    return "█" * full + "░" * (BLOCKS - full) + f" {100 * done:.0f} %"


def _wandering(tick: int) -> str:
    at = tick % (2 * BLOCKS)
    at = at if at < BLOCKS else 2 * BLOCKS - 1 - at
    return "".join("█" if abs(index - at) <= 1 else "░" for index in range(BLOCKS))


def _shape(run: ToldSpace, sentences: list[str]) -> Text:
    classes = run["recurrent_classes"]
    text = Text()
    text.append(f"{run['states']:,} states  {run['transitions']:,} transitions", "bold")
    text.append(f"  {classes:,} recurrent class" + ("" if classes == 1 else "es"))
    text.append(f"\n{run['transient_states']:,} transient  {run['deadlocks']:,} deadlocks")
    text.append(f"  {run['levels']:,} levels")
    if run["derivation_reused"]:
        text.append("  only rates changed: the state space was kept")
    for sentence in sentences:
        text.append(f"\n! {sentence}.", "bold")
    return text


def _solution(run: ToldSolution) -> Text:
    text, steps, certainty = Text(), run["iterations"], run["certainty"]
    if (lumped := run["lumped"]) is not None:
        text.append(f"\nlumped to {lumped['states']:,} states: {lumped['factor']:.3g} times fewer")
    verdict = "exact" if certainty["exact"] else "✗ not certain"
    text.append(f"\n{verdict}", "" if certainty["exact"] else "bold")
    text.append(f" · {run['method']} · {steps:,} step" + ("" if steps == 1 else "s"))
    text.append(f" · residual {run['residual']:.1e}")
    above = run["balance"]["above"]
    text.append(" · every state balanced" if above == 0 else f" · states above {above:.0e} balanced")
    text.append(f"\n{certainty['words']}: {certainty['evidence']}", "" if certainty["exact"] else "bold")
    if "bound" in run["seconds"]:
        text.append(f"\n{_bound(run)}")
    for attempt in run["attempts"]:
        if attempt["outcome"] != "converged":
            text.append(f"\n  tried {attempt['method']}: {attempt['outcome']}, residual {attempt['residual']:.1e}")
    return text


def _bound(run: ToldSteady) -> str:
    if run["error_bound"] is None:
        return "no bound on the error could be proved: ill-conditioned, or several classes recur"
    beyond = f"; {run['beyond_bound']:,} rarer states are not covered" if run["beyond_bound"] else ""
    return f"every probability proved right to {run['error_bound']:.1e} of itself{beyond}"


def _times(run: ToldSpace) -> str:
    """Return the seconds of each stage, but of a derivation that was made before."""
    before = {"derive"} if run["derivation_reused"] else ()
    return _seconds({stage: value for stage, value in run["seconds"].items() if stage not in before})


def _seconds(seconds: dict[str, float]) -> str:
    return "\n" + "  ".join(f"{stage} {_time(value)}" for stage, value in seconds.items())


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
