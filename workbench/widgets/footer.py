"""The keys at the bottom: those that fit the width, whole, what stops a run first, the palette's at the end always.

One widget of one line: Textual's own footer has a widget a key, and lays out the screen whenever other keys are due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import ActiveBinding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

PALETTE = "command_palette"
CANCEL = "cancel"  # of the app: while something can be stopped, its key is the first
BLANK = " "


@dataclass(frozen=True)
class Key:
    """One key that can be pressed now, or clicked."""

    key: str
    display: str
    word: str
    tooltip: str
    enabled: bool
    last: bool  # the palette's

    @property
    def width(self) -> int:
        """Columns it takes."""
        return len(self.display) + len(BLANK) + len(self.word)


def gap(keys: list[Key], width: int) -> int:
    """Return the blanks between two keys: two where all fit a width so."""
    return 2 if sum(key.width + 2 for key in keys) - 2 <= width else len(BLANK)


def fitting(keys: list[Key], width: int) -> list[Key]:
    """Return the first of the keys that fit a width, and those that come last behind them."""
    last = [key for key in keys if key.last]
    room = width - sum(key.width + len(BLANK) for key in last) + len(BLANK)
    shown = []
    for key in (key for key in keys if not key.last):
        room -= key.width + len(BLANK)
        if room < 0:
            break
        shown.append(key)
    return [*shown, *last]


def _as_declared(active: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """Return bindings, of each node in the order it declares them: one whose key is set stays where it was."""
    of_node: dict[DOMNode, list[ActiveBinding]] = {}
    for one in active:
        of_node.setdefault(one.node, []).append(one)
    return [one for node, own in of_node.items() for one in sorted(own, key=_place(node))]


def _place(node: DOMNode) -> Callable[[ActiveBinding], int]:
    declared = node._merged_bindings
    actions = [one.action for of_key in (declared.key_to_bindings if declared else {}).values() for one in of_key]
    places = {action: place for place, action in reversed([*enumerate(actions)])}
    return lambda one: places.get(one.binding.action, len(places))


class FittingFooter(Widget):
    """Leaves out the last keys before the palette's where there is no room; the palette lists them all."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--word", "footer--disabled"}
    DEFAULT_CSS = """
    FittingFooter {
        dock: bottom;
        height: 1;
        color: $footer-foreground;
        background: $footer-background;
        .footer--key { color: $footer-key-foreground; background: $footer-key-background; text-style: bold; }
        .footer--word { color: $footer-description-foreground; background: $footer-description-background; }
        .footer--disabled { text-style: dim; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[Key] = []

    def on_mount(self) -> None:
        """Follow what can be pressed."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)

    def _bindings_updated(self, screen: Screen[object]) -> None:
        if screen.app.app_focus and screen is self.screen:
            self.call_after_refresh(self._look)

    def _look(self) -> None:
        """Draw anew where other keys are to be seen, as most changes of the focus bring none."""
        first: dict[str, Key] = {}
        for _, binding, enabled, tooltip in _as_declared(self.screen.active_bindings.values()):
            if binding.show:
                display, said = self.app.get_key_display(binding), tooltip or binding.description
                last = binding.action.endswith(PALETTE)
                key = Key(binding.key, display, binding.description, said, enabled, last)
                first.setdefault(binding.action, key)
        keys = [key for action, key in sorted(first.items(), key=lambda item: item[0] != CANCEL)]
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def render(self) -> Text:
        """Return the line."""
        of_key, of_word = self.get_component_rich_style("footer--key"), self.get_component_rich_style("footer--word")
        dim = self.get_component_rich_style("footer--disabled")
        line = Text(no_wrap=True, end="")
        between = " " * gap(self._keys, self.size.width)
        for key in fitting(self._keys, self.size.width):
            start = len(line)
            line.append(key.display, of_key).append(BLANK + key.word, of_word)
            if not key.enabled:
                line.stylize(dim, start)
            line.append(between)
        return line

    def _at(self, column: int) -> Key | None:
        end, between = 0, gap(self._keys, self.size.width)
        for key in fitting(self._keys, self.size.width):
            start, end = end, end + key.width + between
            if start <= column < end - between:
                return key
        return None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Have the key under the mouse explained."""
        key = self._at(event.x)
        self.tooltip = key.tooltip if key else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press the key under the mouse."""
        key = self._at(event.x)
        if key is not None and key.enabled:
            self.app.simulate_key(key.key)
        elif key is not None:
            self.app.bell()
