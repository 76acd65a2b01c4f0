"""Keys as hints tell them: those that are set."""

from __future__ import annotations

import re
from typing import Any

from textual.app import App
from textual.binding import BindingsMap
from textual.dom import DOMNode

FUNCTION = re.compile(r"f\d+")


def key_of(node: DOMNode, name: str) -> str:
    """Return the key of a binding of a node, or of what it is in, by its id: as it is set, as in `F5` or `ctrl+r`.

    Raises KeyError where there is no such binding.
    """
    for owner in (*node.ancestors_with_self, node.app):
        bindings: BindingsMap = owner._bindings
        for binding in (one for of_key in bindings.key_to_bindings.values() for one in of_key):
            if binding.id == name:
                return told(node.app._keymap.get(name, binding.key))
    raise KeyError(name)


def set_keys(app: App[Any]) -> frozenset[str]:
    """Return the keys that are set in place of the usual ones."""
    return frozenset(key.strip() for keys in app._keymap.values() for key in keys.split(","))


def told(keys: str) -> str:
    """Return the first of some keys as people know it."""
    parts = keys.split(",")[0].strip().split("+")
    return "+".join(part.upper() if FUNCTION.fullmatch(part) else part for part in parts)


def short(key: str) -> str:
    """Return a key in few columns."""
    return f"^{key[5:].upper()}" if re.fullmatch(r"ctrl\+[a-z]", key) else key
