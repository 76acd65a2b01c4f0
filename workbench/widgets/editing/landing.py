"""An edit that knows where it leaves the selection, redone too, and whether it is undone."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual.document._document import EditResult, Selection
from textual.document._edit import Edit
from textual.widgets import TextArea


@dataclass
class Landing(Edit):
    """An edit as Textual's, but for `lands`; without that the cursor goes to the end of the new text."""

    lands: Selection | None = field(init=False, default=None)
    undone: bool = field(init=False, default=False)

    def do(self, text_area: TextArea, record_selection: bool = True) -> EditResult:
        """Do the edit, for the first time or again."""
        self.undone = False
        result = super().do(text_area, record_selection)
        if self.lands is not None:
            self._updated_selection = self.lands
        return result

    def undo(self, text_area: TextArea) -> EditResult:
        """Take the edit back."""
        self.undone = True
        return super().undo(text_area)
