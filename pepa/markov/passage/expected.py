"""Expected values before leaving, each proved right to a part of itself.

With A = D - R, whose inverse is not negative, and b > 0: |A x - b| <= e b entry by entry means |x - A^-1 b| <= e A^-1 b
(Berman and Plemmons, Nonnegative Matrices in the Mathematical Sciences, 1994, chapter 6). Rounding in A x is added.
Where rounding is more than a part of a small b it is c D at most instead, and x is wrong by c times the moves to come,
which solve A v = D. Elimination without subtraction has a bound beforehand (O'Cinneide, Entrywise perturbation theory
and error analysis for Markov chains, 1993) that holds where the others are spoilt by rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pepa.control.control import Control, LimitReached, Ticker
from pepa.markov.chain.factor import SYMMETRIC, Factor
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.passage.absorbing import Absorbing
from pepa.markov.passage.elimination import Elimination
from pepa.markov.passage.sweeps import Sweeps
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.method import Pulse

UNIT = float(np.finfo(float).eps)
ACCEPTED = 1e-9  # relative error proved from which on no other method is tried for a small chain
PROVED = 1e-6  # from which on none is for a large one, and below which an answer is given at all
SMALL = 20_000  # states up to which factorising is tried, whatever the shape
FEW = 2_000  # up to which elimination comes first
THIN = 3  # transitions a state on average up to which elimination is tried, and first


class Method(Protocol):
    """One way to solve A x = b (what is earned before leaving) and y A = a (the time spent in each state)."""

    @property
    def name(self) -> str:
        """What it is called."""

    def backward(self, right: Vector) -> Vector:
        """Return x."""

    def forward(self, start: Vector) -> Vector:
        """Return y."""


@dataclass(frozen=True, eq=False)
class Expected:
    """Expected values, one a state; each is right to `error` of itself."""

    values: Vector
    error: float
    method: str


@dataclass(frozen=True, eq=False)
class Earned:
    """Expected values, one a state, each with a bound on its error."""

    values: Vector
    error: Vector


class Unproved(LimitReached):
    """No method found expected values that can be proved right to a millionth."""

    def __init__(self) -> None:
        message = "the expected time could not be proved right to a millionth: no method converged"
        super().__init__(message, "make an array smaller: up to some thousand states elimination takes any chain")


class Solver:
    """Solves for one absorbing chain; its factors are made once and shared by all right sides.

    Raises Unproved where no method finds what can be proved, and whatever the watcher raises to cancel.
    """

    def __init__(self, system: Absorbing, control: Control) -> None:
        """Take a system: nothing is solved yet."""
        self._system, self._control = system, control
        self._methods: list[Method] = []  # the best first
        self._mean: float | None = None
        self._visits: Expected | None = None
        self._ticker = Ticker(control, "passage")
        self._left: list[Callable[[Absorbing, Pulse], Method]]
        self._left = (
            [_direct, Sweeps, _SparseLU] if _thin(system) or system.size <= FEW else [Sweeps, _direct, _SparseLU]
        )

    def _pulse(self) -> None:
        self._ticker.tick(lambda: (f"{self._system.size:,} states before the end", None))

    def like(self, system: Absorbing) -> Solver:
        """Return a solver for another system under the same control."""
        return Solver(system, self._control)

    def backward(self, right: Vector, weight: Vector | None = None) -> Expected:
        """Return what is earned before leaving where `right` > 0 is earned per time.

        With `weight` h > 0 (for the chain conditioned on an end): A (h x) = h right is solved for x.
        """
        scale = np.ones(self._system.size) if weight is None else weight
        best: Expected | None = None
        for method in self._every():
            found = method.backward(scale * right) / scale
            error = self._error(found, right, scale)
            if error > ACCEPTED and right is not self._system.exits:
                error = min(error, self._error_by_visits(found, right, scale))
            if isinstance(method, Elimination):
                error = min(error, 2.0 * self._system.size**3 * UNIT)
            if best is None or error < best.error:
                best = Expected(found, error, method.name)
                self._methods.sort(key=lambda other: other is not method)
            if best.error <= (ACCEPTED if self._system.size <= SMALL else PROVED):
                break
        if best is None or best.error > PROVED:
            raise Unproved
        return best

    def visits(self) -> Expected:
        """Return how many moves are made before leaving, from each state."""
        if self._visits is None:
            self._visits = self.backward(self._system.exits)
        return self._visits

    def mean(self) -> float:
        """Return the time before leaving from the start, in all that starts."""
        if self._mean is None:
            self._mean = float(self._system.start @ self.backward(np.ones(self._system.size)).values)
        return self._mean

    def forward(self, start: Vector) -> Vector:
        """Return the expected time in each state before leaving, by the first method that takes the chain."""
        return next(self._every()).forward(start)

    def reaching(self, rates: Vector) -> Vector:
        """Return from each state the probability of leaving by some rates (n,), not proved."""
        return np.minimum(next(self._every()).backward(rates), 1.0)

    def earned(self, right: Vector) -> Earned:
        """Return what is earned before leaving where `right` >= 0 is earned per time, with an error for each state.

        |A x - b| <= c d, with d the rates out, means that x is wrong by at most c times the visits of states to come.
        """
        visits = self.visits()
        best: Earned | None = None
        for method in self._every():
            found = np.maximum(method.backward(right), 0.0)
            most = float((self._missing(found, right) / self._system.exits).max())
            error = most * visits.values * (1 + visits.error)
            if isinstance(method, Elimination):
                error = np.minimum(error, 2.0 * self._system.size**3 * UNIT * found)
            if best is None or error.max() < best.error.max():
                best = Earned(found, error)
            if best.error.max() <= PROVED * max(float(found.max(initial=0.0)), 1e-300):
                return best
        raise Unproved

    def _every(self) -> Iterator[Method]:
        """Yield each method once, the best first; what is solved meanwhile may have made some of them already."""
        tried: list[Method] = []
        while (method := self._untried(tried)) is not None:
            tried.append(method)
            yield method

    def _untried(self, tried: list[Method]) -> Method | None:
        for method in self._methods:
            if method not in tried:
                return method
        while self._left:
            try:
                self._methods.append(self._left.pop(0)(self._system, self._pulse))
            except (Unsuitable, MemoryError, ArithmeticError):
                continue
            return self._methods[-1]
        return None

    def _error(self, found: Vector, right: Vector, scale: Vector) -> float:
        """Return a proved bound on the relative error of every entry, or infinity."""
        if not np.isfinite(found).all() or found.min() < 0:
            return np.inf
        share = float((self._missing(found * scale, right * scale) / (scale * right)).max())
        return share / (1 - share) if share < 1 else np.inf

    def _error_by_visits(self, found: Vector, right: Vector, scale: Vector) -> float:
        """Return one by the moves to come, which rounding spoils less where little is earned in some states."""
        if not np.isfinite(found).all() or found.min() <= 0:
            return np.inf
        try:
            visits = self.visits()
        except Unproved:
            return np.inf
        most = float((self._missing(found * scale, right * scale) / self._system.exits).max())
        share = most * float((visits.values / (found * scale)).max()) * (1 + visits.error)
        return share / (1 - share) if share < 1 else np.inf

    def _missing(self, values: Vector, right: Vector) -> Vector:
        """Return |A x - b| in every entry, and what rounding may hide of it."""
        rates, exits = self._system.rates, self._system.exits
        earned, lost = np.asarray(rates @ values), exits * values
        terms = np.diff(rates.indptr) + self._system.ends.shape[1] + 4
        return np.asarray(np.abs(right + earned - lost) + UNIT * terms * (earned + lost))


def _thin(system: Absorbing) -> bool:
    return system.rates.nnz <= THIN * system.size


def _direct(system: Absorbing, pulse: Pulse) -> Elimination:
    if system.size > SMALL and not _thin(system):
        raise Unsuitable("the system is neither small nor thin")
    return Elimination(system, pulse)


class _SparseLU:
    """Sparse LU without pivoting (Stewart 1994, chapter 2), refined once."""

    name = "sparse LU"

    def __init__(self, system: Absorbing, pulse: Pulse) -> None:
        from scipy.sparse import diags_array

        if system.size > SMALL:
            raise Unsuitable("the system is not small")

        self._matrix = (diags_array(system.exits) - system.rates).tocsc()
        self._factor = Factor(self._matrix, pulse, **SYMMETRIC)

    def backward(self, right: Vector) -> Vector:
        found = self._factor.solve(right)
        return np.asarray(found + self._factor.solve(right - self._matrix @ found))

    def forward(self, start: Vector) -> Vector:
        found = self._factor.solve(start, "T")
        return np.asarray(np.maximum(found + self._factor.solve(start - self._matrix.T @ found, "T"), 0.0))
