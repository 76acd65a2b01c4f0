"""BiCGSTAB (van der Vorst 1992) for what a sweep leaves: x - sweep(x) = right, from x = 0, in scaled unknowns.

With the root of the solution as scale a rare state counts by what it misses of its own: the operator is nearer to a
symmetric one, which it is for a reversible chain, and rounding leaves less noise where states are rare.
The vectors take about as long as the sweeps if each operation goes over all of them. Here each is read and written
once between two sweeps, a block at a time, all operations on a block while it is in the cache. None is allocated on the
way: a large one is memory that the system has to find and clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pepa.markov.space.state_space import Vector
from pepa.markov.steady.method import Step

BLOCK = 1 << 13  # entries of a vector at a time: they fit the cache, and BLAS keeps to one thread (up to 10,000)
LOOK = 4  # iterations between two looks at the sum of what is missing
PATIENCE = 100  # iterations in which what is missing halves once at least: on its way it goes up and down


@dataclass(frozen=True, eq=False)
class Found:
    """The solution, and after how many iterations."""

    solution: Vector
    iterations: int


def bicgstab(sweep: Step, right: Vector, scale: Vector, accuracy: float, most: int, enough: float = 0.0) -> Found:
    """Return a solution with |right - x + sweep(x)| below `accuracy` times |right|, or what was reached before.

    Both are measured divided by the scale, entry by entry. It ends after `most` iterations, where it gets on no more,
    and where all that is missing, not divided, sums up to no more than `enough`. The sweep is linear, and works in
    place or not. Nothing is checked: where the method breaks down the solution is what it was, or not finite. Memory:
    seven vectors, of which `right` and `scale` are given; the first is used up.
    """
    right /= scale
    vectors = _Vectors(right, scale)
    along = first = least = float(vectors.right @ vectors.right)
    done = halved_at = 0
    while done < most and done - halved_at < PATIENCE:
        across = vectors.moved_by(sweep(vectors.moved))
        if across == 0:
            break
        step = along / across
        second = vectors.turned_by(sweep(vectors.step(step)))
        before = along
        along, left = vectors.stepped(step, second)
        done += 1
        if left < 0.25 * least:  # of its square
            least, halved_at = left, done
        if done % LOOK == 0 and enough and vectors.missed() <= enough:
            break
        if left <= accuracy * accuracy * first or second == 0 or not np.isfinite(left):
            break
        vectors.turn(along / before * step / second, second)
    vectors.found *= scale
    return Found(vectors.found, done)


class _Vectors:
    """The vectors of the method: the right side, what is found and missing, the direction, and what sweeps leave.

    Before a sweep, `moved` and `turned` hold what is to be swept: the direction, and what is missing, times the scale.
    """

    def __init__(self, right: Vector, scale: Vector) -> None:
        self.right, self.scale, self.missing, self.direction = right, scale, right.copy(), right.copy()
        self.found = np.zeros(len(right))
        self.moved, self.turned = right * scale, np.empty(len(right))
        self._spare = np.empty(min(BLOCK, len(right)))

    def _blocks(self, *vectors: Vector) -> Iterator[list[Vector]]:
        """Yield the blocks of some vectors, and last a place as large to spare."""
        for start in range(0, len(self.right), BLOCK):
            parts = [vector[start : start + BLOCK] for vector in vectors]
            yield [*parts, self._spare[: len(parts[0])]]

    def moved_by(self, swept: Vector) -> float:
        """Take what a sweep left of the direction; return the product of its defect with the right side."""
        across = 0.0
        for direction, moved, right, scale, _ in self._blocks(self.direction, swept, self.right, self.scale):
            moved /= scale
            np.subtract(direction, moved, out=moved)
            across += float(right @ moved)
        self.moved = swept
        return across

    def missed(self) -> float:
        """Return the sum of what is missing, not scaled."""
        return sum(float(np.abs(missing) @ scale) for missing, scale, _ in self._blocks(self.missing, self.scale))

    def step(self, step: float) -> Vector:
        """Go along the direction; return what is missed then, to be swept."""
        for missing, moved, turned, scale, spare in self._blocks(self.missing, self.moved, self.turned, self.scale):
            missing -= np.multiply(moved, step, out=spare)
            np.multiply(missing, scale, out=turned)
        return self.turned

    def turned_by(self, swept: Vector) -> float:
        """Take what a sweep left of what is missing; return the step that leaves least of it."""
        shared = size = 0.0
        for missing, turned, scale, _ in self._blocks(self.missing, swept, self.scale):
            turned /= scale
            np.subtract(missing, turned, out=turned)
            shared += float(turned @ missing)
            size += float(turned @ turned)
        self.turned = swept
        return shared / size if size > 0 else 0.0

    def stepped(self, step: float, second: float) -> tuple[float, float]:
        """Add both steps; return the product of what is missing with the right side, and with itself."""
        along = left = 0.0
        vectors = self._blocks(self.found, self.direction, self.missing, self.turned, self.right)
        for found, direction, missing, turned, right, spare in vectors:
            found += np.multiply(direction, step, out=spare)
            found += np.multiply(missing, second, out=spare)
            missing -= np.multiply(turned, second, out=spare)
            along += float(right @ missing)
            left += float(missing @ missing)
        return along, left

    def turn(self, again: float, second: float) -> None:
        """Turn the direction, to be swept."""
        vectors = self._blocks(self.direction, self.moved, self.missing, self.scale)
        for direction, moved, missing, scale, _ in vectors:
            direction -= np.multiply(moved, second, out=moved)
            direction *= again
            direction += missing
            np.multiply(direction, scale, out=moved)
