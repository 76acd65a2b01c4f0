"""Warnings that the text itself waives: `// pepa: ignore CODE, CODE` behind what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pepa.language.checks.check import warning
from pepa.language.checks.table import BY_CODE
from pepa.language.nearest import nearest
from pepa.language.problem import LineIndex, Problem, Severity, Span

WAIVER = re.compile(r"//\s*pepa:\s*ignore\b[ \t]*([\w\-, \t]*)")


def heeded(problems: Iterable[Problem], text: str) -> tuple[Problem, ...]:
    """Return the problems but the warnings that a comment on their line waives; without codes it waives all.

    A comment whose first code is none waives nothing: a warning says so.
    """
    if "pepa:" not in text:
        return tuple(problems)
    lines = LineIndex(text)
    waivers = list(WAIVER.finditer(text))
    waived = {
        lines.place(Span(match.start(), match.start())).line: set(re.split(r"[,\s]+", match[1].strip())) - {""}
        for match in waivers
    }

    def is_waived(problem: Problem) -> bool:
        codes = waived.get(lines.place(problem.span).line)
        return codes is not None and problem.severity is Severity.WARNING and (not codes or problem.code in codes)

    unknown = (found for match in waivers if (found := _unknown(match)) is not None)
    return (*(problem for problem in problems if not is_waived(problem)), *unknown)


def _unknown(waiver: re.Match[str]) -> Problem | None:
    code = re.match(r"[\w-]*", waiver[1])
    if code is None or not code[0] or code[0] in BY_CODE:
        return None
    start = waiver.start(1)
    close = nearest(code[0], BY_CODE)
    hint = f"did you mean `{close}`?" if close else "`pepa help` lists the codes"
    return warning("unknown-waiver", f"there is no check `{code[0]}`", Span(start, start + len(code[0])), hint)
