"""What is well formed and yet rarely meant: one function a check, each with a stable code, all warnings.

They are made of a model without errors; the manual tells what each means (source.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from graphlib import TopologicalSorter

from pepa.language.problem import ModelError, Problem, Severity, Span
from pepa.language.rates import Parameters, evaluate, parameter_values
from pepa.language.syntax import (
    Array,
    Choice,
    Constant,
    Cooperation,
    Expression,
    Hiding,
    Model,
    Parameter,
    Prefix,
    Process,
    Product,
    walk,
)

DECADES = 6.0  # a rate alone, so many orders of magnitude from the next
NEARLY = 0.05  # how far from one a sum of probabilities is still taken to be meant as one


def suspicions(model: Model) -> Iterator[Problem]:
    """Yield what looks like a slip in a model without errors."""
    values = parameter_values(model)
    nodes = _compositions(model)
    if nodes:
        letters = _Letters(model)
        for check in (_not_shared, _hidden_inside, _hides_nothing):
            yield from check(nodes, letters)
    inner = [node for body in _bodies(model) for node in walk(body) if isinstance(node, Choice | Array | Prefix)]
    choices = [node for node in inner if isinstance(node, Choice)]
    yield from _probabilities(choices, values)
    yield from _repeated_branches(choices)
    yield from _empty_arrays([node for node in inner if isinstance(node, Array)], values)
    yield from _alike(model)
    yield from _outlying([node for node in inner if isinstance(node, Prefix)], values)


def _warning(code: str, message: str, span: Span, hint: str) -> Problem:
    return Problem(code, message, span, hint, Severity.WARNING)


def _bodies(model: Model) -> Iterator[Process]:
    yield from (definition.process for definition in model.processes)
    yield model.system


class _Letters:
    """The action types that a process can ever do, seen from outside, and those hidden in it."""

    def __init__(self, model: Model) -> None:
        self._definitions = model.definitions
        self._known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        plain = {
            name: body
            for name, body in self._definitions.items()
            if isinstance(body, Cooperation | Hiding | Array | Constant)
        }
        uses = {name: [n.name for n in walk(body) if isinstance(n, Constant)] for name, body in plain.items()}
        for name in TopologicalSorter(uses).static_order():  # long chains of names are no recursion
            if name in plain:
                self._known[name] = self.of(plain[name])

    def of(self, process: Process) -> tuple[frozenset[str], frozenset[str]]:
        """Return both for a process."""
        match process:
            case Constant(name=name):
                if name not in self._known:
                    self._known[name] = self._sequential(process)
                return self._known[name]
            case Cooperation(parts=parts):
                found = [self.of(part) for part in parts]
                return frozenset().union(*(seen for seen, _ in found)), frozenset().union(*(hid for _, hid in found))
            case Hiding(process=inner, actions=names):
                seen, hid = self.of(inner)
                taken = seen & {name.text for name in names}
                return seen - taken, hid | taken
            case Array(process=inner):
                return self.of(inner)
            case _:
                return self._sequential(process)

    def _sequential(self, process: Process) -> tuple[frozenset[str], frozenset[str]]:
        actions: set[str] = set()
        reached: set[str] = set()
        waiting = [process]
        while waiting:
            node = waiting.pop()
            match node:
                case Prefix(action=name, continuation=after):
                    actions.add(name.text)
                    waiting.append(after)
                case Choice(terms=terms):
                    waiting.extend(terms)
                case Constant(name=other) if other not in reached:
                    reached.add(other)
                    waiting.append(self._definitions[other])
                case _:
                    pass
        return frozenset(actions), frozenset()


def _compositions(model: Model) -> list[Process]:
    """Return the nodes of the system equation and of the definitions that stand for parts of one."""
    roots = [body for body in _bodies(model) if isinstance(body, Cooperation | Hiding | Array)]
    return [node for root in roots for node in walk(root) if isinstance(node, Cooperation | Hiding)]


def _not_shared(nodes: list[Process], letters: _Letters) -> Iterator[Problem]:
    for node in nodes:
        if not isinstance(node, Cooperation) or not node.actions:
            continue
        named = {name.text for name in node.actions}
        seen = [letters.of(part)[0] for part in node.parts]
        left = set(seen[0])
        for right in seen[1:]:
            for action in sorted((left & right) - named - {"tau"}):
                message = f"both sides of this cooperation do `{action}`, each for itself: it is not in the set"
                span = Span(node.actions[0].span.start, node.actions[-1].span.end)
                yield _warning("unshared-action", message, span, f"add `{action}` to the set, or rename one of the two")
            left |= right


def _hidden_inside(nodes: list[Process], letters: _Letters) -> Iterator[Problem]:
    for node in nodes:
        if isinstance(node, Cooperation) and node.actions:
            found = [letters.of(part) for part in node.parts]
            for name in node.actions:
                if any(name.text in hid and name.text not in seen for seen, hid in found):
                    message = f"`{name.text}` is hidden inside a side of this cooperation: nobody can cooperate on it"
                    yield _warning("hidden-cooperation", message, name.span, "hide it outside of the cooperation")


def _hides_nothing(nodes: list[Process], letters: _Letters) -> Iterator[Problem]:
    for node in nodes:
        if isinstance(node, Hiding):
            seen = letters.of(node.process)[0]
            for name in node.actions:
                if name.text not in seen:
                    message = f"nothing to hide: the process never does `{name.text}`"
                    yield _warning("hides-nothing", message, name.span, "leave it out")


def _probabilities(choices: list[Choice], values: Parameters) -> Iterator[Problem]:
    for choice in choices:
        yield from _nearly_one(choice, values)


def _nearly_one(choice: Choice, values: Parameters) -> Iterator[Problem]:
    """Compare the shares of one rate in a choice: `(a, 0.3*r).P + (b, 0.6*r).Q` loses a tenth of r."""
    shares: dict[str, list[float]] = {}
    for term in choice.terms:
        if isinstance(term, Prefix) and isinstance(term.rate, Product) and len(term.rate.factors) == 2:
            (up, weight), (_, rate) = term.rate.factors
            if isinstance(rate, Parameter) and up > 0 and not values[rate.name].passive:
                shares.setdefault(rate.name, []).append(_value(weight, values))
    for name, found in shares.items():
        total = sum(found)
        if len(found) > 1 and all(0 < share < 1 for share in found) and 1e-9 < abs(total - 1) <= NEARLY:
            message = f"the shares of `{name}` in this choice sum to {total:.6g}, nearly one"
            yield _warning("probabilities", message, choice.span, "let one of them be 1 minus the others")


def _value(expression: Expression, values: Parameters) -> float:
    try:
        return evaluate(expression, values).value
    except ModelError:
        return math.nan


def _repeated_branches(choices: list[Choice]) -> Iterator[Problem]:
    for choice in choices:
        seen: set[tuple[str, str, str]] = set()
        for term in choice.terms:
            match term:
                case Prefix(action=action, rate=Parameter(name=rate), continuation=Constant(name=after)):
                    if (action.text, rate, after) in seen:
                        message = f"this activity stands twice in the choice: `{action.text}` has twice the rate"
                        hint = f"write it once, at `2*{rate}` if that is meant"
                        yield _warning("repeated-branch", message, term.span, hint)
                    seen.add((action.text, rate, after))
                case _:
                    pass


def _empty_arrays(arrays: list[Array], values: Parameters) -> Iterator[Problem]:
    for array in arrays:
        if _value(array.size, values) == 0:
            message = "this array has no members: it is not there"
            yield _warning("empty-array", message, array.size.span, "give it a size of at least 1")


def _alike(model: Model) -> Iterator[Problem]:
    """Warn of two processes, or two rates, whose names differ in upper and lower case alone."""
    for kind, names in (
        ("process", [definition.name for definition in model.processes]),
        ("rate", [definition.name for definition in model.rates]),
    ):
        seen: dict[str, str] = {}
        for name in names:
            other = seen.setdefault(name.text.lower(), name.text)
            if other != name.text:
                message = f"`{name.text}` and the {kind} `{other}` differ in upper and lower case alone"
                yield _warning("names-alike", message, name.span, "rename one of the two")


def _outlying(prefixes: list[Prefix], values: Parameters) -> Iterator[Problem]:
    """Warn of one rate alone, orders of magnitude from all others: a slip of the exponent or another unit of time."""
    used: dict[float, Prefix] = {}
    for prefix in prefixes:
        if not isinstance(prefix.rate, Product) and (value := _value(prefix.rate, values)) > 0:
            used.setdefault(value, prefix)
    ordered = sorted(used)
    if len(ordered) < 3:
        return
    for alone, near in ((ordered[0], ordered[1]), (ordered[-1], ordered[-2])):
        if abs(math.log10(alone / near)) >= DECADES:
            message = f"the rate {alone:g} is {abs(math.log10(alone / near)):.0f} orders of magnitude off all others"
            yield _warning("outlying-rate", message, used[alone].rate.span, "are all rates per the same unit of time?")
