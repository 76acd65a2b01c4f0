"""What the worker can be asked about where the probability of its last solution is."""

from __future__ import annotations

from dataclasses import dataclass

from pepa.control.error import PepaError
from pepa.query.report import Report
from workbench.engine.session import Session, Watcher


@dataclass
class Distributions:
    """The distributions of a session's solution."""

    session: Session

    def distribution(self, report: Watcher, of: str) -> Report:
        """Return the joint distribution of some things, written with commas between them."""
        del report
        if self.session.solved is None:
            raise PepaError("there are no probabilities of states", "solve the model exactly: F5, without lump")
        from pepa.query.joint_report import joint_report
        from pepa.query.rewards import split_plainly

        return joint_report(split_plainly(of), self.session.solved)
