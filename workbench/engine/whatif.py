"""What the what-if pane asks of the worker: which parameters matter, what an expression is worth, a new text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.report import Report

if TYPE_CHECKING:
    from workbench.engine.session import Session, Watcher

NOT_SOLVED = PepaError("these parameters are not solved", "run the model: F5")


class WhatIf:
    """Questions about the parameters of the session's model."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def influences(self, report: Watcher, text: str, overrides: dict[str, float], measure: str) -> Report:
        """Return a measure of the last solution, and its elasticity to every rate and probability."""
        from pepa.net.compile import load
        from pepa.query.sensitivity import Sensitivities
        from pepa.query.sensitivity_report import sensitivity_report

        session = self._session
        if session.solved is None or (session.text, session.overrides) != (text, overrides):
            raise NOT_SOLVED
        of = Sensitivities(load(text)[0], overrides, session.solved, Control(report=report))
        return sensitivity_report(of.of(measure, sizes=False))

    def worth(self, report: Watcher, text: str, overrides: dict[str, float], expression: str) -> Report:
        """Return the value of an expression of the parameters as they are."""
        del report
        import numpy as np

        from pepa.query.analysis import compile_text
        from pepa.query.measure import Values, measured

        net = compile_text(text, overrides).net
        return {"value": measured(expression, Values("bare", net, {}, {}, np.zeros(len(net.moves))))}

    def written(self, report: Watcher, text: str, values: dict[str, float]) -> Report:
        """Return the text with these values in their definitions."""
        del report
        from pepa.language.assignment import assigned

        return {"text": assigned(text, values)}
