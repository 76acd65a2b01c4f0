"""The app: composes the panes and the desks, and owns the keys that work everywhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import events, work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from pepa.control.error import PepaError
from workbench.desks.analysing import Analysing
from workbench.desks.asking import Asking
from workbench.desks.charting import Charting
from workbench.desks.comparing import Comparing
from workbench.desks.desk import Desk, HasDesks
from workbench.desks.experimenting import Experimenting
from workbench.desks.exploring import Exploring
from workbench.desks.going import Going
from workbench.desks.helping import Helping
from workbench.desks.holding import Holding
from workbench.desks.keeping import Keeping
from workbench.desks.predicting import Predicting
from workbench.desks.showing import Results, Showing
from workbench.desks.telling import Telling
from workbench.desks.turning import Turning
from workbench.desks.watching import Watching
from workbench.desks.writing import Writing
from workbench.document import Document
from workbench.engine.client import Crashed, Engine
from workbench.following import Following
from workbench.key_commands import key_commands
from workbench.layout import Layout
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.palette import TypedAheadPalettes
from workbench.panes.pane import Pane
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.state_list import StateList
from workbench.panes.state_steps import StateSteps
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane
from workbench.run_messages import RunMessage
from workbench.runs import Runs
from workbench.settings import Settings
from workbench.status import StatusLines
from workbench.studies import Studies
from workbench.terminal.closing import ClosesInOrder
from workbench.terminal.driver import OwnDriver
from workbench.terminal.garbage import CollectsAtRest
from workbench.terminal.legible import LegibleApp
from workbench.terminal.screen_diff import ScreenDiff
from workbench.terminal.sparing import Sparing
from workbench.toasts import ToldOnce
from workbench.told_keys import TellsKeys
from workbench.widgets.editing.keys import WRITING
from workbench.widgets.editor import PepaEditor
from workbench.widgets.footer import FittingFooter
from workbench.widgets.thin_bar import ThinBar

USUAL = Settings()
HEIGHTS = [(0, "-short"), (24, "-tall")]  # rows from which the screen is styled so: dialogs fit into either
GOING = {"pane", "whatif", "experiment"}  # actions that lead to another pane


class Workbench(
    ToldOnce,
    TellsKeys,
    CollectsAtRest,
    TypedAheadPalettes,
    ClosesInOrder,
    HasDesks,
    OwnDriver,
    LegibleApp,
    Sparing,
    ScreenDiff,
    App[int],
):
    """The terminal workbench for PEPA models: what it does, its desks do."""

    TITLE = "PEPA workbench"
    CSS_PATH = "app.tcss"
    VERTICAL_BREAKPOINTS = HEIGHTS
    PANES: ClassVar[dict[str, type[Pane]]] = {
        "source": SourcePane,
        "states": StatesPane,
        "solver": SolverPane,
        "charts": ChartsPane,
        "experiments": ExperimentsPane,
        "what-if": WhatIfPane,
        "ask": AskPane,
    }
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
            for number, name in enumerate(PANES, 1)
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
        self.usual_keys = {str(binding.id): binding.key for binding in adjustable()}
        self.set_keymap(settings.keys)
        if settings.theme:
            self.theme = settings.theme
        self.animation_level = "none"
        ScrollBar.renderer = ThinBar
        self._engine = Engine()
        self.keeping, self.watching, self.holding = Keeping(self, document), Watching(self), Holding(self)
        self.writing, self.going, self.helping = Writing(self), Going(self), Helping(self, adjustable)
        self.analysing, self.showing, self.charting = Analysing(self), Showing(self), Charting(self)
        self.experimenting, self.exploring = Experimenting(self), Exploring(self)
        self.turning, self.telling, self.comparing = Turning(self), Telling(self), Comparing(self)
        self.predicting, self.asking = Predicting(self), Asking(self)
        self._know_no_run()

    @property
    def desks(self) -> tuple[Desk, ...]:
        """What does the app's work, in the order in which it hears the messages of the panes."""
        runs = self.analysing, self.showing, self.charting
        texts = self.keeping, self.watching, self.holding, self.writing
        figures = self.turning, self.telling, self.comparing, self.predicting
        return *runs, *texts, self.experimenting, self.exploring, *figures, self.asking, self.going, self.helping

    @property
    def document(self) -> Document:
        """The document that is shown."""
        return self.keeping.document

    def _know_no_run(self) -> None:
        self.runs = Runs(self._engine, self)
        self.runs.edited(self.document.text)
        self.studies, self.following = Studies(self.runs), Following(self.runs)

    def document_opened(self, results: Results) -> None:
        """Leave the analyses of the document before; go on from what is known of this one."""
        self.runs.leave()
        self._know_no_run()
        self.runs.compared, self.runs.solved = results.compared, results.solved
        self.showing.document_opened(results)
        self.analysing.check()

    def is_wanted(self, message: Message) -> bool:
        """Not what is told of a document that is shown no more."""
        return not isinstance(message, RunMessage) or message.runs in (None, self.runs)

    def get_default_screen(self) -> Screen[None]:
        """Return the screen, classed by its height: else all that it holds would be styled twice."""
        screen = super().get_default_screen()
        _, fitting = max(height for height in HEIGHTS if height[0] <= self.size.height)
        screen.add_class(fitting, update=False)
        return screen

    def compose(self) -> ComposeResult:
        """Status, panes, keys."""
        yield StatusLines(list(self.PANES))
        with Horizontal(id="panes"):
            with Vertical(classes="column"):
                yield SourcePane(self.document.text, vi=self._set.vi)
            with Vertical(classes="column", id="answers"):
                yield ChartsPane()
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
        layout = self._layout or Layout()
        begun = self.document.text == ""  # one that is only begun has nothing but its text
        self.going.return_to(Layout(answers=layout.answers) if begun else layout)
        self.theme_changed_signal.subscribe(self, lambda theme: self.helping.keep_theme(theme.name))
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self.place_toasts())
        self.call_after_refresh(self._begin)

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

    def on_resize(self, event: events.Resize) -> None:
        """Panes side by side, or one at a time."""
        self.going.arrange(event.size.width)

    def exit(self, *arguments: Any, **named: Any) -> None:
        """End the app; how the screen is left is kept."""
        if self._layout is not None:
            self.going.keep()
        super().exit(*arguments, **named)

    async def on_unmount(self) -> None:
        """End the worker processes, and take the signs of the files away."""
        await self._engine.stop()
        self.holding.leave()
        self.watching.signs.leave()
        await self.keeping.settled()

    # What Textual would do otherwise

    async def action_quit(self) -> None:
        """Leave as Quit does, however it was asked for."""
        self.holding.action_leave()

    def action_repaint(self) -> None:
        """Paint the whole screen anew."""
        self.forget_screen()
        self.screen.refresh(layout=True)

    def action_focus_next(self) -> None:
        """Go on to what has keys; where a pane is all that is seen, to the next pane."""
        before = self.focused
        super().action_focus_next()
        self._go_on_from(before, 1)

    def action_focus_previous(self) -> None:
        """Go back to what has keys; where a pane is all that is seen, to the pane before."""
        before = self.focused
        super().action_focus_previous()
        self._go_on_from(before, -1)

    def _go_on_from(self, before: Widget | None, step: int) -> None:
        if self.focused is before and len(self.screen_stack) == 1:
            self.going.go_on(step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to cancel only what runs, and to go to a pane only where no dialog is open."""
        if action in GOING and self.in_dialog:
            return False
        return super().check_action(action, parameters) if action != "cancel" else self._can_cancel

    @property
    def _can_cancel(self) -> bool:
        return self.analysing.goes_on or self.exploring.waits

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text; nothing is never sent: it would clear the clipboard."""
        if text:
            super().copy_to_clipboard(text)

    def place_toasts(self) -> None:
        """Not where the user writes or reads."""
        self.writing.place_toasts()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every key of the app and of its panes in the command palette, by name."""
        yield from (command for command in super().get_system_commands(screen) if command.title != "Quit")
        yield SystemCommand("Save as", "Write the model to another file", self.keeping.action_save_as)
        edited = self.helping.action_settings
        yield SystemCommand("Settings", "Edit the settings file in $EDITOR: keys, theme, limits", edited)
        yield SystemCommand("Close model", "Close this model and show the next", self.holding.action_close_model)
        yield from key_commands(self)


def adjustable() -> list[Binding]:
    """Return every binding whose key can be set: those of the app, of its panes and of the text."""
    panes: list[type[DOMNode]] = [*Workbench.PANES.values(), StateList, StateSteps]
    everywhere = itertools.chain(Workbench.BINDINGS, PepaEditor.BINDINGS, WRITING, *(pane.BINDINGS for pane in panes))
    return [binding for binding in everywhere if isinstance(binding, Binding) and binding.id]
