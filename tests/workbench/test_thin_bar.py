"""Where a scroll bar can be taken hold of."""

import pytest

from workbench.widgets.thin_bar import LYING, UPRIGHT, ThinBar, held


@pytest.mark.parametrize(
    ("size", "of", "seen", "position", "cells"),
    [
        (10, 100, 10, 0, (0, 1)),
        (10, 100, 10, 90, (9, 10)),
        (10, 100, 50, 25, (2, 7)),
        (10, 10**6, 10, 5, (0, 1)),  # never less than a cell
        (10, 10, 10, 0, (0, 0)),  # all is seen
        (10, 20, 10, 99, (5, 10)),  # beyond the end for a moment
        (0, 20, 10, 0, (0, 0)),
    ],
)
def test_the_part_that_can_be_taken_hold_of(size, of, seen, position, cells):
    assert held(size, of, seen, position) == cells
    for upright, sign in ((True, UPRIGHT), (False, LYING)):
        drawn = list(ThinBar.render_bar(size, of, seen, position, vertical=upright).segments)
        assert "".join(part.text for part in drawn) == " " * cells[0] + sign * (cells[1] - cells[0]) + " " * (
            size - cells[1]
        )
        asked = {part.style.meta["@mouse.down"] for part in drawn if part.text == " "}
        assert asked <= {"scroll_up", "scroll_down"}
