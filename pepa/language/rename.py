"""Renaming a symbol everywhere, refused where the model would mean something else afterwards."""

from __future__ import annotations

import re

from pepa.control.error import PepaError
from pepa.language.edit import Edit, applied
from pepa.language.occurrences import PASSIVE, Kind, occurrences
from pepa.language.printer import name_text
from pepa.language.problem import Span
from pepa.language.statements import NAME, unquoted, with_single_quotes
from pepa.language.symbols import Symbol, symbol_at, symbols
from pepa.language.syntax import TAU


def rename(text: str, offset: int, new: str) -> tuple[Edit, ...]:
    """Return the edits that rename the symbol at an offset, quotes put and taken as the new name needs them.

    What else has the same name keeps it: an action that is called like a rate, and of two definitions of one name the
    other. A rate and a process cannot have one name, nor can two actions: taking a name that is there is refused.
    Raises PepaError where no name stands there, for a name that cannot be written or is reserved, and for one that
    something else has.
    """
    symbol = symbol_at(text, offset)
    if symbol is None:
        raise PepaError("there is no name here to rename", "put the cursor on a rate, a process or an action")
    if symbol.kind is Kind.ACTION and symbol.name == TAU:
        raise PepaError("`tau` is every hidden action: it cannot be renamed", "rename the action that is hidden")
    written = _written(symbol, new.strip())
    name = unquoted(written)
    if name == symbol.name:
        return ()
    _refuse_clash(symbol, name, symbols(text))
    blanked = occurrences(text).blanked
    whole = written.startswith('"')  # and takes the place of single quotes as well
    edits = tuple(
        Edit(with_single_quotes(text, blanked, place) if whole else place, written) for place in symbol.places
    )
    if not _same_but_for_the_name(text, applied(text, edits), frozenset(symbol.places), name):
        raise PepaError(f"`{name}` would be read as something else here", "choose another name")
    return edits


def _written(symbol: Symbol, new: str) -> str:
    """Return the new name as it is written in the text."""
    name = unquoted(new) if re.fullmatch(r'"[^"]*"', new) else new
    if not name or not name.isprintable() or '"' in name:
        raise PepaError("a name has at least one character, and no line end or double quote", "choose another name")
    if symbol.kind is Kind.PROCESS and new[0].islower() and re.fullmatch(NAME, new):
        hint = f'write `{new[0].upper()}{new[1:]}`, or `"{new}"` in double quotes'
        raise PepaError("the name of a process starts with an upper-case letter", hint)
    if (symbol.kind is Kind.RATE and name in PASSIVE) or (symbol.kind is Kind.ACTION and name == TAU):
        raise PepaError(f"`{name}` is reserved", "choose another name")
    return f'"{name}"' if symbol.kind is Kind.PROCESS and name[0].islower() else name_text(name)


def _refuse_clash(symbol: Symbol, name: str, known: tuple[Symbol, ...]) -> None:
    for other in known:
        shares = (symbol.kind is Kind.ACTION) == (other.kind is Kind.ACTION)
        if other.name == name and shares:
            article = "an" if other.kind is Kind.ACTION else "a"
            raise PepaError(f"there is {article} {other.kind} `{name}` already", "choose another name")


def _same_but_for_the_name(before: str, after: str, places: frozenset[Span], name: str) -> bool:
    """Whether the text reads alike afterwards, name by name: what looks like a rate may turn into a process."""
    expected = [
        (item.kind, name if item.span in places else item.name, item.statement) for item in occurrences(before).found
    ]
    return expected == [(item.kind, item.name, item.statement) for item in occurrences(after).found]
