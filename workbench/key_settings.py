"""Keys that are set: whether a terminal can send them, and whether each means one thing wherever it works."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from pepa.language.nearest import Nearest

MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")  # in this order where several are held
AS_IN = 'as in "ctrl+r" or "f5,ctrl+r"'
NAMED = {key.value for key in Keys if key.value.isidentifier()} | set(KEY_NAME_REPLACEMENTS.values())


def parts(keys: str) -> list[str]:
    """Return the keys that are set, each as a terminal's is called."""
    return [part.strip() for part in keys.split(",")]


def unknown_keys(keys: str) -> Iterator[tuple[str, str]]:
    """Return each key that none is, with what to try instead."""
    for key in parts(keys):
        if begins_sequence(key):
            yield key, 'terminals begin other keys so, as Esc [ A for an arrow: take another, as in "alt+r"'
        elif not _is_key(key):
            *held, last = key.lower().split("+")
            near = last if _is_base(last) else Nearest(sorted(NAMED)).to(last)
            meant = "+".join((*sorted(set(held) & set(MODIFIERS)), near or ""))
            yield key, f"did you mean {meant}?" if near else AS_IN


def begins_sequence(key: str) -> bool:
    """Whether a terminal sends for a key what sequences of others begin with: `Esc [` as of an arrow, or `Esc O`."""
    *held, last = key.split("+")
    return (*held, _name(last)) in (("alt", "left_square_bracket"), ("alt", "O"), ("alt", "shift", "o"))


def _is_key(key: str) -> bool:
    held, plus, last = key.rpartition("+") if key != "+" else ("", "", key)
    modifiers = held.split("+") if plus else []
    return _is_base(last) and modifiers == sorted(set(modifiers)) and set(modifiers) <= set(MODIFIERS)


def _is_base(name: str) -> bool:
    if len(name) == 1:
        return name.isprintable()
    try:
        sign = unicodedata.lookup(name.replace("_", " ").upper())
    except KeyError:
        return name in NAMED
    return name in NAMED or (name.islower() and sign.isprintable() and _name(sign) == name)


def taken_keys(keys: Mapping[str, str], bindings: Iterable[Binding]) -> Iterator[tuple[str, str, str]]:
    """Return each name whose key another has too where both work, with that key and the other's name.

    What is shared without the settings may be: a pane's key goes before that of everywhere.
    """
    usual = {binding.id or f"source.({binding.description})": _spelled(binding.key) for binding in bindings}
    set_now = {**usual, **{name: _spelled(key) for name, key in keys.items()}}
    for name in keys:
        for other, has in set_now.items():
            shared = set_now[name] & has - (usual[name] & usual[other])
            if other != name and shared and _meet(name, other) and not (other in keys and other < name):
                yield name, min(shared), other
                break


def _spelled(keys: str) -> set[str]:
    """Return keys by one name each: signs are set by themselves or by their names."""
    return {"+".join((*key.split("+")[:-1], _name(key.split("+")[-1]))) for key in parts(keys)}


def _name(sign: str) -> str:
    if len(sign) != 1 or sign.isalnum():
        return sign
    name = unicodedata.name(sign, sign).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _meet(one: str, other: str) -> bool:
    here, there = one.partition(".")[0], other.partition(".")[0]
    return here == there or "app" in (here, there)
