"""What all panes have: a title with the key that reaches it, a topic in the manual, a widget to focus."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.widget import Widget


class Pane(Vertical):
    """One of the app's panes. Data comes down through its methods, wishes go up as its messages."""

    ALLOW_MAXIMIZE = True  # the whole of it: what is inside may change its view meanwhile
    TITLE: ClassVar[str]
    HELP_TOPIC: ClassVar[str]
    BINDINGS: ClassVar[list[Binding]]  # type: ignore[assignment] # narrower: help is made from them

    def __init__(self, name: str) -> None:
        super().__init__(id=name, classes="pane")

    @property
    def main(self) -> Widget:
        """The widget the pane is about."""
        raise NotImplementedError

    def focus_if_here(self) -> None:
        """Focus the widget the pane is about, which may be another now, unless one is in another pane."""
        focused = self.screen.focused
        if focused is None or self in focused.ancestors:
            self.focus_main()

    def focus_main(self) -> None:
        """Focus it at once, and not after what else waits: the next key may wait there already."""
        self.screen.set_focus(self.main)
