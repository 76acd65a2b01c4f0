"""Errors of a parsed model: its names, shapes and rates, before any semantics (Hillston 1996, section 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pepa.language.checks.facts import Facts
from pepa.language.checks.nodes import Nodes
from pepa.language.cycles import chained, cycles
from pepa.language.derivatives import is_guarded
from pepa.language.nearest import Nearest
from pepa.language.problem import ModelError, Problem
from pepa.language.rates import is_rate, rate_problem, undefined_rate
from pepa.language.syntax import (
    TAU,
    Array,
    Choice,
    Constant,
    Cooperation,
    Expression,
    Hiding,
    Model,
    Name,
    Number,
    Parameter,
    Prefix,
    Process,
)

PASSIVE = {"T", "infty"}


def errors(facts: Facts, unread: AbstractSet[str] = frozenset()) -> list[Problem]:
    """Return the errors of a model; where there are none it can be compiled.

    Of what was read of a text: `unread` are the names that its rest may define, as rates or as processes.
    """
    model, nodes = facts.model, facts.nodes
    problems = [*_names(model), *_references(model, nodes, unread), *_recursion(model)]
    if not problems and not unread:
        problems = [*_shapes(model, nodes), *_rates(facts)]
    return [*problems, *_cooperations_on_tau(nodes)]


def _names(model: Model) -> Iterator[Problem]:
    rates, processes = ([definition.name for definition in part] for part in (model.rates, model.processes))
    texts = {name.text for names in (rates, processes) for name in names}
    if len(texts) < len(rates) + len(processes):
        yield from _defined_twice([(name, "rate") for name in rates] + [(name, "process") for name in processes])
    for name in rates if texts & PASSIVE else ():
        if name.text in PASSIVE:
            message = f"`{name.text}` is the passive rate and cannot be defined"
            yield Problem("reserved-name", message, name.span, "choose another name")
    for name in processes:
        if name.text[:1].islower() and name.span.end - name.span.start == len(name.text):
            message = f"the name of a process starts with an upper-case letter: `{name.text}`"
            hint = f"write `{name.text[:1].upper()}{name.text[1:]}`, or put the name into double quotes"
            yield Problem("lower-case-process", message, name.span, hint)


def _defined_twice(named: list[tuple[Name, str]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, kind in sorted(named, key=lambda item: item[0].span.start):
        if name.text in seen:
            message = f"`{name.text}` is already defined as a {seen[name.text]}"
            yield Problem("duplicate-definition", message, name.span, "rename one of the two")
        seen.setdefault(name.text, kind)


def _references(model: Model, nodes: Nodes, unread: AbstractSet[str]) -> Iterator[Problem]:
    rates = {definition.name.text for definition in model.rates}
    processes = {definition.name.text for definition in model.processes}
    undefined = nodes.parameter_names - rates - unread, nodes.constant_names - processes - unread
    near_rates, near_processes = Nearest(rates), Nearest(processes)
    for parameter in nodes.parameters if undefined[0] else ():
        if parameter.name not in undefined[0]:
            continue
        if parameter.name in processes:
            message = f"`{parameter.name}` is a process, not a rate"
            yield Problem("undefined-rate", message, parameter.span, "rates start with a lower-case letter")
        else:
            yield undefined_rate(parameter, near_rates)
    for constant in nodes.constants if undefined[1] else ():
        if constant.name in undefined[1]:
            yield _undefined_process(constant, near_processes, rates)


def _undefined_process(constant: Constant, near: Nearest, rates: set[str]) -> Problem:
    if constant.name in rates:
        message = f"`{constant.name}` is a rate, not a process"
        return Problem("undefined-process", message, constant.span, "an activity is `(action, rate)`")
    close = near.to(constant.name)
    if constant.name in ("Stop", "Nil"):
        hint = f"define what does nothing any more: `{constant.name} = (stop, 0).{constant.name};`"
    elif close:
        hint = f"did you mean `{close}`?"
    elif constant.name[:1].islower():
        hint = "the name of a process starts with an upper-case letter"
    else:
        hint = f"define it: `{constant.name} = (action, 1.0).{constant.name};`"
    return Problem("undefined-process", f"process `{constant.name}` is not defined", constant.span, hint)


def _unguarded(process: Process) -> Iterator[Constant]:
    """Yield the constants of a process that no prefix stands before."""
    stack = [process]
    while stack:
        node = stack.pop()
        match node:
            case Constant():
                yield node
            case Choice(terms=parts) | Cooperation(parts=parts):
                stack.extend(parts)
            case Hiding(process=inner) | Array(process=inner):
                stack.append(inner)
            case _:
                pass


def _uses(model: Model) -> dict[str, list[str]]:
    """Return, for each definition that begins with others, which: no activity stands before them."""
    bodies = ((name, body) for name, body in model.definitions.items() if not is_guarded(body))
    used = ((name, [constant.name for constant in _unguarded(body)]) for name, body in bodies)
    return {name: names for name, names in used if names}


def _recursion(model: Model) -> Iterator[Problem]:
    uses = _uses(model)
    if not uses:
        return
    spans = {definition.name.text: definition.name.span for definition in reversed(model.processes)}
    for cycle in cycles(uses):
        first = min(cycle, key=lambda name: spans[name].start)
        from_first = [*cycle[cycle.index(first) :], *cycle[: cycle.index(first)], first]
        message = f"`{first}` is defined by itself without an activity between: {chained(from_first)}"
        hint = "put an activity before it: `(action, rate).`"
        yield Problem("unguarded-recursion", message, spans[first], hint)


def _shapes(model: Model, nodes: Nodes) -> Iterator[Problem]:
    composite = model.composites
    if not _are_inside(model, nodes):
        return
    for prefix in nodes.prefixes:
        after = prefix.continuation
        if after.name in composite if isinstance(after, Constant) else _is_composite(after, composite):
            yield _not_sequential(after, "the process after an activity")
    for choice in nodes.choices:
        bad = (term for term in choice.terms if _is_composite(term, composite))
        yield from (_not_sequential(term, "each side of a choice") for term in bad)


def _are_inside(model: Model, nodes: Nodes) -> bool:
    """Whether parts of a system may stand inside of sequential processes: there are more than in compositions."""
    roots = (*(definition.process for definition in model.processes), model.system)
    stack: list[Process] = [root for root in roots if not isinstance(root, (Prefix, Choice))]
    composite = model.composites
    sets = names = 0
    while stack:
        node = stack.pop()
        if isinstance(node, Constant):
            names += node.name in composite
        elif isinstance(node, (Cooperation, Hiding, Array)):
            sets += 1
            stack += node.parts if isinstance(node, Cooperation) else (node.process,)
    named = sum(node.name in composite for node in nodes.constants) if composite else 0
    return len(nodes.sets) > sets or named > names


def _is_composite(process: Process, composite: AbstractSet[str]) -> bool:
    if isinstance(process, Constant):
        return process.name in composite
    return not isinstance(process, (Prefix, Choice))


def _not_sequential(process: Process, where: str) -> Problem:
    message = f"{where} must be sequential: no cooperation, hiding or array in it"
    hint = "cooperation belongs into the system equation, or into a definition used there"
    return Problem("not-sequential", message, process.span, hint)


def _rates(facts: Facts) -> Iterator[Problem]:
    try:
        values = facts.values
    except ModelError as error:
        yield from error.problems
        return
    right = {name for name, rate in values.items() if is_rate(rate.value)}
    nodes = facts.nodes
    plain = nodes.rate_names <= right and all(map(is_rate, nodes.rate_numbers))
    for prefix in nodes.computed if plain else nodes.prefixes:
        written = prefix.rate
        if written.name in right if isinstance(written, Parameter) else _is_plain(written):
            continue
        try:
            problem = rate_problem(prefix, facts.rate(prefix.rate))
        except ModelError as error:
            yield from error.problems
        else:
            if problem:
                yield problem


def _is_plain(rate: Expression) -> bool:
    """Whether a rate is a number that may be one."""
    return isinstance(rate, Number) and is_rate(rate.value)


def _cooperations_on_tau(nodes: Nodes) -> Iterator[Problem]:
    for node in nodes.sets:
        for name in node.actions or ():
            if name.text == TAU and not isinstance(node, Hiding):
                message = "nothing can cooperate on `tau`: it is an action of one component alone"
                yield Problem("tau-cooperation", message, name.span, "name the action, and hide it further out")
