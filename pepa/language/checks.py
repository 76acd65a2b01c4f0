"""Static checks of a parsed model: names, shapes and rates, before any semantics (Hillston 1996, section 3.3)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from pepa.language.problem import ModelError, Problem, Severity, Span
from pepa.language.rates import evaluate, parameter_values, rate_problem, undefined_rate
from pepa.language.syntax import (
    TAU,
    Array,
    Choice,
    Constant,
    Cooperation,
    Hiding,
    Model,
    Parameter,
    Prefix,
    Process,
    walk,
)


def check(model: Model) -> list[Problem]:
    """Return all problems of a model in the order of its text; no errors among them: it can be compiled."""
    problems = [*_names(model), *_references(model), *_recursion(model)]
    if not problems:
        problems = [*_shapes(model), *_rates(model)]
    problems += [*_sets(model), *_unused(model), *_upper_case_rates(model)]
    return sorted(problems, key=lambda problem: problem.span.start)


def _bodies(model: Model) -> Iterator[Process]:
    yield from (definition.process for definition in model.processes)
    yield model.system


def _names(model: Model) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    named = [(d.name, "rate") for d in model.rates] + [(d.name, "process") for d in model.processes]
    for name, kind in sorted(named, key=lambda item: item[0].span.start):
        if name.text in seen:
            message = f"`{name.text}` is already defined as a {seen[name.text]}"
            yield Problem("duplicate-definition", message, name.span, "rename one of the two")
        seen.setdefault(name.text, kind)
        if kind == "rate" and name.text in {"T", "infty"}:
            message = f"`{name.text}` is the passive rate and cannot be defined"
            yield Problem("reserved-name", message, name.span, "choose another name")
        if kind == "process" and name.text[:1].islower() and name.span.end - name.span.start == len(name.text):
            message = f"the name of a process starts with an upper-case letter: `{name.text}`"
            hint = f"write `{name.text[:1].upper()}{name.text[1:]}`, or put the name into double quotes"
            yield Problem("lower-case-process", message, name.span, hint)


def _references(model: Model) -> Iterator[Problem]:
    rates = [definition.name.text for definition in model.rates]
    known_rates, processes = set(rates), {definition.name.text for definition in model.processes}
    nodes = [node for body in _bodies(model) for node in walk(body)]
    nodes += [node for definition in model.rates for node in walk(definition.expression)]
    for node in nodes:
        if isinstance(node, Parameter) and node.name not in known_rates:
            if node.name in processes:
                message = f"`{node.name}` is a process, not a rate"
                yield Problem("undefined-rate", message, node.span, "rates start with a lower-case letter")
            else:
                yield undefined_rate(node, rates)
        elif isinstance(node, Constant) and node.name not in processes:
            yield _undefined_process(node, processes, known_rates)


def _undefined_process(constant: Constant, processes: Iterable[str], rates: set[str]) -> Problem:
    if constant.name in rates:
        message = f"`{constant.name}` is a rate, not a process"
        return Problem("undefined-process", message, constant.span, "an activity is `(action, rate)`")
    close = difflib.get_close_matches(constant.name, list(processes), 1)
    if close:
        hint = f"did you mean `{close[0]}`?"
    elif constant.name[:1].islower():
        hint = "the name of a process starts with an upper-case letter"
    else:
        hint = f"define it: `{constant.name} = (action, rate).{constant.name};`"
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


def _recursion(model: Model) -> Iterator[Problem]:
    uses = {name: {constant.name for constant in _unguarded(body)} for name, body in model.definitions.items()}
    spans = {definition.name.text: definition.name.span for definition in model.processes}
    while True:
        try:
            TopologicalSorter(uses).prepare()
            return
        except CycleError as error:
            cycle = list(reversed(error.args[1]))
            first = min(cycle, key=lambda name: spans[name].start)
            message = f"`{first}` is defined by itself without an activity between: {' -> '.join(cycle)}"
            hint = "put an activity before it: `(action, rate).`"
            yield Problem("unguarded-recursion", message, spans[first], hint)
            for name in cycle:
                uses[name] = set()


def composite_constants(model: Model) -> set[str]:
    """Return the names of the definitions that hold a cooperation, a hiding or an array, themselves or by name."""
    bodies = model.definitions
    uses = {name: {constant.name for constant in _unguarded(body)} for name, body in bodies.items()}
    composite: set[str] = set()
    for name in TopologicalSorter(uses).static_order():
        body = bodies.get(name)
        match body:
            case Cooperation() | Hiding() | Array():
                composite.add(name)
            case Constant(name=other) if other in composite:
                composite.add(name)
            case _:
                pass
    return composite


def _shapes(model: Model) -> Iterator[Problem]:
    composite = composite_constants(model)
    for body in _bodies(model):
        for node in walk(body):
            match node:
                case Prefix(continuation=inner) if _is_composite(inner, composite):
                    yield _not_sequential(inner, "the process after an activity")
                case Choice(terms=terms):
                    bad = (term for term in terms if _is_composite(term, composite))
                    yield from (_not_sequential(term, "each side of a choice") for term in bad)
                case _:
                    pass


def _is_composite(process: Process, composite: set[str]) -> bool:
    if isinstance(process, Constant):
        return process.name in composite
    return isinstance(process, Cooperation | Hiding | Array)


def _not_sequential(process: Process, where: str) -> Problem:
    message = f"{where} must be sequential: no cooperation, hiding or array in it"
    hint = "cooperation belongs into the system equation, or into a definition used there"
    return Problem("not-sequential", message, process.span, hint)


def _rates(model: Model) -> Iterator[Problem]:
    try:
        values = parameter_values(model)
    except ModelError as error:
        yield from error.problems
        return
    for body in _bodies(model):
        for node in walk(body):
            if not isinstance(node, Prefix):
                continue
            try:
                rate = evaluate(node.rate, values)
            except ModelError as error:
                yield from error.problems
                continue
            problem = rate_problem(node, rate)
            if problem:
                yield problem


def _sets(model: Model) -> Iterator[Problem]:
    for body in _bodies(model):
        for node in walk(body):
            if not isinstance(node, Cooperation | Hiding | Array) or not node.actions:
                continue
            seen: set[str] = set()
            for name in node.actions:
                if name.text == TAU and not isinstance(node, Hiding):
                    message = "nothing can cooperate on `tau`: it is an action of one component alone"
                    yield Problem("tau-cooperation", message, name.span, "name the action, and hide it further out")
                elif name.text in seen:
                    yield _warning("repeated-action", f"`{name.text}` is named twice in this set", name.span)
                seen.add(name.text)
            if isinstance(node, Cooperation):
                yield from _readings(node)


def _readings(node: Cooperation) -> Iterator[Problem]:
    """Warn where `<*>` stands left of another cooperation: some tools let it take all to its right."""
    first = node.parts[0]
    if isinstance(first, Cooperation) and first.actions is None:
        message = "other tools read `A <*> B <b> C` as `A <*> (B <b> C)`; here it is `(A <*> B) <b> C`"
        yield _warning("wildcard-reading", message, first.span, "write the parentheses you mean")


def _unused(model: Model) -> Iterator[Problem]:
    nodes = [node for body in _bodies(model) for node in walk(body)]
    nodes += [node for definition in model.rates for node in walk(definition.expression)]
    rates = {node.name for node in nodes if isinstance(node, Parameter)}
    for definition in model.rates:
        if definition.name.text not in rates:
            yield _warning("unused-rate", f"rate `{definition.name.text}` is never used", definition.name.span)
    reached = _reached(model)
    for process in model.processes:
        if process.name.text not in reached:
            message = f"process `{process.name.text}` is not part of the system"
            yield _warning("unused-process", message, process.name.span)


def _reached(model: Model) -> set[str]:
    bodies, reached, stack = model.definitions, set[str](), [model.system]
    while stack:
        for node in walk(stack.pop()):
            if isinstance(node, Constant) and node.name not in reached and node.name in bodies:
                reached.add(node.name)
                stack.append(bodies[node.name])
    return reached


def _upper_case_rates(model: Model) -> Iterator[Problem]:
    for body in _bodies(model):
        for node in walk(body):
            if isinstance(node, Prefix) and isinstance(node.rate, Parameter) and node.rate.name[:1].isupper():
                message = f"other PEPA tools take rate names in lower case only: `{node.rate.name}`"
                yield _warning("upper-case-rate", message, node.rate.span)


def _warning(code: str, message: str, span: Span, hint: str = "") -> Problem:
    return Problem(code, message, span, hint, Severity.WARNING)
