"""Checks made while a text is read and compiled: of its comments, and of its size."""

from __future__ import annotations

import re

from pepa.language.checks.check import Check, warning
from pepa.language.fixes.fix import Fix, replacement
from pepa.language.problem import Problem
from pepa.language.syntax import Model


def _nearest_code(problem: Problem, text: str) -> Fix | None:
    del text
    meant = re.fullmatch(r"did you mean `([^`]+)`\?", problem.hint)
    return meant and replacement(f"write `{meant[1]}`", problem.span, meant[1])


def too_large(model: Model, message: str) -> Problem:
    """Return the warning that not all was looked at."""
    hint = "all else was looked at; deriving or solving it tells whether a passive action is never driven"
    return warning("too-large-to-check", message, model.system.span, hint)


CHECKS = (
    Check(
        "commented-out",
        "a definition behind `%` that is read as a comment",
        "`%` starts a comment, and in old-style models a rate. What is meant is told from the rest of the text: here "
        "the rate is defined without a `%` as well, or nothing uses it.",
        "%r = 2;\nr = 1;\nP = (a, r).P;\nP",
        "// r = 2;\nr = 1;\nP = (a, r).P;\nP",
    ),
    Check(
        "unknown-waiver",
        "a comment that waives a check there is none of",
        "`// pepa: ignore CODE` waives nothing then, and the warning that it was written for comes back. Without a "
        "code all warnings of the line are waived.",
        "P = (a, 1).P;  // pepa: ignore self-lop\nP",
        "P = (a, 1).P;  // pepa: ignore self-loop\nP",
        fixers=(_nearest_code,),
    ),
    Check(
        "too-large-to-check",
        "a system too large to be compiled for a check",
        "What is wrong is told within about a second, and the processes it is composed of have too many states or "
        "ways to cooperate for that. All else was looked at; deriving or solving the model tells whether a passive "
        "action is never driven.",
        "P = (a, 1).Q;\nQ = (b, 2).P + (a, 3).Q;\nR = (a, 1).U;\nU = (c, 2).R + (a, 3).U;\nS = P <a> R;\nS[2000]{a}",
        "P = (a, 1).Q;\nQ = (b, 2).P + (a, 3).Q;\nR = (a, 1).U;\nU = (c, 2).R + (a, 3).U;\nS = P <a> R;\nS[20]{a}",
    ),
)
