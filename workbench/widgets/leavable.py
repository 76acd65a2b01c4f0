"""Lines to type into that Esc leaves, for where letters are keys."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.widget import Widget


class Leavable(Widget):
    """Tells its pane that nothing more is typed; which key that is, and where it goes, is said by its binding."""

    @dataclass
    class Left(Message):
        """Nothing more is typed."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave by Esc only where it has no run to stop."""
        if action == "leave":
            return not self.app.check_action("cancel", ())
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Tell it."""
        self.post_message(self.Left())
