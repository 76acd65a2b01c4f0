"""What a run has come to, in the few values that the app goes by; read once from the worker's answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pepa.query.kind import Kind

if TYPE_CHECKING:
    from pepa.query.told_solution import ToldSpace
    from workbench.engine.run_answers import RunAnswer


@dataclass(frozen=True)
class Standing:
    """A run: derived and perhaps solved; a result of another kind has neither states nor deadlocks.

    `whole` says that single states have their probabilities; of a lumped chain they are not known. `held` says that the
    states are still there to be looked at.
    """

    states: int = 0
    deadlocks: int = 0
    seconds: float = 0.0
    solved: bool = False
    whole: bool = False
    certain: bool = True
    held: bool = True
    kind: Kind = Kind.EXACT


def standing(run: RunAnswer) -> Standing:
    """Return what the answer to a run says of it."""
    if run["kind"] == "derived":
        return _derived(run)
    if run["kind"] == "solved":
        whole, certain = run["lumped"] is None, run["certainty"]["exact"]
        return replace(_derived(run), solved=True, whole=whole, certain=certain)
    return Standing(kind=Kind(run["kind"]))


def _derived(run: ToldSpace) -> Standing:
    return Standing(states=run["states"], deadlocks=run["deadlocks"], seconds=sum(run["seconds"].values()))
