"""The points of a study: every combination of values, values side by side, or samples that fill the space."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from pepa.control.error import PepaError
from pepa.language.numbers import told_number
from pepa.study.ranges import MOST_POINTS, counted_points, placed

DESIGNS = ("grid", "zip", "latin hypercube", "sobol")
Point = Mapping[str, float]


def grid(ranges: Mapping[str, Sequence[float]]) -> list[Point]:
    """Return every combination, the first parameter changing slowest; raises PepaError where there are too many."""
    counted_points(math.prod(len(values) for values in ranges.values()), "every combination has")
    return [dict(zip(ranges, combination, strict=True)) for combination in itertools.product(*ranges.values())]


def side_by_side(ranges: Mapping[str, Sequence[float]]) -> list[Point]:
    """Return the first values of all ranges, then the second ones, ...; raises PepaError where lengths differ."""
    lengths = {name: len(values) for name, values in ranges.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise PepaError(f"ranges side by side have equal lengths, but {told}", 'or take every combination: "grid"')
    return [dict(zip(ranges, row, strict=True)) for row in zip(*ranges.values(), strict=True)]


def sampled(
    bounds: Mapping[str, tuple[float, float, str]], number: int, seed: int, design: str = "latin hypercube"
) -> list[Point]:
    """Return a Latin hypercube (McKay, Beckman and Conover 1979) or a scrambled Sobol sample of so many points.

    `bounds` are first, last and scale of each parameter; of whole numbers each within them comes as often as the
    others. Raises PepaError for too many or no points, and for bounds without a whole number between them.
    """
    from scipy.stats import qmc

    if not 1 <= number <= MOST_POINTS:
        raise PepaError(f"a sample has 1 to {MOST_POINTS:,} points, not {told_number(number)}", "as in points = 100")
    counted_points(number * len(bounds), "the sample has")
    if design == "sobol":
        if len(bounds) > qmc.Sobol.MAXDIM:
            raise PepaError(f"a Sobol sample is of {qmc.Sobol.MAXDIM:,} parameters at most", "take a latin hypercube")
        # whole powers of two keep the balance of the sequence: the rest of the last one is left out
        engine = qmc.Sobol(len(bounds), rng=seed)
        shares = engine.random_base2(math.ceil(math.log2(number)))[:number]
    else:
        shares = qmc.LatinHypercube(len(bounds), rng=seed).random(number)
    columns = []
    for (first, last, scale), share in zip(bounds.values(), shares.T.tolist(), strict=True):
        columns.append(_whole(share, first, last) if scale == "whole" else placed(share, first, last, scale))
    return [dict(zip(bounds, row, strict=True)) for row in zip(*columns, strict=True)]


def _whole(shares: Sequence[float], first: float, last: float) -> list[float]:
    """Return whole numbers between two bounds, each of an equal part of the shares (0 to 1, without 1)."""
    low, high = math.ceil(min(first, last)), math.floor(max(first, last))
    if low > high:
        raise PepaError(f"no whole number is from {first:g} to {last:g}", "as in 1..10")
    return [float(low + math.floor(share * (high - low + 1))) for share in shares]
