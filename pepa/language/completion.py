"""What can be written at a place: names that fit there, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pepa.language.occurrences import Context, Kind, Occurrence, context, occurrences
from pepa.language.printer import name_text
from pepa.language.problem import Span
from pepa.language.statements import Statement, blank_comments
from pepa.language.symbols import symbols

WORD = re.compile(r"""(?:[A-Za-z_][\w']*|"[^"\n]*)$""")
NUMBER = re.compile(r"""(?<![\w'"])\d[\w.]*$""")
QUOTED = re.compile(r'"[^"\n]*"')
TAKEN = {
    Context.RATE: (Kind.RATE,),
    Context.PROCESS: (Kind.PROCESS,),
    Context.SIZE: (Kind.RATE,),
    Context.ACTIONS: (Kind.ACTION,),
    Context.OPENED: (Kind.ACTION, Kind.PROCESS),
    Context.ACTIVITY: (),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing to write: its text as written (quotes included) and its kind (a Kind, or `keyword`)."""

    text: str
    kind: str


@dataclass(frozen=True)
class Completion:
    """The candidates, and the piece of the text that the chosen one replaces: the word up to the cursor."""

    span: Span
    candidates: tuple[Candidate, ...]


def completion(text: str, offset: int) -> Completion:
    """Return what can be written at an offset, matched against the word that ends there; none inside a comment.

    Names that start with the word come first, then those that hold it. The word itself is no candidate, but where
    it is a name already it is the first, so that choosing it changes nothing.
    """
    read = occurrences(text)
    line = QUOTED.sub(lambda quoted: "q" * len(quoted[0]), text[text.rfind("\n", 0, offset) + 1 : offset])
    word = WORD.search(line)
    start = offset - len(word[0] if word else "")
    span = Span(start, offset)
    if blank_comments(f"{text[:offset]}x")[0].endswith(" ") or NUMBER.search(line):
        return Completion(span, ())  # in a comment, or in a number
    place = _place(read.blanked, read.statements, start)
    unfit = _unfit(read.blanked, read.found, start, place)
    written = text[start:offset].strip('"')
    own = Span(start, next((item.span.end for item in read.found if item.span.start == start), offset))
    names = [
        Candidate(name_text(symbol.name), symbol.kind)
        for kind in TAKEN[place]
        for symbol in symbols(text)
        if symbol.kind is kind and symbol.name not in unfit and symbol.places != (own,)
    ]
    if place is Context.RATE:
        names.append(Candidate("infty", "keyword"))
    return Completion(span, tuple(_matching(names, written)))


def _place(blanked: str, statements: Iterable[Statement], offset: int) -> Context:
    """Return what a place takes; between statements a system equation or a definition starts."""
    before = [statement for statement in statements if statement.span.start < offset]
    if not before or ";" in blanked[before[-1].span.end : offset]:
        return Context.PROCESS
    last = before[-1]
    if last.name is not None and offset <= last.name_span.end:
        return Context.PROCESS
    return context(blanked, last, offset)


def _unfit(blanked: str, found: Iterable[Occurrence], offset: int, place: Context) -> set[str]:
    """Return the names that make no sense at a place: the rate being defined there, actions the set has already."""
    before = [item for item in found if item.span.start < offset]
    if place is Context.ACTIONS:
        opened = max(blanked.rfind("<", 0, offset), blanked.rfind("{", 0, offset))
        return {item.name for item in before if item.span.start > opened}
    last = next((item for item in reversed(before) if item.defines), None)
    if last is None or place is not Context.SIZE or ";" in blanked[last.span.end : offset]:
        return set()
    return {last.name}


def _matching(names: Iterable[Candidate], word: str) -> list[Candidate]:
    low = word.lower()
    held = [candidate for candidate in dict.fromkeys(names) if low in candidate.text.lower()]

    def rank(candidate: Candidate) -> int:
        plain = candidate.text.strip('"')
        return (plain != word) + (not plain.startswith(word)) + (not plain.lower().startswith(low))

    return sorted(held, key=rank)
