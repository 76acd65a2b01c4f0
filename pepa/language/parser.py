"""Text to syntax tree: each statement is parsed by itself (LALR), so one run reports all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pepa.control.counting import counted_off
from pepa.language import common_forms
from pepa.language.problem import ModelError, Problem, Severity, Span
from pepa.language.statements import Statement, headed, split, unquoted
from pepa.language.syntax import Model, Name, Process, ProcessDefinition, RateDefinition
from pepa.language.upper_case_rates import told_apart

MOST_ERRORS = 1_000  # of syntax, each of which takes the parser about a millisecond


@dataclass(frozen=True)
class Parsed:
    """A parse: the model, or None where the text holds errors, and all problems in the order of the text.

    `rates`, `processes` and `systems` are what could be read, whatever else is wrong; `unread` are the names that
    the rest may define, all that the text seems to define where something could not be read.
    """

    model: Model | None
    problems: tuple[Problem, ...]
    rates: tuple[RateDefinition, ...]
    processes: tuple[ProcessDefinition, ...]
    systems: tuple[Process, ...]
    unread: frozenset[str] = frozenset()


def parse(text: str) -> Parsed:
    """Parse a model text. The model is None if any problem is an error; nothing is checked yet but the syntax."""
    statements = split(text)
    problems = list(statements.problems)
    rates: list[RateDefinition] = []
    processes: list[ProcessDefinition] = []
    systems: list[Process] = []
    seen_system = False
    whole = all(problem.severity is not Severity.ERROR for problem in problems)
    broken: list[Span] = []
    for index, statement in enumerate(counted_off(statements.found, "reading definition")):
        known = _common(statements.text, statement)
        if known is not None:
            _file(known, rates, processes, systems)
            continue
        seen_system = seen_system or statement.name is None
        last = index == len(statements.found) - 1
        try:
            _file(_read(statements.text, statement), rates, processes, systems)
            problems.extend(_misplaced(statement, last))
        except ModelError as error:
            broken.append(statement.span)
            problems.extend(error.problems)
            if len(problems) > MOST_ERRORS:
                problems.append(
                    Problem("syntax", f"more than {MOST_ERRORS:,} errors: the rest is not read", statement.span)
                )
                problems = sorted(_once(problems), key=lambda problem: problem.span.start)
                unread = headed(text, broken)
                return Parsed(None, tuple(problems), tuple(rates), tuple(processes), tuple(systems), unread)
            seen_system = seen_system or any(problem.code == "missing-semicolon" for problem in error.problems)
    if not seen_system:
        problems.append(_missing_system(text, bool(statements.found)))
    problems = sorted(_once(problems), key=lambda problem: problem.span.start)
    found = told_apart(rates, processes)
    wrong = any(problem.severity is Severity.ERROR for problem in problems) or not systems
    model = None if wrong else Model(found.rates, found.processes, systems[-1], text)
    unread = frozenset[str]() if whole and not broken else headed(text, broken)
    return Parsed(model, tuple(problems), found.rates, found.processes, tuple(systems), unread)


def _once(problems: list[Problem]) -> Iterator[Problem]:
    """Yield problems, but no missing `;` after a sign that is wrong itself."""
    wrong = {problem.span for problem in problems if problem.code == "syntax"}
    for problem in problems:
        if problem.code != "missing-semicolon" or problem.span not in wrong:
            yield problem


def _file(part: Any, rates: list[RateDefinition], processes: list[ProcessDefinition], systems: list[Process]) -> None:
    if isinstance(part, RateDefinition):
        rates.append(part)
    elif isinstance(part, ProcessDefinition):
        processes.append(part)
    else:
        systems.append(part)


def _misplaced(statement: Statement, last: bool) -> Iterator[Problem]:
    if statement.name is None and not last:
        message = "expected a definition, `NAME = ...;`"
        hint = "the system equation comes last, after all definitions"
        yield Problem("misplaced-system", message, statement.span, hint)


def _missing_system(text: str, has_definitions: bool) -> Problem:
    end = len(text.rstrip())
    hint = "end the model with its system equation, such as `P <a> Q`"
    message = "the model has no system equation" if has_definitions else "the model is empty"
    return Problem("missing-system", message, Span(max(0, end - 1), end), hint)


def _read(text: str, statement: Statement) -> RateDefinition | ProcessDefinition | Process:
    """Return what a statement that is no common definition says; raises ModelError with what is wrong."""
    if statement.name is None:
        system = common_forms.composition(text, statement.span.start, statement.span.end)
        if system is not None:
            return system
    from pepa.language.grammar import read  # its library takes as long to come as a small model takes to solve

    return read(text, statement)


def _common(text: str, statement: Statement) -> RateDefinition | ProcessDefinition | None:
    """Return the definition where it has one of the commonest forms."""
    span, name, name_span, is_rate, start = statement
    if name is None:
        return None
    if is_rate:
        value = common_forms.expression(text, start, span.end)
        return None if value is None else RateDefinition(Name(unquoted(name), name_span), value, span)
    process = common_forms.process(text, start, span.end) or common_forms.composition(text, start, span.end)
    return None if process is None else ProcessDefinition(Name(unquoted(name), name_span), process, span)
