"""Steps of undo: as Textual makes them, or all edits from one moment to another as one."""

from __future__ import annotations

from textual.document._edit import Edit
from textual.document._history import EditHistory


class Steps(EditHistory):
    """An undo whose edits can be held together."""

    _together = False
    _step: list[Edit] | None = None  # the one that edits are held together in

    def hold_together(self) -> None:
        """Make one step of all edits from here to `let_go`."""
        self._together, self._step = True, None
        self.checkpoint()

    def let_go(self) -> None:
        """End the step that edits are held together in."""
        self._together, self._step = False, None
        self.checkpoint()

    def apart(self) -> None:
        """Let the next edit begin a step."""
        self._step = None
        self.checkpoint()

    def record(self, edit: Edit) -> None:
        """Take an edit into the step it belongs to."""
        if self._step is not None and self._undo_stack and self._undo_stack[-1] is self._step:
            self._step.append(edit)
            self._redo_stack.clear()
            return
        before = self._undo_stack[-1] if self._undo_stack else None
        if self._together:
            self.checkpoint()
        super().record(edit)
        after = self._undo_stack[-1] if self._undo_stack else None
        self._step = after if self._together and after is not before else None
