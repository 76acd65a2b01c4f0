"""What panes of figures have in common: what they ask to be told of them, and to have them compared with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from workbench.panes.pane import Pane
from workbench.widgets.told import Told

if TYPE_CHECKING:
    from workbench.engine.told_answers import ToldLine


class About(Enum):
    """What is to be told: of one figure where it comes from or which rates matter to it, of all of them why."""

    ORIGIN = "origin"
    RANKING = "ranking"
    WHY = "why"


class FiguresPane(Pane):
    """A pane with figures of the latest run, one of them under its cursor or watched."""

    BINDINGS: ClassVar[list[Binding]]

    @dataclass
    class TellWanted(Message):
        """Something is to be told in lines, of a measure of the latest run."""

        pane: FiguresPane
        about: About
        measure: str

    @dataclass
    class UsesWanted(Message):
        """Where the text has this parameter is to be shown; "" for none."""

        pane: FiguresPane
        name: str

    @dataclass
    class AgainstWanted(Message):
        """It is to be chosen what figures are compared with."""

    @dataclass
    class BesideWanted(Message):
        """All scenarios are to stand beside each figure, or no longer."""

    @property
    def measure_told_of(self) -> str | None:
        """The measure that is told of; None where there is none."""
        raise NotImplementedError

    @property
    def figures(self) -> Widget:
        """The widget with the figures."""
        raise NotImplementedError

    @property
    def main(self) -> Widget:
        """The figures, or what is told in their place."""
        told = self.query_one(Told)
        return told if told.display else self.figures

    def show_told(self, lines: list[ToldLine]) -> None:
        """Show lines in place of the figures."""
        self.figures.display = False
        self.query_one(Told).show(lines)
        self.focus_if_here()

    def leave_told(self) -> None:
        """Show the figures, if something is told in their place."""
        if self.query_one(Told).display:
            self.query_one(Told).action_leave()

    def on_told_left(self) -> None:
        """Back to the figures."""
        self.figures.display = True
        self.focus_if_here()

    def show_uses(self, words: str) -> None:
        """Say where the text has a parameter."""
        raise NotImplementedError

    def action_tell(self, about: str) -> None:
        """Ask for something to be told."""
        if (measure := self.measure_told_of) is not None:
            self.post_message(self.TellWanted(self, About(about), measure))

    def action_against(self) -> None:
        """Ask what to compare with."""
        self.post_message(self.AgainstWanted())

    def action_beside(self) -> None:
        """Ask for the scenarios beside the figures, or leave them out."""
        self.post_message(self.BesideWanted())
