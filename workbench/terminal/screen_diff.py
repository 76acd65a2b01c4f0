"""Writes only the screen cells that changed. Textual repaints whole widgets: 12 kB a typed character over SSH,
about 200 bytes with this layer.

Uses the compositor's private updates, so Textual is pinned; PEPA_FULL_REPAINT=1 switches the layer off.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from rich.cells import split_graphemes
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from pepa.language.shown import HARMFUL
from workbench.terminal.plain import plain

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from rich.console import Console
    from textual.events import Resize
    from textual.geometry import Size
    from textual.strip import Strip

Cell = tuple[str, Any]
Shadow = dict[int, dict[int, Cell | None]]
CONTROLS = re.compile(f"[\t\n{HARMFUL}]")
ATTRIBUTES = (
    "bold", "dim", "italic", "underline", "blink", "blink2", "reverse", "conceal", "strike", "underline2", "frame",
    "encircle", "overline",
)  # fmt: skip
LINES = ("reverse", "underline", "underline2", "overline", "strike", "frame", "encircle", "blink", "blink2")
FEW = 8  # blanks that are no longer than their number twice, to blank them and to go behind them
UNKNOWN = object()  # a style that is like none
LONGEST_GAP = 4  # cells that are as they should be, and no longer to write again than to jump over
OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}  # what ends an attribute, on every terminal


class DiffUpdate(CompositorUpdate):
    """An update that writes the cells in which it differs from the shadow, and brings the shadow up to date.

    What is outside of a terminal of this `size` is left out: that would draw it into the last column or line. Until a
    screen is laid out for another size, its updates are of the size before.
    """

    def __init__(
        self, shadow: Shadow, inner: LayoutUpdate | ChopsUpdate, ascii_only: bool = False, size: Size | None = None
    ) -> None:
        self._shadow = shadow
        self._inner = inner
        self._ascii_only = ascii_only
        self._size = size

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
        pen = _Pen(console, self._shadow, sure=self._ascii_only)
        columns, lines = self._size or (sys.maxsize, sys.maxsize)
        for y, x, strip, low, high in self._pieces():
            if y >= lines:
                continue
            row = self._shadow.setdefault(y, {})
            for character, width, style in _characters(strip):
                if self._ascii_only:
                    character = plain(character, width)
                if low <= x < high and 0 < width <= columns - x:
                    cell = (character, style)
                    if row.get(x) != cell:
                        row[x] = cell
                        for beside in range(x + 1, x + width):
                            row[beside] = None
                        pen.draw(cell, y, x, width)
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
                held = (character, width, _ground(style) if character == " " else style)
    if held is not None:
        yield held


@lru_cache(maxsize=4096)
def _clusters(text: str) -> list[tuple[str, int]]:
    """Cut a text into what is drawn in cells of its own, with the width of each; controls draw nothing."""
    text = CONTROLS.sub("", text)
    if text.isascii():
        return [(character, 1) for character in text]
    return [(text[start:end], width) for start, end, width in split_graphemes(text)[0]]


@lru_cache(maxsize=4096)
def _ground(style: Style | None) -> Style | None:
    """Return what shows of a style where nothing is written: its background, unless it draws lines or is reversed."""
    return style if style is None or _drawn_on(style) else Style(bgcolor=style.bgcolor)


def _drawn_on(style: Style | None) -> bool:
    """Whether a style shows where nothing is written: it draws lines or is reversed."""
    return style is not None and any(getattr(style, name) for name in LINES)


@lru_cache(maxsize=4096)
def _codes(style: Style | None, system: ColorSystem | None) -> tuple[str, str, str]:
    """Return the codes of a style's attributes, of its colour and of its background."""
    if style is None or system is None:
        return ("", "", "")
    colour, ground = (
        ";".join(part.downgrade(system).get_ansi_codes(foreground)) if part is not None else ""
        for part, foreground in ((style.color, True), (style.bgcolor, False))
    )
    plain_style = Style(**{name: getattr(style, name) for name in ATTRIBUTES})
    return (plain_style._make_ansi_codes(system), colour, ground)


class _Pen:
    """Collects output: of the place and the style it writes what changes, of many blanks how many they are."""

    def __init__(self, console: Console, shadow: Shadow, *, sure: bool) -> None:
        """`shadow` is what the terminal shows; where not all is `sure`, it may draw a cluster in any width."""
        self._system = console._color_system
        self._shadow, self._sure = shadow, sure
        self._out: list[str] = []
        self._row, self._column = -1, -1  # where the cursor is; the blanks held back come there
        self._blanks = 0
        self._style: Style | object | None = None
        self._codes = ("", "", "")
        self._drawn_on = False

    def draw(self, cell: Cell, y: int, x: int, width: int) -> None:
        """Draw a cell at a row and column."""
        if y != self._row or x != self._column + self._blanks:
            self._go(y, x)
        self._put(cell, width)

    def _go(self, y: int, x: int) -> None:
        """Bring the cursor to a row and column; few cells on its way that are as they should be are drawn again."""
        end = self._column + self._blanks
        if y == self._row and 0 < x - end <= LONGEST_GAP:
            cells = [self._shadow[y].get(beside) for beside in range(end, x)]
            between = [cell for cell in cells if cell is not None and self._goes_along(cell)]
            if len(between) == x - end:
                for cell in between:
                    self._put(cell, 1)
                return
        self._blank(ahead=False)
        if y == self._row and x > self._column:
            self._out.append(f"\x1b[{x - self._column}C")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        self._row, self._column = y, x

    def _goes_along(self, cell: Cell) -> bool:
        """Whether a cell takes one byte, and no change of the style."""
        character, style = cell
        if character == " " and not self._drawn_on and not _drawn_on(style):
            return _codes(style, self._system)[2] == self._codes[2]
        return character.isascii() and len(character) == 1 and (style is self._style or style == self._style)

    def _put(self, cell: Cell, width: int) -> None:
        character, style = cell
        if style is not self._style and style != self._style:
            self._change(character, style)
        if character == " " and not self._drawn_on:
            self._blanks += 1
            return
        self._blank(ahead=True)
        self._out.append(character)
        self._column += width
        if len(character) > 1 and not self._sure:
            self._row = -1  # nobody knows where the cursor is now

    def _blank(self, *, ahead: bool) -> None:
        """Write the blanks held back, and bring the cursor behind them where it goes on `ahead`."""
        if self._blanks > (FEW if ahead else FEW // 2) and erases_in_colour():
            self._out.append(f"\x1b[{self._blanks}X")
            if not ahead:
                self._blanks = 0
                return
            self._out.append(f"\x1b[{self._blanks}C")
        else:
            self._out.append(" " * self._blanks)
        self._column += self._blanks
        self._blanks = 0

    def _change(self, character: str, style: Style | None) -> None:
        """Bring the terminal to a style, by what differs."""
        before, now = self._codes, _codes(style, self._system)
        if character == " " and not _drawn_on(style) and not self._drawn_on:
            now = (before[0], before[1], now[2])  # of these nothing shows
            self._style = UNKNOWN
        else:
            self._style = style
        if now != before:
            self._blank(ahead=True)
            self._drawn_on = _drawn_on(style)
            self._out.append(_sgr(before, now))
            self._codes = now

    def finished(self) -> str:
        """Return all of it; the style is as usual at the end."""
        self._blank(ahead=False)
        return "".join(self._out) + ("\x1b[0m" if any(self._codes) else "")


@lru_cache(maxsize=4096)
def _sgr(before: tuple[str, str, str], now: tuple[str, str, str]) -> str:
    """Return the shortest way from one style to another: by what differs, or from the start."""
    anew = f"\x1b[{';'.join(('0', *filter(None, now)))}m"
    had, has = (set(codes[0].split(";")) - {""} for codes in (before, now))
    if not had - has <= OFF.keys():
        return anew
    ended = {OFF[code] for code in had - has}
    begun = [code for code in sorted(has) if code not in had or OFF.get(code) in ended]
    colours = [part or usual for part, old, usual in zip(now[1:], before[1:], ("39", "49"), strict=True) if part != old]
    return min(f"\x1b[{';'.join([*sorted(ended), *begun, *colours])}m", anew, key=len)


@cache
def erases_in_colour() -> bool:
    """Whether the terminal can blank a number of cells, and gives them the background of the moment."""
    import curses

    try:
        curses.setupterm(fd=sys.__stdout__.fileno() if sys.__stdout__ else -1)
    except (curses.error, OSError):  # a terminal that nothing is known of
        return False
    return curses.tigetflag("bce") > 0 and bool(curses.tigetstr("ech"))


class ScreenDiff:
    """Mixed into the app before `App`: passes screen updates through a shadow of what the terminal shows."""

    ascii_only = False
    _shadow: Shadow
    _shadow_size: Any = None

    def forget_screen(self) -> None:
        """Take the terminal's content as unknown: after a suspend, a resize, or on request."""
        self._shadow_size = None

    async def _on_resize(self, event: Resize) -> None:
        """Paint all anew: a terminal that was smaller for a moment has lost what it cut off."""
        self.forget_screen()
        await super()._on_resize(event)  # type: ignore[misc]
        for screen in super().screen_stack[-1:]:  # type: ignore[misc]
            screen.refresh(layout=True)

    def _display(self, screen: Any, renderable: Any) -> None:
        driver = getattr(self, "_driver", None)
        whole = os.environ.get("PEPA_FULL_REPAINT") or driver is None or driver.is_inline
        if isinstance(renderable, ChopsUpdate | LayoutUpdate) and not whole:
            size = getattr(self, "size", None)
            if self._shadow_size != size:
                self._shadow_size, self._shadow = size, {}
            renderable = DiffUpdate(self._shadow, renderable, self.ascii_only, size)
        super()._display(screen, renderable)  # type: ignore[misc]
