"""What a run has come to, in the few values that the app goes by; read once from the worker's answer."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.figures import Report


@dataclass(frozen=True)
class Standing:
    """A run: derived and perhaps solved, or done by an approximate method, which has neither states nor deadlocks.

    `whole` says that single states have their probabilities; of a lumped chain they are not known.
    """

    approximate: str = ""  # the method
    states: int = 0
    deadlocks: int = 0
    seconds: float = 0.0
    solved: bool = False
    whole: bool = False
    certain: bool = True


def standing(report: Report) -> Standing:
    """Return what the answer to a run says of it."""
    if method := report.get("approximate"):
        return Standing(approximate=method)
    solved = "method" in report
    return Standing(
        states=report["states"],
        deadlocks=report.get("deadlocks", 0),
        seconds=sum(report["seconds"].values()),
        solved=solved,
        whole=solved and "lumped" not in report,
        certain=report.get("certainty", {"exact": True})["exact"],
    )
