"""What the worker can be asked about where the probability is: in the long run of its last run, and over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.told_joint import ToldJoint
from workbench.engine.run_answers import DistributionAt
from workbench.engine.session import NO_SPACE, POINTS, Session, Watcher

if TYPE_CHECKING:
    from pepa.query.joint_time import JointSeries

TOLERANCE = 1e-9  # of the probabilities at a time, in all


@dataclass
class Distributions:
    """The distributions of a session's chain; the one followed over time last is kept."""

    session: Session
    _followed: tuple[tuple[object, str, float], JointSeries] | None = None

    def distribution(self, report: Watcher, of: str) -> ToldJoint:
        """Return the joint distribution of some things, written with commas between them, in the long run."""
        del report
        if self.session.solved is None:
            raise PepaError("there are no probabilities of states", "solve the model exactly, without lump")
        from pepa.query.joint_report import joint_report
        from pepa.query.rewards import split_plainly

        return joint_report(split_plainly(of), self.session.solved)

    def distribution_at(self, report: Watcher, of: str, until: float, number: int) -> DistributionAt:
        """Return the joint distribution of some things at the so manyth of POINTS even times up to the last."""
        derived = self.session.derived
        if derived is None:
            raise NO_SPACE
        from pepa.query.joint_time import joint_series, moment_report
        from pepa.query.rewards import split_plainly
        from pepa.query.series import times

        if self._followed is None or self._followed[0] != (derived, of, until):
            control = Control(report=report)
            found = joint_series(split_plainly(of), derived, times(until, POINTS), control, TOLERANCE)
            self._followed = (derived, of, until), found
        return {**moment_report(self._followed[1], number), "number": number, "last": POINTS}
