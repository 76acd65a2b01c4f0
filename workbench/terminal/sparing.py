"""Draws what changed and no more: Textual draws every widget between the highest and the lowest change anew.

Uses the compositor's private parts, so Textual is pinned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual._compositor import ChopsUpdate, Compositor
from textual.app import App
from textual.events import ScreenResume
from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


class SparingCompositor(Compositor):
    """A compositor that asks a widget only for the rows of it that are to be painted."""

    _wanted: frozenset[Region] = frozenset()

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what paints the regions that changed."""
        self._wanted = frozenset(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._wanted = frozenset()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if not self._wanted:
            yield from super()._get_renders(crop)
            return
        drawn: list[Region] = []
        for widget, (region, clip) in self.visible_widgets.items():  # what is in front comes first
            shown = region.intersection(clip)
            parts = (part for one in self._wanted if (part := one.intersection(shown)))
            for first, last in _bands(part for part in parts if not any(one.contains_region(part) for one in drawn)):
                band = Region(shown.x, first, shown.width, last - first)
                drawn.append(band)
                yield region, band, widget.render_lines(band.translate((-region.x, -region.y)))


def _bands(parts: Iterable[Region]) -> list[tuple[int, int]]:
    """Return the rows that some regions lie in, as stretches that do not meet: the first row, and the one behind."""
    bands: list[tuple[int, int]] = []
    for first, last in sorted((part.y, part.bottom) for part in parts):
        if bands and first <= bands[-1][1]:
            bands[-1] = (bands[-1][0], max(last, bands[-1][1]))
        else:
            bands.append((first, last))
    return bands


class SparingScreen(Screen[None]):
    """A screen that is not painted anew as a whole where another widget has the keys: both of them paint that."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Style what the screen holds when it comes back, not as it comes first: all has just been styled then."""
        event.refresh_styles = event.refresh_styles and self.stack_updates > 0


class Sparing(App[int]):
    """Mixed into the app: its own screen is composed sparingly."""

    def get_default_screen(self) -> Screen[Any]:
        """Return the screen that all the panes are on."""
        screen = SparingScreen(id=super().get_default_screen().id)
        screen._compositor = SparingCompositor()
        return screen
