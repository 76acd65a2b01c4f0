"""The source pane: the model's text, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.panes.pane import Pane
from workbench.told_keys import in_words, key_of, short
from workbench.widgets.editor import Mark, PepaEditor
from workbench.widgets.find_bar import FindBar
from workbench.widgets.picking_input import Offers

if TYPE_CHECKING:
    from pepa.language.told_problem import ToldProblem
    from workbench.widgets.editing.vi_keys import ViKeys

CHECKING = "checking…"
SIGNS = {"error": "✗", "warning": "!"}
NO_MORE: Mapping[str, int] = MappingProxyType({})
LISTED = 100  # problems; the list is wrapped anew with every change, all of it


class SourcePane(Pane):
    """Edits the model; lists its problems, each a key press away from its place."""

    TITLE = "1 Source"
    HELP_TOPIC = "source"
    BINDINGS = [
        Binding("f4", "next_problem", "Problem", id="source.problem", tooltip="Go to the next problem"),
    ]

    def __init__(self, text: str, *, vi: bool = False) -> None:
        super().__init__("source")
        self._text, self._vi = text, vi
        self._problems: list[ToldProblem] = []
        self._more = NO_MORE
        self._problem_marks: list[Mark] = []
        self._at = -1
        self._counts = ""  # of the problems, as told last

    def compose(self) -> ComposeResult:
        """Editor above, problems below."""
        editor = self._new_editor()
        words = Offers(id="words")
        editor.use_offers(words)
        yield editor
        yield FindBar(editor)
        yield words
        if self._vi:
            yield Static(id="vi-line")
        yield OptionList(id="problems", compact=True)

    def on_mount(self) -> None:
        """Name the parts."""
        self.border_title = self.TITLE
        self.query_one("#problems").display = False

    def _new_editor(self) -> PepaEditor:
        if not self._vi:
            return PepaEditor(self._text, id="editor")
        from workbench.widgets.editing.vi_keys import ViKeys

        return ViKeys(self._text, id="editor")

    def on_vi_keys_mode_shown(self, event: ViKeys.ModeShown) -> None:
        """Show what vi's last line says."""
        event.stop()
        self.query_one("#vi-line", Static).update(event.line, layout=False)

    @property
    def editor(self) -> PepaEditor:
        """The text."""
        return self.query_one(PepaEditor)

    @property
    def main(self) -> PepaEditor:
        """The text."""
        return self.editor

    @property
    def chosen_problem(self) -> str:
        """The code of the problem chosen in the list, or of the one that the cursor has just been led to."""
        listed = self.query_one("#problems", OptionList)
        index = (listed.highlighted or 0) if listed.has_focus else self._at
        if not 0 <= index < len(self._problems):
            return ""
        problem = self._problems[index]
        is_there = self.editor.cursor_location == (problem["line"] - 1, problem["column"] - 1)
        return str(problem["code"]) if listed.has_focus or is_there else ""

    def show_problems(self, problems: list[ToldProblem], more: Mapping[str, int] = NO_MORE) -> None:
        """Underline and list the problems of the text as it stands; `more` counts those that are not told."""
        is_new = problems != self._problems or more != self._more
        if is_new:
            self._problem_marks = [mark for problem in problems for mark in _marks(problem)]
        self.editor.show_marks(self._problem_marks)
        if not is_new and self._counts and self.border_subtitle == self._counts:
            return  # the list says so already: it is not laid out anew
        self._problems, self._more, self._at = problems, more, -1
        listed = self.query_one("#problems", OptionList)
        listed.clear_options()
        listed.add_options([Option(_line(problem)) for problem in problems[:LISTED]])
        count = len(problems) + sum(more.values())
        if count > LISTED:
            listed.add_option(Option(f"… and {count - LISTED:,} more"))
        listed.display = bool(problems)
        errors = sum(problem["severity"] == "error" for problem in problems) + more.get("error", 0)
        counts = f"{_counted(errors, 'error')}, {_counted(count - errors, 'warning')}" if problems else "no problems"
        if problems:
            mend = in_words(self.app, short(key_of(self.editor, "source.fix")))
            counts += f" · {key_of(self, 'source.problem')} next · {mend} fix"
        self._counts = self.border_subtitle = Content(counts).markup

    def show_checking(self, goes_on: bool, message: str = "") -> None:
        """Say that a check takes long, and how far it is, or no longer."""
        if goes_on or str(self.border_subtitle).startswith(CHECKING):
            self.border_subtitle = f"{CHECKING} {message}".rstrip() if goes_on else self._counts

    def drop_marks(self) -> None:
        """Remove the underlines that an edit may have moved; the next check brings them back."""
        self.editor.drop_marks_near()
        self.light([])

    def light(self, places: Sequence[tuple[str, int, int, int, int]]) -> None:
        """Light stretches of the text, of kind `here` or `can`, and bring one of the first into sight.

        Lines and columns are from 1, the end column is the one after the last character.
        """
        marks = [
            Mark(line - 1, start - 1 if line == first else 0, end - 1 if line == last else None, kind)
            for kind, first, start, last, end in places
            for line in range(first, last + 1)
        ]
        self.editor.show_marks(marks, layer="stepping")
        rows = [mark.line for mark in marks if mark.kind == "here"]
        top, height = self.editor.scroll_offset.y, self.editor.size.height
        if rows and not self.editor.has_focus and not any(top <= row < top + height for row in rows):
            self.editor.scroll_to(y=max(0, min(rows) - 2), animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the chosen problem."""
        event.stop()
        self._go(event.option_index)

    def action_next_problem(self) -> None:
        """Go to the next problem and say what it is."""
        if self._problems:
            self._go((self._at + 1) % len(self._problems))

    def _go(self, index: int) -> None:
        self._at = index
        problem = self._problems[index]
        self.query_one("#problems", OptionList).highlighted = min(index, LISTED)
        self.editor.move_cursor((problem["line"] - 1, problem["column"] - 1), center=True)
        self.editor.focus()


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _line(problem: ToldProblem) -> Text:
    hint = f" — {problem['hint']}" if problem["hint"] else ""
    place = f"{SIGNS[problem['severity']]} {problem['line']}:{problem['column']}"
    return Text(f"{place} {problem['message']}{hint} [{problem['code']}]")


def _marks(problem: ToldProblem) -> list[Mark]:
    first, last, severity = problem["line"] - 1, problem["end_line"] - 1, problem["severity"]
    return [
        Mark(
            line,
            problem["column"] - 1 if line == first else 0,
            max(problem["end_column"] - 1, problem["column"] if line == first else 1) if line == last else None,
            severity,
        )
        for line in range(first, last + 1)
    ]
