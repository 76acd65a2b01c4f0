"""The app: composes the panes, routes their messages, owns the keys that work everywhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import events, work
from textual.app import ComposeResult, SuspendNotSupported, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.dom import DOMNode
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.timer import Timer

from pepa.control.error import PepaError
from workbench.analysis_app import AnalysisApp
from workbench.arrangement import WIDE, panes_shown
from workbench.desks.asking import Asking
from workbench.desks.comparing import Comparing
from workbench.desks.desk import Desk
from workbench.desks.experimenting import Experimenting
from workbench.desks.exploring import Exploring
from workbench.desks.holding import Holding
from workbench.desks.keeping import Keeping
from workbench.desks.predicting import Predicting
from workbench.desks.telling import Telling
from workbench.desks.turning import Turning
from workbench.desks.watching import Watching
from workbench.desks.writing import Writing
from workbench.document import Document
from workbench.engine.client import Crashed, Engine
from workbench.following import Following
from workbench.key_commands import key_commands
from workbench.layout import Layout, keep_layout
from workbench.outside import edit_outside
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.pane import Pane
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.state_list import StateList
from workbench.panes.state_steps import StateSteps
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane
from workbench.parameters import Parameters
from workbench.runs import Runs
from workbench.settings import Settings, keep_theme, read_settings, written_settings
from workbench.status import StatusLines
from workbench.studies import Studies
from workbench.widgets.editing.keys import WRITING
from workbench.widgets.editor import PepaEditor
from workbench.widgets.footer import FittingFooter
from workbench.widgets.thin_bar import ThinBar

CHECK_AFTER = 0.15  # seconds without a key press
LONG, LONG_AFTER = 1_000_000, 1.0  # characters from which it is more: handing over the text takes as long as a key may
SOLVE_AFTER = 0.6  # the same, in live mode
USUAL = Settings()


class Workbench(AnalysisApp):
    """The terminal workbench for PEPA models."""

    TITLE = "PEPA workbench"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "manual", "Help", id="app.help", tooltip="The manual, at the topic of where you are"),
        Binding("question_mark", "keys", "Keys", show=False, id="app.keys", tooltip="The keys of where you are"),
        Binding("ctrl+s", "save", "Save", id="app.save", tooltip="Write the model to its file"),
        Binding("f5", "solve", "Run", id="app.run", tooltip="Derive and solve the model as it stands"),
        Binding("escape", "cancel", "Cancel", id="app.cancel", tooltip="Stop the run"),
        Binding("f6", "whatif", "What-if", id="app.turn", priority=True,
                tooltip="Turn parameters; the figures follow"),
        Binding("f7", "experiment", "Experiment", id="app.experiment", priority=True,
                tooltip="To the experiments; there: run the one shown"),
        Binding("f8", "step", "Step", id="app.step", tooltip="Step through the model, derived or not"),
        Binding("f9", "live", "Live", id="app.live", tooltip="Run after every pause in typing, or no longer"),
        Binding("f10", "pane('ask')", "Ask", id="app.ask_line", priority=True,
                tooltip="Ask anything in one line: probabilities, measures, passage times"),
        Binding("ctrl+q", "leave", "Quit", show=False, id="app.quit", tooltip="Leave the workbench", priority=True),
        Binding("shift+f2", "disk", "Disk", show=False, id="app.disk",
                tooltip="What changed in the file on disk: compare, merge, reload"),
        Binding("ctrl+o", "open", "Open", show=False, id="app.open", tooltip="Open a model beside this one"),
        Binding("shift+f8", "other", "Other model", show=False, id="app.other",
                tooltip="Show the next of the models that are open"),
        Binding("ctrl+p", "command_palette", "Menu", id="app.commands", tooltip="Every command, by its name"),
        Binding("ctrl+l", "repaint", "Repaint", show=False, id="app.repaint", tooltip="Paint the whole screen anew"),
        Binding("ctrl+t", "suspend_process", "Suspend", show=False, id="app.suspend",
                tooltip="Back to the shell; fg returns"),
        *(
            Binding(f"alt+{number}", f"pane('{name}')", name.capitalize(), show=False, priority=True, id=f"app.{name}",
                    tooltip=f"Go to the {name} pane")
            for number, name in enumerate(AnalysisApp.PANES, 1)
        ),
    ]  # fmt: skip

    def __init__(
        self,
        document: Document,
        *,
        own_colours: bool = False,
        greets: bool = False,
        settings: Settings = USUAL,
        amiss: PepaError | None = None,
        layout: Layout | None = None,
    ) -> None:
        """`amiss` is what is wrong with the file of settings, of which none count then.

        Where there is a `layout` the screen begins with it, and how it is left is kept.
        """
        super().__init__(ansi_color=own_colours or None)
        self._layout = layout
        self._greets, self._set, self._amiss = greets, settings, amiss
        self.ascii_only = settings.ascii
        self.set_keymap(settings.keys)
        if settings.theme:
            self.theme = settings.theme
        self.animation_level = "none"
        ScrollBar.renderer = ThinBar
        self._answers = (layout or Layout()).answers  # the pane beside the source that the user was in last
        self._engine = Engine()
        self.keeping, self.watching, self.holding = Keeping(self, document), Watching(self), Holding(self)
        self.experimenting, self.exploring = Experimenting(self), Exploring(self)
        self.turning, self.telling, self.comparing = Turning(self), Telling(self), Comparing(self)
        self.predicting, self.asking, self.writing = Predicting(self), Asking(self), Writing(self)
        self._begin_anew()
        self._pauses: list[Timer] = []

    @property
    def desks(self) -> tuple[Desk, ...]:
        """What hears the messages of the panes besides the app itself."""
        figures = self.turning, self.telling, self.comparing, self.predicting
        texts = self.keeping, self.watching, self.holding, self.writing
        return *texts, self.experimenting, self.exploring, *figures, self.asking

    def _begin_anew(self) -> None:
        """Know of no run about the document."""
        self.runs = Runs(self._engine, self)
        self.runs.edited(self.document.text)
        self.studies, self.following = Studies(self.runs), Following(self.runs)

    def compose(self) -> ComposeResult:
        """Status, panes, keys."""
        yield StatusLines(list(self.PANES), self._set.run_key)
        with Horizontal(id="panes"):
            with Vertical(classes="column"):
                yield SourcePane(self.document.text, vi=self._set.vi)
            with Vertical(classes="column", id="answers"):
                yield ChartsPane(self._set.run_key)
                yield SolverPane(self._set)
                yield StatesPane()
                yield ExperimentsPane()
                yield WhatIfPane()
                yield AskPane()
        yield FittingFooter()

    def on_mount(self) -> None:
        """Listen to signals; start the engine after the first paint."""
        self.keeping.listen_to_signals()
        self.keeping.show_document()
        self._as_left()
        self.theme_changed_signal.subscribe(self, lambda theme: _keep_theme(self, theme.name))
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self.place_toasts())
        self.call_after_refresh(self._begin)

    def _as_left(self) -> None:
        """Go where the user was when the app was left last; a model that is only begun has nothing but its text."""
        layout = self._layout if self._layout is not None and self.document.text else Layout()
        self.action_pane(layout.pane)
        if layout.whole:
            self.screen.maximize(self.query_one(self.PANES[layout.pane]))

    def exit(self, *arguments: Any, **named: Any) -> None:
        """End the app; how the screen is left is kept."""
        if self._layout is not None and self.screen_stack and (lines := self.screen_stack[0].query(StatusLines)):
            whole = self.screen_stack[0].maximized is not None
            keep_layout(Layout(lines.first().pane, self._answers, whole))  # none is there where it ends at its start
        super().exit(*arguments, **named)

    @work
    async def _begin(self) -> None:
        self.watching.watch_file()
        self.holding.note()
        self.keeping.recover()
        if self._greets:
            self.holding.greet()
        if self._amiss is not None:
            self.notify(self._amiss.hint, title=self._amiss.message, severity="warning")
        try:
            await self._engine.start()
        except Crashed as error:
            self.notify(
                "the text can be edited and saved; each analysis tries again", title=str(error), severity="error"
            )
            return
        await self.runs.check()

    async def on_unmount(self) -> None:
        """End the worker processes, and take the signs of the files away."""
        await self._engine.stop()
        self.holding.leave()
        self.watching.signs.leave()
        await self.keeping.settled()

    def on_resize(self, event: events.Resize) -> None:
        """Panes side by side, or one at a time."""
        self.screen_stack[0].set_class(event.size.width < WIDE, "narrow")
        self._arrange(event.size.width)

    def _arrange(self, columns: int) -> None:
        """Show the panes that go together: by their styles, for a class would have all below them styled anew."""
        screen = self.screen_stack[0]
        if not screen.query(FittingFooter):
            return  # nothing is composed yet
        here = screen.query_one(StatusLines).pane
        visible = panes_shown(here, self._answers, columns)
        for name, kind in self.PANES.items():
            screen.query_one(kind).display = name in visible
        for column in screen.query(".column"):
            column.display = any(pane.display for pane in column.children)

    # What the user does

    def text_edited(self) -> None:
        """Check the text, and in live mode solve it, when typing pauses."""
        self.runs.edited(self.document.text)
        self.query_one(SourcePane).drop_marks()
        self._show_staleness(anew=False)
        for timer in self._pauses:
            timer.stop()
        after = CHECK_AFTER if len(self.document.text) < LONG else LONG_AFTER
        self._pauses = [self.set_timer(after, self._settled)]
        if self.live:
            self._pauses.append(self.set_timer(SOLVE_AFTER, self.action_solve))

    def _settled(self) -> None:
        self.keeping.keep_recovery()
        self.run_worker(self.runs.check, group="check", exclusive=True)

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        target = self.query_one(self.PANES[name])
        self.query_one(StatusLines).pane = name
        if name != "source":
            self._answers = name
        self._arrange(self.size.width)
        if name == "experiments":
            self.experimenting.show_experiments()
        elif name == "ask":
            self.asking.offer_questions()
        elif name == "what-if":
            self.turning.hold_for_parameters()
            self.turning.ask_influences()
        elif name == "charts":
            self.follow_again()
        target.focus_main()

    def action_whatif(self) -> None:
        """Go to the parameters; run the model where that has not been done."""
        self.action_pane("what-if")
        if self.runs.solved_text is None or self.runs.stale:
            self.action_solve()

    def run_turned(self) -> None:
        """Run the model with the parameters turned; not once the panes are going."""
        if self.is_running:
            self.action_solve()

    def action_experiment(self) -> None:
        """Go to the experiments; there, run the one shown."""
        pane = self.query_one(ExperimentsPane)
        if pane.has_focus_within:
            pane.action_run()
        else:
            self.action_pane("experiments")

    def action_step(self) -> None:
        """Step through the model, derived or not."""
        self.action_pane("states")
        self.exploring.show_steps()

    def action_keys(self) -> None:
        """List the keys of where the user is."""
        from workbench.panes.keys_here import KeysHere, keys_text

        here = next((pane.TITLE for pane in self.query(Pane) if pane.has_focus_within), "here")
        active = self.screen.active_bindings.values()
        self.push_screen(KeysHere(here, keys_text((self.get_key_display(one.binding), one) for one in active)))

    def action_manual(self) -> None:
        """Open the manual at the topic of the pane that has the focus."""
        from workbench.panes.help import Manual, checks, key_table

        keys = {pane.HELP_TOPIC: key_table(pane.TITLE, pane.BINDINGS) for pane in self.PANES.values()}
        keys["source"] += key_table("the text", PepaEditor.BINDINGS)
        keys["states"] += key_table("the table", StateList.BINDINGS) + key_table("steps", StateSteps.BINDINGS)
        keys["start"] = key_table("everywhere", self.BINDINGS)
        if (code := self.query_one(SourcePane).chosen_problem) in checks():
            self.push_screen(Manual("checks", keys, code))
            return
        focused = [pane.HELP_TOPIC for pane in self.PANES.values() if self.query_one(pane).has_focus_within]
        self.push_screen(Manual(focused[0] if focused else "start", keys))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every key of the app and of its panes in the command palette, by name."""
        yield from (command for command in super().get_system_commands(screen) if command.title != "Quit")
        yield SystemCommand("Save as", "Write the model to another file", self.keeping.action_save_as)
        yield SystemCommand("Settings", "Edit the settings file in $EDITOR: keys, theme, limits", self.action_settings)
        yield SystemCommand("Close model", "Close this model and show the next", self.holding.action_close_model)
        yield from key_commands(self)

    def action_settings(self) -> None:
        """Have the settings edited; they count from the next start on."""
        try:
            path = written_settings(adjustable())
            with self.suspend():
                edit_outside(path, 1)
            read_settings(adjustable)
        except SuspendNotSupported:
            self.notify(str(path), title="the settings are in this file")
            return
        except PepaError as error:
            self.notify(error.hint, title=error.message, severity="warning")
            return
        self.forget_screen()
        self.notify("they count from the next start on", title="settings")

    def document_opened(self) -> None:
        """Forget the analyses of the document before."""
        self.runs.leave()
        self._begin_anew()
        self.query_one(WhatIfPane).begin_anew()
        self.turning.take_turned({})
        self.run_ended()
        self.query_one(StatusLines).standing = None
        self.query_one(StatusLines).parameters = Parameters()
        self._show_staleness()
        self._settled()


def adjustable() -> list[Binding]:
    """Return every binding whose key can be set: those of the app, of its panes and of the text."""
    panes: list[type[DOMNode]] = [*Workbench.PANES.values(), StateList, StateSteps]
    everywhere = itertools.chain(Workbench.BINDINGS, PepaEditor.BINDINGS, WRITING, *(pane.BINDINGS for pane in panes))
    return [binding for binding in everywhere if isinstance(binding, Binding) and binding.id]


def _keep_theme(app: Workbench, name: str) -> None:
    try:
        keep_theme(name, adjustable())
    except PepaError as error:
        app.notify(error.hint, title=error.message, severity="warning")
