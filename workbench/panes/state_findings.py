"""What is remarkable about the states, in words; a deadlock leads to the steps into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from pepa.explore.told_trace import ToldTrace


class StateFindings(OptionList):
    """A sentence a line."""

    @dataclass
    class Chosen(Message):
        """The way a finding has is to be walked."""

        trace: ToldTrace

    def __init__(self) -> None:
        super().__init__(id="state-findings", compact=True)
        self._traces: Sequence[ToldTrace | None] = ()

    def show(self, sentences: Sequence[str], traces: Sequence[ToldTrace | None]) -> None:
        """Show these findings."""
        self._traces = traces
        self.clear_options()
        signs = ["→" if trace else "·" for trace in traces]
        told = [f"{sign} {sentence}" for sign, sentence in zip(signs, sentences, strict=True)]
        self.add_options(
            [Option(Text(one)) for one in told or ["nothing remarkable: no deadlocks, everything happens"]]
        )
        self.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Walk the way a finding has."""
        event.stop()
        trace = self._traces[event.option_index] if event.option_index < len(self._traces) else None
        if trace is not None:
            self.post_message(self.Chosen(trace))
