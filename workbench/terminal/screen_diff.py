"""Writes only the screen cells that changed. Textual repaints whole widgets: 12 kB a typed character over SSH,
about 200 bytes with this layer.

Uses the compositor's private updates, so Textual is pinned; PEPA_FULL_REPAINT=1 switches the layer off.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.cells import split_graphemes
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from pepa.language.shown import HARMFUL
from workbench.terminal.plain import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.style import Style
    from textual.strip import Strip

Cell = tuple[str, Any]
Shadow = dict[int, dict[int, Cell | None]]
CONTROLS = re.compile(f"[\t\n{HARMFUL}]")
LONGEST_GAP = 4  # equal cells that are cheaper to write again than to jump over


class DiffUpdate(CompositorUpdate):
    """An update that writes the cells in which it differs from the shadow, and brings the shadow up to date."""

    def __init__(self, shadow: Shadow, inner: LayoutUpdate | ChopsUpdate, ascii_only: bool = False) -> None:
        self._shadow = shadow
        self._inner = inner
        self._ascii_only = ascii_only

    def _pieces(self) -> Iterator[tuple[int, int, Strip, int, int]]:
        """Yield y, x, a strip, and the first cell and the one after the last that count."""
        update = self._inner
        if isinstance(update, LayoutUpdate):
            for y, strips in enumerate(update.strips, update.region.y):
                x = update.region.x
                for strip in strips:
                    yield y, x, strip, x, x + strip.cell_length
                    x += strip.cell_length
            return
        for y, left, right in update.spans:
            for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if chop is not None and x < right and end > left:
                    yield y, x, chop, max(x, left), min(end, right)

    def render_segments(self, console: Console) -> str:
        """Return the control sequences and characters that bring the terminal up to date."""
        pen = _Pen(console)
        for y, x, strip, low, high in self._pieces():
            row = self._shadow.setdefault(y, {})
            run_end, gap = -99, list[Cell]()
            for character, width, style in _characters(strip):
                if self._ascii_only:
                    character = plain(character)
                if low <= x < high and width:
                    cell = (character, style)
                    if row.get(x) != cell:
                        row[x] = cell
                        for beside in range(x + 1, x + width):
                            row[beside] = None
                        joined = run_end + len(gap) == x and len(gap) <= LONGEST_GAP
                        pen.write([*gap, cell] if joined else [cell], None if joined else (y, x))
                        run_end, gap = x + width, []
                        if len(character) > 1 and not self._ascii_only:
                            run_end = -99  # terminals differ in how wide they draw it: the next cell is placed
                    else:
                        gap += [cell] * (1 if width == len(character) == 1 else LONGEST_GAP + 1)
                x += width
        return pen.finished()


def _characters(strip: Strip) -> Iterator[tuple[str, int, Any]]:
    """Yield what a strip draws, each with its width in cells and style: marks and joiners go with what they change."""
    held: tuple[str, int, Any] | None = None
    for text, style, control in strip:
        for character, width in () if control else _clusters(text):
            if width == 0 and held is not None:
                held = (held[0] + character, held[1], held[2])
            else:
                if held is not None:
                    yield held
                held = (character, width, style)
    if held is not None:
        yield held


@lru_cache(maxsize=4096)
def _clusters(text: str) -> list[tuple[str, int]]:
    """Cut a text into what is drawn in cells of its own, with the width of each; controls draw nothing."""
    text = CONTROLS.sub("", text)
    if text.isascii():
        return [(character, 1) for character in text]
    return [(text[start:end], width) for start, end, width in split_graphemes(text)[0]]


class _Pen:
    """Collects output; changes the style only when it changes."""

    def __init__(self, console: Console) -> None:
        self._system = console._color_system
        self._out: list[str] = []
        self._style: Style | None = None

    def write(self, cells: list[Cell], at: tuple[int, int] | None) -> None:
        if at is not None:
            self._out.append(f"\x1b[{at[0] + 1};{at[1] + 1}H")
        for character, style in cells:
            if style is not self._style and style != self._style:
                codes = style._make_ansi_codes(self._system) if style and self._system is not None else ""
                self._out.append(f"\x1b[0;{codes}m" if codes else "\x1b[0m")
                self._style = style
            self._out.append(character)

    def finished(self) -> str:
        return "".join(self._out) + ("" if self._style is None else "\x1b[0m")


class ScreenDiff:
    """Mixed into the app before `App`: passes screen updates through a shadow of what the terminal shows."""

    ascii_only = False
    _shadow: Shadow
    _shadow_size: Any = None

    def forget_screen(self) -> None:
        """Take the terminal's content as unknown: after a suspend, a resize, or on request."""
        self._shadow_size = None

    def _display(self, screen: Any, renderable: Any) -> None:
        driver = getattr(self, "_driver", None)
        whole = os.environ.get("PEPA_FULL_REPAINT") or driver is None or driver.is_inline
        if isinstance(renderable, ChopsUpdate | LayoutUpdate) and not whole:
            size = getattr(self, "size", None)
            if self._shadow_size != size:
                self._shadow_size, self._shadow = size, {}
            renderable = DiffUpdate(self._shadow, renderable, self.ascii_only)
        super()._display(screen, renderable)  # type: ignore[misc]
