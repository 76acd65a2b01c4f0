"""Checks of definitions: what is used nowhere, and names that are easily taken for others."""

from __future__ import annotations

from collections.abc import Iterator

from pepa.language.checks.check import Check, warning
from pepa.language.checks.facts import Facts
from pepa.language.fixes import system
from pepa.language.fixes.fix import Fix, replacement
from pepa.language.fixes.names import lower_case
from pepa.language.fixes.structure import delete_definition
from pepa.language.problem import Problem
from pepa.language.syntax import Parameter


def _unused_rates(facts: Facts) -> Iterator[Problem]:
    used = facts.nodes.parameter_names
    for definition in facts.model.rates:
        if definition.name.text not in used:
            yield warning("unused-rate", f"rate `{definition.name.text}` is never used", definition.name.span)


def _unused_processes(facts: Facts) -> Iterator[Problem]:
    composite, reached = facts.model.composites, facts.reached
    for process in facts.model.processes:
        if process.name.text not in reached and process.name.text not in composite:
            message = f"process `{process.name.text}` is not part of the system"
            yield warning("unused-process", message, process.name.span)


def _unused_arrays(facts: Facts) -> Iterator[Problem]:
    left = facts.model.composites - facts.reached
    for process in facts.model.processes if left else ():
        if process.name.text in left:
            message = f"`{process.name.text}` and the components it is made of are not part of the system"
            yield warning("unused-array", message, process.name.span, "name it in the system equation, or delete it")


def _empty_arrays(facts: Facts) -> Iterator[Problem]:
    for array in facts.nodes.arrays:
        if facts.value(array.size) == 0:
            message = "this array has no members: it is not there"
            yield warning("empty-array", message, array.size.span, "give it a size of at least 1")


def _one_member(problem: Problem, text: str) -> Fix | None:
    written = text[problem.span.start : problem.span.end]
    return replacement("give it one member", problem.span, "1") if written.strip("0.") == "" else None


def _alike(facts: Facts) -> Iterator[Problem]:
    """Look for two processes, or two rates, whose names differ in upper and lower case alone."""
    for kind, names in (
        ("process", [definition.name for definition in facts.model.processes]),
        ("rate", [definition.name for definition in facts.model.rates]),
    ):
        seen: dict[str, str] = {}
        if len({name.text.lower() for name in names}) == len(names):
            continue
        for name in names:
            other = seen.setdefault(name.text.lower(), name.text)
            if other != name.text:
                message = f"`{name.text}` and the {kind} `{other}` differ in upper and lower case alone"
                yield warning("names-alike", message, name.span, "rename one of the two")


def _shadowed(facts: Facts) -> Iterator[Problem]:
    shadowing = {prefix.action.text for prefix in facts.nodes.prefixes} & facts.model.definitions.keys()
    for prefix in facts.nodes.prefixes if shadowing else ():
        name = prefix.action.text
        if name in shadowing:
            shadowing.remove(name)
            message = f"the action `{name}` has the name of a process: in a measure one hides the other"
            yield warning("shadowed-name", message, prefix.action.span, "actions start with a lower-case letter")


def _upper_case_rates(facts: Facts) -> Iterator[Problem]:
    if not any(name[:1].isupper() for name in facts.nodes.rate_names):
        return
    for prefix in facts.nodes.prefixes:
        if isinstance(prefix.rate, Parameter) and prefix.rate.name[:1].isupper():
            message = f"other PEPA tools take rate names in lower case only: `{prefix.rate.name}`"
            yield warning("upper-case-rate", message, prefix.rate.span)


CHECKS = (
    Check(
        "unused-rate",
        "a rate, probability or size that nothing uses",
        "Changing it changes nothing: another name was written where it was meant, or it is left over.",
        "r = 1;\ns = 2;\nP = (a, r).(b, r).P;\nP",
        "r = 1;\ns = 2;\nP = (a, r).(b, s).P;\nP",
        _unused_rates,
        (delete_definition,),
        names_only=True,
    ),
    Check(
        "unused-process",
        "a process that the system never becomes",
        "Nothing leads to it: a process before it leads elsewhere, or it is left over.",
        "P = (a, 1).P;\nQ = (b, 2).P;\nP",
        "P = (a, 1).Q;\nQ = (b, 2).P;\nP",
        _unused_processes,
        (system.in_place, system.beside, delete_definition),
        names_only=True,
    ),
    Check(
        "unused-array",
        "an array, or another composition, that is not part of the system",
        "Its members are not there at all: it was forgotten in the system equation.",
        "P = (a, 1).P;\nPool = P[3];\nP",
        "P = (a, 1).P;\nPool = P[3];\nPool",
        _unused_arrays,
        (system.in_place, system.beside, delete_definition),
        names_only=True,
    ),
    Check(
        "empty-array",
        "an array without members",
        "An array of size 0 takes part in nothing, and what needs it is blocked. It may be meant where a size is "
        "varied; written as 0 it rarely is.",
        "P = (a, 1).P;\nP || P[0]",
        "P = (a, 1).P;\nP || P[1]",
        _empty_arrays,
        (_one_member,),
    ),
    Check(
        "names-alike",
        "two processes, or two rates, that differ in upper and lower case alone",
        "They are two names here, and one of them is soon written for the other.",
        "PA = (a, 1).Pa;\nPa = (b, 1).PA;\nPA",
        "PA = (a, 1).PB;\nPB = (b, 1).PA;\nPA",
        _alike,
    ),
    Check(
        "shadowed-name",
        "an action with the name of a process",
        "Both are allowed, and in a measure or a filter the name means one of them only.",
        "Ask = (Ask, 1).Wait;\nWait = (get, 1).Ask;\nAsk",
        "Ask = (ask, 1).Wait;\nWait = (get, 1).Ask;\nAsk",
        _shadowed,
    ),
    Check(
        "upper-case-rate",
        "a rate whose name starts with an upper-case letter",
        "It is read here; other PEPA tools take it for a process.",
        "R = 1;\nP = (a, R).P;\nP",
        "r = 1;\nP = (a, r).P;\nP",
        _upper_case_rates,
        (lower_case,),
        names_only=True,
    ),
)
