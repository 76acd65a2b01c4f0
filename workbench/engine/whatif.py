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

    def scenarios(self, report: Watcher, text: str, path: str) -> Report:
        """Return the overrides of each scenario kept beside a model file."""
        del report
        from pathlib import Path

        from pepa.language.problem import ModelError
        from pepa.language.source import read_source
        from pepa.net.compile import load
        from pepa.study.scenarios import BASE, read_scenarios, scenarios_file

        file = scenarios_file(Path(path))
        try:
            kept = read_scenarios(read_source(file), load(text)[0]) if file.exists() else {}
        except ModelError as error:
            raise PepaError(f"{file} has errors, the first: {error.message}", error.hint) from None
        return {"scenarios": {BASE: {}, **kept}}

    def keep_scenario(self, report: Watcher, text: str, path: str, name: str, overrides: dict[str, float]) -> Report:
        """Put a scenario into the file beside a model file; return where."""
        del report
        from pathlib import Path

        from pepa.net.compile import load
        from pepa.study.scenarios import save_scenario, scenarios_file

        file = scenarios_file(Path(path))
        save_scenario(file, name, overrides, load(text)[0])
        return {"file": str(file)}

    def written(self, report: Watcher, text: str, values: dict[str, float]) -> Report:
        """Return the text with these values in their definitions."""
        del report
        from pepa.language.assignment import assigned

        return {"text": assigned(text, values)}
