"""All that is said of a parsed model."""

from __future__ import annotations

from pepa.control.counting import tick
from pepa.language.checks.errors import errors
from pepa.language.checks.facts import Facts
from pepa.language.checks.letters import TooManyLetters
from pepa.language.checks.reading import too_large
from pepa.language.checks.table import CHECKS
from pepa.language.parser import Parsed
from pepa.language.problem import Problem, Span
from pepa.language.syntax import Choice, Model, Process

NOTHING: Process = Choice((), Span(0, 0))  # what stands for a system equation that is not there


def check(model: Model, text: str = "") -> list[Problem]:
    """Return all problems of a model in the order of its text; no errors among them: it can be compiled.

    Without the text, what its comments tell is not looked at.
    """
    return check_facts(Facts(model, text))


def check_facts(facts: Facts) -> list[Problem]:
    """Return the same from the facts of a model."""
    problems = errors(facts)
    is_sound, is_large = not problems, False
    for one in CHECKS:
        if one.find is not None and (is_sound or one.names_only):
            tick(f"checking for {one.code}")
            try:
                problems += one.find(facts)
            except TooManyLetters:
                is_large = True
    if is_large:
        problems.append(
            too_large(facts.model, "the processes it is composed of do too many different actions to compare")
        )
    return sorted(problems, key=lambda problem: problem.span.start)


def check_read(parsed: Parsed, text: str) -> list[Problem]:
    """Return all problems of a text that is no model, in its order: those of reading it, and errors of what was read.

    What it defines may be used by what is missing, or by what could not be read: nothing is said of that.
    """
    system = parsed.systems[-1] if parsed.systems else NOTHING
    read = Model(parsed.rates, parsed.processes, system, text)
    problems = [*parsed.problems, *errors(Facts(read, text), parsed.unread)]
    return sorted(problems, key=lambda problem: problem.span.start)
