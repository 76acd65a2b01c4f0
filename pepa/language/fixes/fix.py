"""A fix, and the small edits that fixes are made of."""

from __future__ import annotations

from dataclasses import dataclass

from pepa.language.edit import Edit
from pepa.language.problem import Span


@dataclass(frozen=True)
class Fix:
    """What the edits do, in a few words, and the edits; whether they take away what somebody wrote."""

    title: str
    edits: tuple[Edit, ...]
    deletes: bool = False


def insertion(title: str, offset: int, text: str) -> Fix:
    """Return the fix that inserts a text."""
    return Fix(title, (Edit(Span(offset, offset), text),))


def replacement(title: str, span: Span, text: str) -> Fix:
    """Return the fix that replaces what stands at a span."""
    return Fix(title, (Edit(span, text),))


def end_before(text: str, offset: int) -> int:
    """Return the end of the last thing before an offset that is not blank."""
    return len(text[:offset].rstrip())


def line_end(text: str, offset: int) -> int:
    """Return where the line of an offset ends, its newline not counted."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def without_from_set(text: str, span: Span) -> Edit:
    """Return the edit that takes an action out of its set, with one comma."""
    before, after = end_before(text, span.start), len(text) - len(text[span.end :].lstrip())
    if text[before - 1 : before] == ",":
        return Edit(Span(before - 1, span.end), "")
    if text[after : after + 1] == ",":
        return Edit(Span(span.start, len(text) - len(text[after + 1 :].lstrip())), "")
    return Edit(span, "")


def without_statement(text: str, blanked: str, span: Span) -> Edit:
    """Return the edit that deletes a statement with its `;`, and with its line where nothing else stands there."""
    end = span.end + len(blanked[span.end :]) - len(blanked[span.end :].lstrip())
    end = end + 1 if blanked[end : end + 1] == ";" else span.end
    start, stop = text.rfind("\n", 0, span.start) + 1, line_end(text, end)
    if blanked[start : span.start].strip() or blanked[end:stop].strip() or "/*" in text[end:stop]:
        return Edit(Span(span.start, end), "")
    return Edit(Span(start, min(stop + 1, len(text))), "")
