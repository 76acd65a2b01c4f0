"""Which methods for the steady state are tried on a chain, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from pepa.control.error import PepaError
from pepa.markov.chain.chain import Chain
from pepa.markov.steady.accelerated import AcceleratedGaussSeidel
from pepa.markov.steady.aggregation import Aggregation
from pepa.markov.steady.band_elimination import BandElimination
from pepa.markov.steady.elimination import SparseElimination
from pepa.markov.steady.gauss_seidel import GaussSeidel
from pepa.markov.steady.gth import GTH
from pepa.markov.steady.level_elimination import LevelElimination
from pepa.markov.steady.method import StationaryMethod
from pepa.markov.steady.names import NAMES
from pepa.markov.steady.sparse_lu import SparseLU

METHODS: tuple[StationaryMethod, ...] = (
    GTH(),
    AcceleratedGaussSeidel(),
    Aggregation(),
    SparseElimination(),
    SparseLU(),
    BandElimination(),
    LevelElimination(),
    GaussSeidel(),
)


def plan(chain: Chain, name: str | None = None, *, warm: bool = False) -> Iterator[StationaryMethod]:
    """Yield the methods to try, each found suitable only when its turn comes; or the one named, suitable or not.

    From a near start (`warm`) dense elimination comes last. Raises PepaError for an unknown method.
    """
    if name is not None:
        yield named(name)
        return
    yield from (
        method for method in sorted(METHODS, key=lambda one: warm and isinstance(one, GTH)) if method.suits(chain)
    )


def named(name: str) -> StationaryMethod:
    """Return a method by its short name or its name; raises PepaError where there is none."""
    wanted = NAMES.get(name.lower(), name).lower()
    for method in METHODS:
        if method.name.lower() == wanted:
            return method
    known = ", ".join(f"{short} ({long})" for short, long in NAMES.items())
    raise PepaError(f"there is no method `{name}`", f"the methods are {known}")
