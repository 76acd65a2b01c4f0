"""The rows of the what-if pane: a parameter each, with what it is, what it was, and what it does to the figure."""

from __future__ import annotations

from textual.binding import Binding

from workbench.widgets.row_table import RowTable

BAR = 16  # cells of the largest elasticity


class ParameterTable(RowTable, inherit_bindings=False):
    """Rows of parameters; the arrows to the sides are left to the pane."""

    BINDINGS = [
        *RowTable.MOVES,
        Binding("enter", "choose", "Type", id="whatif.type", tooltip="Type a value, or an expression as 2 * r5"),
    ]


def row(name: str, base: float | str, value: float | str, elasticity: float | None, largest: float, wrong: str) -> str:
    """Return the row of a parameter; a passive one has its text as value. `wrong` says what was refused."""
    shown, was = (one if isinstance(one, str) else f"{one:.6g}" for one in (value, base))
    rising = not isinstance(value, str) and not isinstance(base, str) and value > base
    sign = " " if value == base else "▲" if rising else "▼"
    if wrong:
        return f" {name:<12.12} {shown:>11} {sign} ✗ {wrong}"
    begun = f" {name:<12.12} {shown:>11} {sign} {was:>11} "
    if elasticity is None:
        return begun
    cells = round(BAR * abs(elasticity) / largest) if largest else 0
    return f"{begun} {elasticity:>+8.4f} {'█' * cells if elasticity > 0 else '░' * cells}"
