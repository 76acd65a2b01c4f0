"""The shapes of decisions of equivalence in JSON. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ToldDifference(TypedDict):
    """A way to states that differ, the action they do at different rates, and those rates."""

    trace: list[str]
    action: str
    rates: list[float]


class ToldEquivalence(TypedDict):
    """What `pepa compare --equivalence` prints; `difference` where they are not equivalent.

    Rates that differ by more than `tolerance` of themselves are others; closer ones may be taken for one.
    """

    models: list[str]
    states: list[int]
    blocks: int
    equivalent: bool
    tolerance: float
    difference: NotRequired[ToldDifference]
