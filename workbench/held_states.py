"""Which states the worker holds for the app, and whether those there were have been let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.engine import protocol
from workbench.engine.client import Engine, EngineError, Failed

if TYPE_CHECKING:
    from workbench.engine.frames import Frame

NONE = Failed("there is no state space yet", "run the model first", [])
LET_GO = Failed("the states of this run are held no more", "run the model again: that derives them", [])


class HeldStates:
    """The states of the latest exact run. They go with the process that holds them, and that may be ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.of: Frame = {}  # of which text, with which values; empty where there are none
        self.let_go = False  # whether there were some

    def take(self, about: Frame) -> None:
        """Know that the states of a text with these values are held."""
        self.of, self.let_go = about, False

    @property
    def refusal(self) -> Failed:
        """Why nothing can be told of states where none are held."""
        return LET_GO if self.let_go else NONE

    async def gone(self) -> bool:
        """Ask whether they are still held; return whether they have gone since that was asked last."""
        if not (about := self.of):
            return False
        try:
            held = (await self._engine.ask(protocol.HELD, **about))["held"]
        except EngineError:
            held = False
        if held or self.of is not about:  # else a run has brought others meanwhile
            return False
        self.of, self.let_go = {}, True
        return True
