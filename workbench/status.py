"""The lines that say at a glance where one is: model, parameters, analysis; on narrow screens the panes as tabs."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widgets import Static

from pepa.pictures.bar import shortened
from pepa.query.kind import Kind
from workbench.parameters import Parameters, Written
from workbench.standing import Standing
from workbench.told_keys import key_of

SHOWN = (
    "parameters", "older", "overrides", "standing", "running", "pane", "live", "stale",
    "document", "dirty", "changed", "cursor", "beside",
)  # fmt: skip

LEAST = 12  # columns of the document's name
LONGEST = 24  # columns of a parameter's
LEAST_NAMED = 4  # columns of that, of one that is turned
MARKS = "  ● +2  "  # with the blanks around them
CURSOR = 7  # columns of most places of the cursor: nothing behind moves with it


class StatusLines(Vertical):
    """Top line and tabs; what they show is set, and they redraw."""

    DEFAULT_CSS = "StatusLines { height: auto; }"
    parameters: reactive[Parameters] = reactive(Parameters)
    older: reactive[bool] = reactive(False)  # whether they are of an older text: the one there is has errors
    overrides: reactive[dict[str, float]] = reactive(dict[str, float])
    standing: reactive[Standing | None] = reactive(None)  # what the last run has come to
    running: reactive[str] = reactive("")
    pane: reactive[str] = reactive("source")
    live: reactive[bool] = reactive(False)
    stale: reactive[bool] = reactive(False)
    document: reactive[str] = reactive("")
    dirty: reactive[bool] = reactive(False)  # marked in a place of its own: nothing behind it moves
    changed: reactive[bool] = reactive(False)  # the file, on disk
    cursor: reactive[str] = reactive("1:1")  # line and column
    beside: reactive[int] = reactive(0)  # models that are open and not shown

    def __init__(self, panes: list[str]) -> None:
        super().__init__()
        self._panes = panes
        self._shown: dict[str, Text] = {}

    def compose(self) -> ComposeResult:
        """Two lines; the second shows on narrow screens only."""
        yield Static(id="top")
        yield Static(id="tabs")

    def show_document(self, name: str, dirty: bool) -> None:
        """Show the document's name, marked if it is not saved."""
        self.document, self.dirty = name, dirty

    def analysis(self) -> str:
        """Return the state of the analysis in a few words."""
        if self.running:
            return self.running
        run = self.standing
        if run is None:
            return f"{key_of(self, 'app.run')} runs the model"
        if run.kind is not Kind.EXACT:
            return f"≈ {run.kind}  ~ stale" if self.stale else f"≈ {run.kind}, not exact"
        states = f"{run.states:,} states"
        if deadlocks := run.deadlocks:
            states += f" · {deadlocks:,} deadlock" + ("" if deadlocks == 1 else "s")
        if self.stale:
            return f"{states}  ~ stale"
        if not run.held:
            states += f" (let go: {key_of(self, 'app.run')})"
        took = run.seconds
        verb = "solved" if run.solved else "derived"
        if not run.certain:
            return f"{states}  ✗ not certain"
        return f"{states}  {verb} {took:.1f} s ✓" if took >= 1 else f"{states}  {verb} {1000 * took:.0f} ms ✓"

    def _watch_all(self) -> None:
        if not self.is_mounted or not self.is_attached:
            return
        width = self.size.width
        right = self.analysis() + ("  live" if self.live else "")
        room = width - min(len(self.document), LEAST) - len(MARKS)
        if self.running and len(right) > room:
            right = f"{right[: max(0, room - 1)]}…"  # how far it is stands at its beginning, and the name in its place
        if len(right) > width - 2:
            right = f"…{right[3 - width :]}"  # how the run stands is at its end
        left = self._left(width - len(right) - 2)
        mark = "~ " if self.older and self.parameters.written else ""
        room = width - len(left) - len(right) - 4 - len(mark)
        middle = _changed(self.parameters.written, self.overrides, room)
        now = self.parameters.at(self.overrides)
        others = ((name, now[name]) for name in self.parameters.written if name not in self.overrides)
        middle += _fitting(others, room - len(middle))
        top = Text(left, "bold", no_wrap=True)
        between = max(0, width - len(left) - len(right) - 1)
        top.append(f"   {mark}{middle}".ljust(between)[:between], "dim not bold" if mark else "not bold")
        top.append(right, "not bold")
        self._show("top", top)
        tabs = _tabs(self._panes, self.pane, width, _reached([key_of(self, f"app.{name}") for name in self._panes]))
        self._show("tabs", tabs)

    def _left(self, room: int) -> str:
        """Return document, marks and cursor in so many columns: the name is cut, then these are fewer."""
        dirty, beside = "●" if self.dirty else " ", f" +{self.beside}" if self.beside else ""
        marks = f" {dirty}{beside}{' ⇄' * self.changed}"
        whole = f" {dirty}{beside}{' ⇄ changed on disk' * self.changed}  {self.cursor:<{CURSOR}}"
        for after, least in ((whole, LEAST), (f"{marks}  {self.cursor:<{CURSOR}}", LEAST), (marks, 1)):
            most = room - len(after) - 1
            if most >= min(least, len(self.document)):
                named = self.document if len(self.document) <= most else f"{self.document[: most - 1]}…"
                return f" {named}{after}"
        return marks[: max(0, room)]

    def _show(self, name: str, line: Text) -> None:
        """Draw a line if it changed; its height never does, so that no key lays the whole screen out anew."""
        if self._shown.get(name) != line:
            self._shown[name] = line
            self.query_one(f"#{name}", Static).update(line, layout=False)

    def on_mount(self) -> None:
        """Redraw whenever anything shown changes."""
        for name in SHOWN:
            self.watch(self, name, self._watch_all)

    def on_resize(self) -> None:
        """Redraw to the new width."""
        self._watch_all()


def _reached(keys: list[str]) -> str:
    """Return in few columns how one comes to the panes; nothing where their keys are not those of their numbers."""
    digit = keys[0].removesuffix("1")
    return f"  {digit}digit" if keys == [f"{digit}{number}" for number, _ in enumerate(keys, 1)] else ""


def _tabs(panes: list[str], shown: str, width: int, reached: str) -> Text:
    """Return the panes' names, to be clicked; where not all have room, the numbers of those that are not shown."""
    tabs = Text(no_wrap=True)
    short = sum(len(name) + 4 for name in panes) > width
    for number, name in enumerate(panes, 1):
        label = f" {number} " if short and name != shown else f" {number} {name.capitalize()} "
        looks = Style(bold=name == shown, reverse=name == shown, meta={"@click": f"app.pane('{name}')"})
        tabs.append(label, looks)
    if tabs.cell_len + len(reached) <= width:
        tabs.append(reached, "dim")
    return tabs


def _changed(parameters: Written, overrides: dict[str, float], width: int) -> str:
    """Return the changed parameters with what they were, as far as there is room: their names are cut for it."""
    text = ""
    for name, value in overrides.items():
        values = f" {figure(parameters.get(name))}→{value:.6g}  "
        room = min(LONGEST, width - len(text) - len(values))
        if room < min(LEAST_NAMED, len(name)):
            return text + "…" if len(text) < width else text
        text += shortened(name, room) + values
    return text


def figure(value: float | str | None) -> str:
    """Return the value of a parameter in a few digits; a passive one as it is written."""
    return f"{value:.6g}" if isinstance(value, int | float) else str(value)


def _fitting(parameters: Iterable[tuple[str, float | str]], width: int) -> str:
    text = ""
    for name, value in parameters:
        called = shortened(name, LONGEST)
        piece = f"{called}={value:g}  " if isinstance(value, float) else f"{called}={value}  "
        if len(text) + len(piece) > width:
            return text + "…" if len(text) < width else text
        text += piece
    return text
