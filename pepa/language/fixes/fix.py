"""A fix, and the small edits that fixes are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pepa.language.edit import Edit
from pepa.language.problem import Span
from pepa.language.statements import with_single_quotes


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
    """Return where the line of an offset ends, its line feed and a return before that not counted."""
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return end - 1 if text[offset:end].endswith("\r") else end


def without_from_set(text: str, blanked: str, span: Span) -> tuple[Edit, ...]:
    """Return the edits that take an action out of its set, with one comma and the blanks between; comments stay."""
    span = with_single_quotes(text, blanked, span)
    before, after = end_before(blanked, span.start), _next(blanked, span.end)
    pieces: tuple[Span, ...] = (span,)
    if blanked[before - 1 : before] == ",":
        pieces = (Span(before - 1, before), Span(before, span.start), span)
    elif blanked[after : after + 1] == ",":
        pieces = (span, Span(span.end, after), Span(after, after + 1), Span(after + 1, _next(text, after + 1)))
    return tuple(Edit(one, "") for one in pieces if one in (span,) or not text[one.start : one.end].strip(", \t\r\n"))


def _next(text: str, offset: int) -> int:
    """Return the start of the next thing behind an offset that is not blank."""
    return len(text) - len(text[offset:].lstrip())


def without_statements(text: str, blanked: str, spans: Iterable[Span]) -> tuple[Edit, ...]:
    """Return the edits that delete statements with their `;`, and with their lines where nothing else stands there."""
    whole = [Span(span.start, _behind_semicolon(blanked, span.end)) for span in spans]
    for span in whole:
        blanked = blanked[: span.start] + " " * (span.end - span.start) + blanked[span.end :]
    found: list[Span] = []
    for span in sorted(_with_lines(text, blanked, span) for span in whole):
        if found and span.start < found[-1].end:
            found[-1] = found[-1].to(span)
        else:
            found.append(span)
    return tuple(Edit(span, "") for span in found)


def _behind_semicolon(blanked: str, end: int) -> int:
    there = _next(blanked, end)
    return there + 1 if blanked.startswith(";", there) else end


def _with_lines(text: str, rest: str, span: Span) -> Span:
    """Return a span with its lines, where of the `rest` nothing stands there and no comment goes on beyond them."""
    start, stop = text.rfind("\n", 0, span.start) + 1, line_end(text, span.end)
    if (rest[start : span.start] + rest[span.end : stop]).strip():
        return span
    if "*/" in text[start : span.start] or "/*" in text[span.end : stop]:
        return span
    return Span(start, min(text.find("\n", stop) + 1 or len(text), len(text)))
