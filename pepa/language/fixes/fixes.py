"""Which fixes a problem has."""

from __future__ import annotations

from collections.abc import Callable

from pepa.language.checks.table import BY_CODE as CHECKED
from pepa.language.fixes import names, structure
from pepa.language.fixes.fix import Fix
from pepa.language.fixes.slips import BY_HINT
from pepa.language.line_ends import fed
from pepa.language.problem import Problem

BY_CODE: dict[str, tuple[Callable[[Problem, str], Fix | None], ...]] = {
    "undefined-rate": (names.nearest, names.definition),
    "undefined-process": (names.nearest, names.definition),
    "lower-case-process": (names.upper_case,),
    "tau-cooperation": (structure.leave_out_action,),
    **{check.code: check.fixers for check in CHECKED.values()},
}


def fixes(problem: Problem, text: str) -> tuple[Fix, ...]:
    """Return the fixes of a problem of this text, the likeliest first; many problems have none."""
    text = fed(text)
    fixers = BY_HINT[problem.hint] if problem.hint in BY_HINT else BY_CODE.get(problem.code, ())
    found = (fixer(problem, text) for fixer in fixers)
    return tuple(fix for fix in found if fix is not None and fix.edits)
