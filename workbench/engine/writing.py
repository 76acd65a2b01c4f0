"""What an editor asks about a text: names, their places and facts, completions, fixes. Offsets count characters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from pepa.control.error import PepaError
from pepa.language.completion import completion
from pepa.language.edit import Edit, applied
from pepa.language.fixes.fixes import fixes
from pepa.language.format import formatted
from pepa.language.hover import hover
from pepa.language.outline import Entry, outline
from pepa.language.problem import LineIndex, ModelError, Problem, Severity, Span
from pepa.language.rename import rename
from pepa.language.symbols import symbol_at
from pepa.net.check import check_text
from workbench.engine.session import Watcher
from workbench.engine.writing_answers import (
    Candidate,
    Completions,
    Facts,
    Fix,
    Fixes,
    LaidOut,
    Listed,
    NamePlaces,
    Outline,
    Renamed,
)

NOTHING = PepaError("there is no name here", "put the cursor on a rate, a process or an action")


def places(report: Watcher, text: str, offset: int) -> NamePlaces:
    """Return where the name at an offset is defined and where it stands, each with its line."""
    del report
    symbol = symbol_at(text, offset)
    if symbol is None:
        raise NOTHING
    lines = LineIndex(text)
    return {
        "name": symbol.name,
        "kind": str(symbol.kind),
        "definition": symbol.definition.start if symbol.definition else None,
        "places": [_listed(span, lines) for span in symbol.places],
    }


def _listed(span: Span, lines: LineIndex) -> Listed:
    line = lines.place(span).line
    return {"offset": span.start, "label": f"{line:>4}  {lines.line(line).strip()}"}


def renamed(report: Watcher, text: str, offset: int, new: str) -> Renamed:
    """Return the text with the name at an offset replaced everywhere, in how many places, and where that is then."""
    del report
    edits = rename(text, offset, new)
    written = edits[0].text if edits else new
    return {
        "text": applied(text, edits),
        "name": written,
        "quoted": written != new.strip() and written.startswith('"'),
        "places": len(edits),
        "offset": _within(offset, edits),
    }


def laid_out(report: Watcher, text: str, offset: int) -> LaidOut:
    """Return the text laid out, and where what stands at an offset is then."""
    del report
    after = formatted(text)
    before = sum(not sign.isspace() for sign in text[:offset])  # only blanks change, and no others
    places = (place for place, sign in enumerate(after) if not sign.isspace())
    return {"text": after, "offset": next(islice(places, before, None), len(after))}


def completions(report: Watcher, text: str, offset: int) -> Completions:
    """Return what can be written at an offset, and where the word that it replaces starts and ends."""
    del report
    found = completion(text, offset)
    words: list[Candidate] = [{"text": one.text, "kind": str(one.kind)} for one in found.candidates]
    return {"start": found.span.start, "end": found.span.end, "candidates": words}


def facts(report: Watcher, text: str, offset: int) -> Facts:
    """Return what is known of the name at an offset, in lines."""
    del report
    found = hover(text, offset)
    if found is None:
        raise NOTHING
    return {"name": found.name, "lines": list(found.lines)}


def outlined(report: Watcher, text: str) -> Outline:
    """Return the outline, a line for each entry, and the offset it leads to."""
    del report
    return {"entries": [entry for top in outline(text) for entry in _flat(top, 0)]}


def _flat(entry: Entry, depth: int) -> list[Listed]:
    below = [inner for child in entry.below for inner in _flat(child, depth + 1)]
    return [{"label": "  " * depth + entry.label, "offset": entry.span.start}, *below]


def fixable(report: Watcher, text: str, offset: int) -> Fixes:
    """Return the fixes of a problem that has one: on an offset's line, else the next behind it, else one before.

    Errors come first, since a warning may be only what an error brings: the name that is never used is misspelt where
    it is. Where the problem is on another line, a fix has the `offset` of its place in the new text.
    """
    del report
    lines = LineIndex(text)
    line = lines.place(Span(offset, offset)).line

    def is_here(problem: Problem) -> bool:
        place = lines.place(problem.span)
        return place.line <= line <= place.end_line

    def distance(problem: Problem) -> tuple[bool, bool, bool, int]:
        is_before = lines.place(problem.span).end_line < line
        return not is_here(problem), problem.severity is not Severity.ERROR, is_before, problem.span.start

    problems = _problems(text)
    for problem in sorted(problems, key=distance):
        found = fixes(problem, text)
        if found:
            offered: list[Fix] = [
                {
                    "title": fix.title,
                    "text": applied(text, fix.edits),
                    "deletes": fix.deletes,
                    "offset": None if is_here(problem) else _moved(problem.span.start, fix.edits),
                }
                for fix in found
            ]
            return {"message": problem.message, "offset": problem.span.start, "fixes": offered}
    if not problems:
        raise PepaError("there is nothing to mend", "no problem is known of in this text")
    raise PepaError("no problem here can be mended by itself", "the hint below the text says what to try")


def _within(offset: int, edits: Sequence[Edit]) -> int:
    """Return where an offset is after edits: in what is replaced as far in as it was, or at its end."""
    inside = next((edit for edit in edits if edit.span.start <= offset <= edit.span.end), None)
    if inside is None:
        return _moved(offset, edits)
    return _moved(inside.span.start, edits) + min(offset - inside.span.start, len(inside.text))


def _moved(offset: int, edits: Sequence[Edit]) -> int:
    """Return where an offset is after edits."""
    gone = [edit for edit in edits if edit.span.start < offset < edit.span.end]
    kept = gone[0].span.start if gone else offset
    return kept + sum(len(edit.text) - edit.span.end + edit.span.start for edit in edits if edit.span.end <= kept)


def _problems(text: str) -> tuple[Problem, ...]:
    try:
        return check_text(text).warnings
    except ModelError as error:
        return error.problems


OPERATIONS = (places, renamed, laid_out, completions, facts, outlined, fixable)
