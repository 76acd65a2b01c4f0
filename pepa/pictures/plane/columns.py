"""Columns of what stands in layers: as straight as the order and the widths allow.

Sweeps by layers, down and up in turn; each places a layer as near to its neighbours as its order allows, which is
isotonic regression: pool adjacent violators (Ayer et al. 1955).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pepa.pictures.plane.layers import Link

SWEEPS = 24


@dataclass(frozen=True)
class Extent:
    """Columns that an item takes to the left and to the right of its middle, and that stay free beyond."""

    left: int
    right: int
    free: int = 1


@dataclass(frozen=True)
class Columns:
    """The middle of each item, and where each link leaves its upper item and enters its lower one."""

    middle: Mapping[int, int]
    ends: Mapping[Link, tuple[int, int]]

    @property
    def bends(self) -> int:
        """How many links are not straight."""
        return sum(above != below for above, below in self.ends.values())

    @property
    def length(self) -> int:
        """How many columns links go sideways in all."""
        return sum(abs(above - below) for above, below in self.ends.values())


def columns(rows: Sequence[Sequence[int]], links: Sequence[Link], extents: Mapping[int, Extent]) -> Columns:
    """Return columns from 0 on; an item's links leave it two columns apart, in the order of where they go."""
    place = {item: at for row in rows for at, item in enumerate(row)}
    down: dict[int, list[Link]] = {}
    up: dict[int, list[Link]] = {}
    for link in links:
        down.setdefault(link[0], []).append(link)
        up.setdefault(link[1], []).append(link)
    leaving, entering = dict[Link, int](), dict[Link, int]()
    for ends, side, offsets in ((down, 1, leaving), (up, 0, entering)):
        for one in ends.values():
            one.sort(key=lambda link: place[link[side]])
            offsets.update({link: 2 * at - len(one) + 1 for at, link in enumerate(one)})
    middle = {item: at for row in rows for item, at in zip(row, _packed(row, extents), strict=True)}

    def placed() -> Columns:
        first = min(middle[item] - extents[item].left for item in middle)
        moved = {item: at - first for item, at in middle.items()}
        ends = {(a, b): (moved[a] + leaving[a, b], moved[b] + entering[a, b]) for a, b in links}
        return Columns(moved, ends)

    best = placed()
    for sweep in range(SWEEPS):
        falls, right = sweep % 2 == 0, int(sweep < SWEEPS // 2)
        for at in range(len(rows)) if falls else reversed(range(len(rows))):
            row = rows[at]
            wished = [
                [middle[a] + leaving[a, b] - entering[a, b] for a, b in up.get(item, ())]
                if falls
                else [middle[b] + entering[a, b] - leaving[a, b] for a, b in down.get(item, ())]
                for item in row
            ]
            middle |= dict(zip(row, _fitted(row, wished, extents, middle, right * (at // 2 % 2)), strict=True))
        found = placed()
        if (found.bends, found.length) < (best.bends, best.length):
            best = found
    return best


def _packed(row: Sequence[int], extents: Mapping[int, Extent]) -> list[int]:
    at, found = 0, []
    for before, item in zip((None, *row), row, strict=False):
        at += 0 if before is None else _apart(extents[before], extents[item])
        found.append(at)
    return found


def _apart(left: Extent, right: Extent) -> int:
    return left.right + max(left.free, right.free) + right.left + 1


def _fitted(
    row: Sequence[int],
    wished: Sequence[list[int]],
    extents: Mapping[int, Extent],
    middle: Mapping[int, int],
    right: int,
) -> list[int]:
    """Return the columns of a row nearest to what is wished, in its order; of two as near the right one for 1."""
    offsets = _packed(row, extents)
    pools: list[tuple[list[int], int]] = []  # wishes, less what the order takes, and how many items share them
    for item, offset, wishes in zip(row, offsets, wished, strict=True):
        pool, size = [wish - offset for wish in wishes or [middle[item]]], 1
        while pools and _median(pools[-1][0], right) >= _median(pool, right):
            before, more = pools.pop()
            pool, size = before + pool, size + more
        pools.append((pool, size))
    starts = [_median(pool, right) for pool, size in pools for _ in range(size)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _median(values: Sequence[int], right: int) -> int:
    return sorted(values)[(len(values) - 1 + right) // 2]
