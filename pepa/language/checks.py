"""Static checks of a parsed model: names, shapes and rates, before any semantics (Hillston 1996, section 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pepa.language.cycles import chained, cycles
from pepa.language.nearest import Nearest
from pepa.language.problem import ModelError, Problem, Severity, Span
from pepa.language.rates import evaluate, parameter_values, rate_problem, undefined_rate
from pepa.language.suspicions import suspicions
from pepa.language.syntax import (
    TAU,
    Array,
    Choice,
    Constant,
    Cooperation,
    Hiding,
    Model,
    Node,
    Number,
    Parameter,
    Prefix,
    Process,
    walk,
)


def check(model: Model) -> list[Problem]:
    """Return all problems of a model in the order of its text; no errors among them: it can be compiled."""
    nodes = _Nodes.of(model)
    problems = [*_names(model), *_references(model, nodes), *_recursion(model)]
    if not problems:
        problems = [*_shapes(model, nodes), *_rates(model, nodes)]
        if not problems:
            problems = list(suspicions(model))
    problems += [*_sets(nodes), *_unused(model, nodes), *_upper_case_rates(nodes), *_never(model, nodes)]
    return sorted(problems, key=lambda problem: problem.span.start)


@dataclass(frozen=True)
class _Nodes:
    """The nodes of a model that checks look at, each kind in the order of the text."""

    parameters: list[Parameter]
    constants: list[Constant]
    prefixes: list[Prefix]
    choices: list[Choice]
    sets: list[Cooperation | Hiding | Array]

    @classmethod
    def of(cls, model: Model) -> _Nodes:
        found = cls([], [], [], [], [])
        add: dict[type[Node], Callable[[Any], None]] = {
            Parameter: found.parameters.append,
            Constant: found.constants.append,
            Prefix: found.prefixes.append,
            Choice: found.choices.append,
            **dict.fromkeys((Cooperation, Hiding, Array), found.sets.append),
        }
        roots: list[Node] = [definition.process for definition in model.processes]
        for root in (*roots, model.system, *(definition.expression for definition in model.rates)):
            for node in walk(root):
                if (appended := add.get(type(node))) is not None:
                    appended(node)
        return found


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


def _references(model: Model, nodes: _Nodes) -> Iterator[Problem]:
    rates = {definition.name.text for definition in model.rates}
    processes = {definition.name.text for definition in model.processes}
    near_rates, near_processes = Nearest(rates), Nearest(processes)
    for parameter in nodes.parameters:
        if parameter.name in processes and parameter.name not in rates:
            message = f"`{parameter.name}` is a process, not a rate"
            yield Problem("undefined-rate", message, parameter.span, "rates start with a lower-case letter")
        elif parameter.name not in rates:
            yield undefined_rate(parameter, near_rates)
    for constant in nodes.constants:
        if constant.name not in processes:
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
    used = ((name, [constant.name for constant in _unguarded(body)]) for name, body in model.definitions.items())
    return {name: names for name, names in used if names}


def _recursion(model: Model) -> Iterator[Problem]:
    spans = {definition.name.text: definition.name.span for definition in reversed(model.processes)}
    for cycle in cycles(_uses(model)):
        first = min(cycle, key=lambda name: spans[name].start)
        from_first = [*cycle[cycle.index(first) :], *cycle[: cycle.index(first)], first]
        message = f"`{first}` is defined by itself without an activity between: {chained(from_first)}"
        hint = "put an activity before it: `(action, rate).`"
        yield Problem("unguarded-recursion", message, spans[first], hint)


def composite_constants(model: Model) -> set[str]:
    """Return the names of the definitions that hold a cooperation, a hiding or an array, themselves or by name."""
    aliases: dict[str, list[str]] = {}
    composite: list[str] = []
    for name, body in model.definitions.items():
        if isinstance(body, Constant):
            aliases.setdefault(body.name, []).append(name)
        elif isinstance(body, Cooperation | Hiding | Array):
            composite.append(name)
    for name in composite:  # grows while it is walked
        composite.extend(aliases.pop(name, ()))
    return set(composite)


def _shapes(model: Model, nodes: _Nodes) -> Iterator[Problem]:
    composite = composite_constants(model)
    for prefix in nodes.prefixes:
        if _is_composite(prefix.continuation, composite):
            yield _not_sequential(prefix.continuation, "the process after an activity")
    for choice in nodes.choices:
        bad = (term for term in choice.terms if _is_composite(term, composite))
        yield from (_not_sequential(term, "each side of a choice") for term in bad)


def _is_composite(process: Process, composite: set[str]) -> bool:
    if isinstance(process, Constant):
        return process.name in composite
    return not isinstance(process, Prefix | Choice)


def _not_sequential(process: Process, where: str) -> Problem:
    message = f"{where} must be sequential: no cooperation, hiding or array in it"
    hint = "cooperation belongs into the system equation, or into a definition used there"
    return Problem("not-sequential", message, process.span, hint)


def _rates(model: Model, nodes: _Nodes) -> Iterator[Problem]:
    try:
        values = parameter_values(model)
    except ModelError as error:
        yield from error.problems
        return
    for prefix in nodes.prefixes:
        try:
            problem = rate_problem(prefix, evaluate(prefix.rate, values))
        except ModelError as error:
            yield from error.problems
        else:
            if problem:
                yield problem


def _sets(nodes: _Nodes) -> Iterator[Problem]:
    for node in nodes.sets:
        if not node.actions:
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


def _unused(model: Model, nodes: _Nodes) -> Iterator[Problem]:
    rates = {node.name for node in nodes.parameters}
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


def _upper_case_rates(nodes: _Nodes) -> Iterator[Problem]:
    for prefix in nodes.prefixes:
        if isinstance(prefix.rate, Parameter) and prefix.rate.name[:1].isupper():
            message = f"other PEPA tools take rate names in lower case only: `{prefix.rate.name}`"
            yield _warning("upper-case-rate", message, prefix.rate.span)


def _never(model: Model, nodes: _Nodes) -> Iterator[Problem]:
    """Warn of a rate written 0, but for a process that is there to do nothing: `Stop = (stop, 0).Stop;`."""
    idle = {id(one.process) for one in model.processes if _leads_to(one.process, one.name.text)}
    for prefix in nodes.prefixes:
        if isinstance(prefix.rate, Number) and prefix.rate.value == 0 and id(prefix) not in idle:
            message = f"the rate of `{prefix.action.text}` is 0: it never happens"
            yield _warning("zero-rate", message, prefix.rate.span, "a parameter that is 0 for now needs no warning")


def _leads_to(process: Process, name: str) -> bool:
    return (
        isinstance(process, Prefix) and isinstance(process.continuation, Constant) and process.continuation.name == name
    )


def _warning(code: str, message: str, span: Span, hint: str = "") -> Problem:
    return Problem(code, message, span, hint, Severity.WARNING)
