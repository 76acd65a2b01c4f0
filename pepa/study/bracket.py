"""Points between which a function of one number crosses a value: where it comes nearest, then in the widest gaps."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

NEARER = 8  # times the gaps beside the nearest point are halved: two equal crossings may be between them
WIDEST = 32  # gaps, the widest at a time, that are halved then


@dataclass
class Looked:
    """The values of a function at the points looked at, nan where there is none."""

    value: Callable[[float], float]
    known: dict[float, float] = field(default_factory=dict)

    def at(self, point: float) -> float:
        """Return the value at a point; each is worked out once."""
        if point not in self.known:
            found = self.value(point)
            self.known[point] = found if math.isfinite(found) else math.nan
        return self.known[point]

    def bracket(self, wanted: float, near: float) -> tuple[float, float] | None:
        """Return neighbours between which a value is crossed, those nearest to a point; None where there are none."""
        found = [
            (low, high)
            for low, high in pairwise(sorted(self.known))
            if (self.known[low] - wanted) * (self.known[high] - wanted) <= 0
        ]
        return min(found, key=lambda one: abs(one[0] - near) + abs(one[1] - near), default=None)

    def closer(self, wanted: float, near: float, left: Callable[[], int]) -> tuple[float, float] | None:
        """Look at more points, for as long as any are `left`, until a value is crossed; None where it is not."""
        for _ in range(NEARER):
            for low, high in self._beside(wanted):
                if left() < 1:
                    return None
                self.at((low + high) / 2)
            if (found := self.bracket(wanted, near)) is not None:
                return found
        for _ in range(WIDEST):
            if left() < 1:
                return None
            low, high = max(pairwise(sorted(self.known)), key=lambda gap: gap[1] - gap[0])
            self.at((low + high) / 2)
            if (found := self.bracket(wanted, near)) is not None:
                return found
        return None

    def _beside(self, wanted: float) -> list[tuple[float, float]]:
        """Return the gaps beside the point whose value is nearest to one."""
        valued = [point for point, value in self.known.items() if not math.isnan(value)]
        nearest = min(valued, key=lambda point: abs(self.known[point] - wanted))
        return [gap for gap in pairwise(sorted(self.known)) if nearest in gap]
