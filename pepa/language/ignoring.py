"""Warnings that the text itself waives: `// pepa: ignore CODE, CODE` behind what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pepa.language.problem import LineIndex, Problem, Severity, Span

WAIVER = re.compile(r"//\s*pepa:\s*ignore\b[ \t]*([\w\-, \t]*)")


def heeded(problems: Iterable[Problem], text: str) -> tuple[Problem, ...]:
    """Return the problems but the warnings that a comment on their line waives; without codes it waives all."""
    if "pepa:" not in text:
        return tuple(problems)
    lines = LineIndex(text)
    waived = {
        lines.place(Span(match.start(), match.start())).line: set(re.split(r"[,\s]+", match[1].strip())) - {""}
        for match in WAIVER.finditer(text)
    }

    def is_waived(problem: Problem) -> bool:
        codes = waived.get(lines.place(problem.span).line)
        return codes is not None and problem.severity is Severity.WARNING and (not codes or problem.code in codes)

    return tuple(problem for problem in problems if not is_waived(problem))
