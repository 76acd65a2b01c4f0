"""Text that can be read in every theme: colours too near their background are moved away from it.

The least contrast is WCAG 2.1's 4.5:1 (criterion 1.4.3); lines, bars and borders stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import BLACK, WHITE, Color
from textual.filter import LineFilter

LEAST = 4.5
STEPS = 20  # from a colour to white or black


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.1)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=4096)
def legible(style: Style) -> Style:
    """Return a style whose text can be read on its background; one that the terminal colours is left alone."""
    if style.color is None or style.bgcolor is None or style.color.is_default or style.bgcolor.is_default:
        return style
    text, ground = (Color.from_rich_color(each) for each in (style.color, style.bgcolor))
    if style.reverse:
        text, ground = ground, text
    if contrast(text, ground) >= LEAST:
        return style
    end = max((WHITE, BLACK), key=lambda colour: contrast(colour, ground))
    shades = (text.blend(end, step / STEPS) for step in range(1, STEPS + 1))
    found = next((shade for shade in shades if contrast(shade, ground) >= LEAST), end)
    return style + (Style(bgcolor=found.rich_color) if style.reverse else Style(color=found.rich_color))


class Legible(LineFilter):
    """Makes what is read legible."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments, those with letters or digits in legible colours."""
        del background
        return [
            Segment(text, legible(style), control)
            if style is not None and any(character.isalnum() for character in text)
            else Segment(text, style, control)
            for text, style, control in segments
        ]


class LegibleApp(App[int]):
    """Mixed into the app: what it draws goes through the filter, unless the terminal's own colours are used."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of every line drawn."""
        usual = super().get_line_filters()
        return usual if self.ansi_color else [*usual, LEGIBLE]


LEGIBLE = Legible()
