"""What can be written at a place: names that fit there, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pepa.language.occurrences import Context, Kind, Occurrence, Occurrences, context, occurrences
from pepa.language.printer import name_text
from pepa.language.problem import Span
from pepa.language.statements import PROCESS_SIGN, blank_comments
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
    Context.BEGINNING: (Kind.RATE, Kind.PROCESS),
}
BEHIND_ACTIVITY = (".",)
BEHIND_PROCESS = {True: ("+", ";", "<*>", "||"), False: ("<*>", "||", "/")}  # of a definition, of the system equation


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing to write: its text as written (quotes included) and its kind (a Kind, `keyword` or `sign`)."""

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
    place = _place(read, start)
    if place is Context.PROCESS and start == offset and (signs := _signs(read, offset)):
        return Completion(span, tuple(Candidate(sign, "sign") for sign in signs))
    unfit = _unfit(read.blanked, read.found, start, place)
    written = text[start:offset].strip('"')
    own = Span(start, next((item.span.end for item in read.found if item.span.start == start), offset))
    names = [
        Candidate(name_text(symbol.name), symbol.kind)
        for kind in TAKEN[place]
        for symbol in symbols(text)
        if symbol.kind is kind
        and symbol.name not in unfit
        and symbol.places != (own,)
        and not (place is Context.BEGINNING and kind is Kind.RATE and symbol.definition)
    ]
    if place is Context.RATE:
        names.append(Candidate("infty", "keyword"))
    return Completion(span, tuple(_matching(names, written)))


def _place(read: Occurrences, offset: int) -> Context:
    """Return what a place takes; between statements a system equation or a definition starts."""
    before = [index for index, statement in enumerate(read.statements) if statement.span.start <= offset]
    if not before:
        return Context.BEGINNING
    index, last = before[-1], read.statements[before[-1]]
    if last.name is not None and offset <= last.name_span.end:
        return Context.SIZE if _is_of_rate(read, index) else Context.PROCESS
    if offset == last.span.start or ";" in read.blanked[last.span.end : offset]:
        return Context.BEGINNING
    found = context(read.blanked, last, offset)
    is_value = found in {Context.PROCESS, Context.OPENED} and last.name is not None
    return Context.SIZE if is_value and _is_of_rate(read, index) else found


def _is_of_rate(read: Occurrences, statement: int) -> bool:
    """Whether a statement defines a rate: by what it says, or, where that may be either, by how its name is used."""
    own = next(item for item in read.found if item.defines and item.statement == statement)
    uses = {item.kind for item in read.found if item.name == own.name and item is not own and not item.defines}
    return own.kind is Kind.RATE or (uses - {Kind.ACTION} == {Kind.RATE} and not _says_process(read, statement))


def _says_process(read: Occurrences, statement: int) -> bool:
    """Whether what a statement says can only be a process: an activity is in it, a set, or the name of a process."""
    span = Span(read.statements[statement].body, read.statements[statement].span.end)
    if PROCESS_SIGN.search(read.blanked, span.start, span.end):
        return True
    processes = {item.name for item in read.found if item.defines and item.kind is Kind.PROCESS}
    return any(item.name in processes for item in read.found if item.statement == statement and not item.defines)


def _signs(read: Occurrences, offset: int) -> tuple[str, ...]:
    """Return the signs that may come next, behind an activity or a process that is whole; none elsewhere."""
    last = [statement for statement in read.statements if statement.span.start < offset][-1]
    before = read.blanked[last.body : offset].rstrip()
    if not before.endswith((")", "]", "}", '"')) and not WORD.search(before):
        return ()
    return BEHIND_ACTIVITY if _ends_with_activity(before) else BEHIND_PROCESS[last.name is not None]


def _ends_with_activity(text: str) -> bool:
    """Whether the last parenthesis of a text closes an activity: a comma stands in it, outside of any other."""
    depth, among = 0, text.endswith(")")
    for sign in reversed(text if among else ""):
        depth += (sign in ")]}>") - (sign in "([{<")
        if depth == 0 or (sign == "," and depth == 1):
            return sign == ","
    return False


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
