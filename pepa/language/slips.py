"""Common slips, recognised by the text around the place where the parser stopped.

Each slip has a wrong text of its own, from which its hint must come out: the tests hold that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pepa.language.statements import Statement


@dataclass(frozen=True)
class Slip:
    """A hint, the pattern before and at the place of the error, a text that shows the slip, and what else must hold."""

    hint: str
    before: str
    at: str
    example: str
    fits: Callable[[str], bool] = lambda _: True


def _is_open(before: str) -> bool:
    return before.count("(") > before.count(")")


def _is_closed(before: str) -> bool:
    return not _is_open(before)


SLIPS = (
    Slip("a `[` is not closed",
         r"\[(?:[^][()]|\([^][()]*\))*(?<=[\w)])\s*$", r"$|[)<|,.=]", "P = (a, 1.0).P; (P[2) <a> P"),
    Slip("an activity is `(action, rate)`: the rate is missing", r"\(\s*[a-z][\w']*\s*\)\s*$", r"\.", "P = (a).P; P"),
    Slip("an activity is `(action, rate)`: a comma is missing", r"\(\s*[a-z][\w']*\s+$", r"[\w.]", "P = (a 1.0).P; P"),
    Slip("an activity needs a `.` before the process it leads to", r"\)\s*$", r"[A-Z]", "P = (a, 1.0)P; P"),
    Slip("an activity is followed by `.` and a process", r"\)\s*$", r"$|\+", "P = (a, 1.0); P"),
    Slip("name the process the activity leads to after the `.`", r"\.\s*$", r"$|\+|\)", "P = (a, 1.0).; P"),
    Slip("a cooperation needs a process on its right", r"[\w)\]]\s*$", r"<[^<>]*>", "P = (a, 1.0).P; P <a>"),
    Slip("a cooperation needs a process on its right", r"(\|\||>)\s*$", r"$", "P = (a, 1.0).P; P ||"),
    Slip("cooperation without a set is written `||` or `<>`", r"[\w)\]]\s*$", r"\|(?!\|)", "P = (a, 1.0).P; P | P"),
    Slip("a parenthesis is not closed", r"", r"$|\.", "P = (a, (1.0).P; P", _is_open),
    Slip("this `)` has no `(`", r"", r"\)", "P = (a, 1.0).P); P", _is_closed),
    Slip("a double quote is not closed", r"", r"\"(?![^\"\n]*\")", "P = (a, 1.0).P\"; P"),
    Slip("a definition is `Name = ...;`", r"[\w'\"]\s*$", r":", "P : (a, 1.0).P; P"),
    Slip("action sets are written `<a, b>`", r"[\w)\]]\s*$", r"[<>]", "P = (a, 1.0).P; P <a P"),
    Slip("action sets are written `<a, b>`",
         r"[\w)\]]\s*$", r"[a-z]\w*(?:\s*,\s*[a-z]\w*)*\s*>", "P = (a, 1.0).P; P a> P"),
    Slip("the passive rate is written `infty` or `T`", r",[^,()]*$", r"\\(top|infty)\b|⊤|∞", "P = (a, \\top).P; P"),
    Slip("`#` stands only before a name where that is defined", r"", r"#\s*[A-Za-z]", "P = (a, 1.0).#P; P"),
    Slip("other names than letters, digits, `_` and `'` go into double quotes",
         r"", r"[^\w\s(){}\[\]<>+*/^.,;|=-]", "P = (a, 1.0).P@; P"),
)  # fmt: skip


def hint(statement: Statement, text: str, position: int) -> str:
    """Return the hint of the slip that fits the place where the parser stopped, or an empty one."""
    before, at = text[statement.span.start : position], text[position : statement.span.end]
    if statement.name is not None and statement.is_rate and re.search(r"\(\s*[\w\"']+\s*$", before) and at[:1] == ",":
        return "the name of a process starts with an upper-case letter"
    for slip in SLIPS:
        if re.match(slip.at, at) and slip.fits(before) and re.search(slip.before, before):
            return slip.hint
    return ""
