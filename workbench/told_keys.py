"""Keys as people type them: those that are set, in hints and at the foot, in the menu and in the help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import format_key

MODIFIERS = {"alt": "Alt", "ctrl": "Ctrl", "hyper": "Hyper", "meta": "Meta", "shift": "Shift", "super": "Super"}
NAMES = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn", "space": "Space",
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "backspace": "Backspace", "delete": "Delete",
    "home": "Home", "end": "End", "insert": "Insert",
}  # fmt: skip
IN_FEW = {"Enter": "⏎", "Backspace": "⌫", "Delete": "Del"}
IN_ASCII = str.maketrans({"↑": "Up", "↓": "Down", "←": "Left", "→": "Right", "⏎": "Enter", "⌫": "Backspace"})
FUNCTION = re.compile(r"f\d+")


class TellsKeys(App[int]):
    """An app whose keys can be set, and which tells those that are."""

    ascii_only = False  # whether only ASCII is shown
    usual_keys: Mapping[str, str] = {}  # of each binding whose key can be set, by its id

    def keys_set(self, name: str) -> str:
        """Return the keys of a binding by its id, several separated by commas.

        Raises KeyError where there is no binding whose key can be set by that id.
        """
        return self._keymap.get(name) or self.usual_keys[name]

    def keys_of(self, binding: Binding) -> list[str]:
        """Return all keys of a binding as they are set and told."""
        keys = self.keys_set(binding.id) if binding.id and binding.id in self.usual_keys else binding.key
        return [in_words(self, told(key)) for key in keys.split(",")]

    def get_key_display(self, binding: Binding) -> str:
        """Return the key of a binding as the foot of the screen has it."""
        return in_words(self, short(told(binding.key)))


def in_words(app: App[Any], keys: str) -> str:
    """Return keys in words where only ASCII is shown: what stands there for an arrow or Enter is another key."""
    return keys.translate(IN_ASCII) if isinstance(app, TellsKeys) and app.ascii_only else keys


def key_of(node: DOMNode, name: str) -> str:
    """Return the first key of a binding by its id, as it is set and told: `F5`, `Ctrl+R`, `!`.

    Raises KeyError where there is no binding whose key can be set by that id.
    """
    app = node.app
    assert isinstance(app, TellsKeys)
    return in_words(app, told(app.keys_set(name)))


def set_keys(app: App[Any]) -> frozenset[str]:
    """Return the keys that are set in place of the usual ones."""
    return frozenset(key.strip() for keys in app._keymap.values() for key in keys.split(","))


def told(keys: str) -> str:
    """Return the first of some keys as people type it."""
    first = keys.split(",")[0].strip()
    *held, last = first.split("+") if first != "+" else ("+",)
    return "+".join((*(MODIFIERS[one] for one in held), _named(last, held)))


def _named(key: str, held: list[str]) -> str:
    """Return what stands on a key; terminals tell no letter from its capital with control, and no blank from `@`."""
    if FUNCTION.fullmatch(key):
        return key.upper()
    sign = NAMES.get(key) or format_key(key)
    if "ctrl" in held and sign == "@":
        return "Space"
    return sign.upper() if len(sign) == 1 and {"ctrl", "shift"} & {*held} else sign


def short(key: str) -> str:
    """Return a key as it is told in few columns."""
    *held, last = key.split("+") if not key.endswith("+") else (*key[:-2].split("+"), "+")
    last = IN_FEW.get(last, last)
    if held[:1] == ["Ctrl"]:
        return f"^{'+'.join((*held[1:], last))}"
    return "+".join((*(one for one in held if one), last))
