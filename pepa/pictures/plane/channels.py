"""Ways of edges between two layers: down, sideways on a track of their own, down again.

Tracks are taken as in channel routing: intervals left edge first (Hashimoto and Stevens 1971), an edge that comes
from above a column above one that ends in it; where these go round, one of them changes columns on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[int, int]  # row and column


@dataclass(frozen=True)
class _Piece:
    """A part of an edge on one track: comes down at a column, goes down at another."""

    edge: int
    above: int
    below: int
    after: _Piece | None = None  # the part before it

    @property
    def first(self) -> int:
        return min(self.above, self.below)

    @property
    def last(self) -> int:
        return max(self.above, self.below)


@dataclass(frozen=True)
class Channel:
    """How many rows are between two layers, and the corners of each edge's way through them."""

    rows: int
    corners: tuple[tuple[Point, ...], ...]


def channel(ends: Sequence[tuple[int, int]]) -> Channel:
    """Return ways for edges by the columns where they begin above and end below; no two begin or end at one."""
    waiting = [_Piece(edge, above, below) for edge, (above, below) in enumerate(ends) if above != below]
    free = max([0, *(max(pair) for pair in ends)]) + 2
    corners: list[list[Point]] = [[] for _ in ends]
    row, done = 0, set[_Piece]()
    while waiting:
        ready = [
            piece
            for piece in waiting
            if (piece.after is None or piece.after in done)
            and not any(other.above == piece.below for other in waiting if other.edge != piece.edge)
        ]
        if not ready:  # they go round: the first goes by a column that is free
            piece = waiting.pop(0)
            turning = _Piece(piece.edge, piece.above, free, piece.after)
            waiting += [turning, _Piece(piece.edge, free, piece.below, turning)]
            free += 2
            continue
        taken = -2
        for piece in sorted(ready, key=lambda one: (one.first, one.last)):
            if piece.first > taken + 1:
                taken = piece.last
                corners[piece.edge] += [(row, piece.above), (row, piece.below)]
                waiting.remove(piece)
                done.add(piece)
        row += 1
    return Channel(row, tuple(map(tuple, corners)))
