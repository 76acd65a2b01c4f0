"""Syntax tree to population net."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial

from pepa.control.garbage import uncollected
from pepa.language.checks.facts import Facts
from pepa.language.checks.model import check_facts, check_read
from pepa.language.parser import parse
from pepa.language.problem import ModelError, Problem, Severity
from pepa.language.rates import LARGEST_ARRAY, Parameters, parameter_values
from pepa.language.syntax import Constant, Model
from pepa.net.component import Component
from pepa.net.effort import FREE, Effort, TooLarge
from pepa.net.moves import moves, number_of_moves
from pepa.net.net import Group, Move, Net
from pepa.net.system import Leaf, System, SystemBuilder, hidden, leaves


@dataclass(frozen=True)
class Read:
    """A model text without errors: the model, and its warnings.

    `alone` is the component that it is, where compiling it tells nothing more.
    """

    model: Model
    problems: tuple[Problem, ...]
    activities: int
    alone: str | None


@lru_cache(maxsize=4)
@uncollected()
def read(text: str) -> Read:
    """Parse and check a model text. Raises ModelError with all its errors."""
    parsed = parse(text)
    if parsed.model is None:
        raise ModelError(_errors_first(check_read(parsed, text)))
    facts = Facts(parsed.model, text)
    problems = (*parsed.problems, *check_facts(facts))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ModelError(_errors_first(problems))
    return Read(parsed.model, problems, len(facts.nodes.prefixes), facts.alone)


def load(text: str) -> tuple[Model, tuple[Problem, ...]]:
    """Parse and check a model text; return the model and its warnings. Raises ModelError with all its errors."""
    found = read(text)
    return found.model, found.problems


def _errors_first(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)


@dataclass(frozen=True, eq=False)
class Composed:
    """What a model is composed of, before its moves: the tree of its system, the groups in it, the warnings met.

    `components` are the local derivatives of each sequential component.
    """

    model: Model
    system: System
    groups: tuple[Group, ...]
    parameters: Parameters
    problems: tuple[Problem, ...]
    components: tuple[tuple[str, ...], ...]


@uncollected()
def compile_model(
    model: Model, overrides: Mapping[str, float] | None = None, *, slopes: bool = False, effort: Effort = FREE
) -> Net:
    """Compile a checked model with some of its parameters replaced; with `slopes`, its rates know theirs.

    Raises PepaError for an unknown parameter, ModelError for rates or sizes without a value, for what is too
    large and for passive actions that nothing ever drives, TooMuch where it takes more than the effort.
    """
    made = _composed(model, overrides, slopes, effort)
    ways = _moves(made, effort)
    held = (names for group in made.groups for names in group.component.contents)
    derivatives = dict.fromkeys(name for names in (*held, *made.components) for name in names)
    return Net(
        made.groups,
        ways,
        made.parameters,
        made.problems,
        tuple(sorted(made.system.alphabet)),
        tuple(derivatives),
        hidden(made.system),
        made.components,
        frozenset[str]().union(*(group.component.silent for group in made.groups)),
        _unreached(model, derivatives),
        _known_as(model, derivatives),
    )


@uncollected()
def composed(model: Model, overrides: Mapping[str, float] | None = None, *, effort: Effort = FREE) -> Composed:
    """Return what a checked model is composed of, with some of its parameters replaced.

    Raises what `compile_model` raises, in less time: moves are made only where a passive activity needs one that
    drives it.
    """
    made = _composed(model, overrides, False, effort)
    if any(one.passive for group in made.groups for one in group.component.transitions):
        _moves(made, effort)
    else:
        with _placed(made):
            number_of_moves(made.system, effort)
    return made


def _composed(model: Model, overrides: Mapping[str, float] | None, slopes: bool, effort: Effort) -> Composed:
    parameters = parameter_values(model, overrides, slopes=slopes)
    builder = SystemBuilder(model, parameters, partial(_composite, effort), effort, slopes)
    system = builder.build(model.system)
    parts = tuple(leaves(system))
    if any(sum(leaf.counts) > LARGEST_ARRAY for leaf in parts):
        message = f"the system has more than {LARGEST_ARRAY} copies of one component"
        raise ModelError([Problem("invalid-size", message, model.system.span, "make an array smaller")])
    problems = tuple(dict.fromkeys(builder.problems))
    return Composed(model, system, tuple(_groups(parts)), parameters, problems, tuple(builder.labels))


def _moves(made: Composed, effort: Effort) -> tuple[Move, ...]:
    """Return the moves of a system; raises ModelError for too many, and for passive activities never driven."""
    with _placed(made):
        ways = moves(made.system, effort)
    undriven = list(_undriven(ways, made.groups))
    if undriven:
        raise ModelError(undriven)
    return ways


@contextmanager
def _placed(made: Composed) -> Iterator[None]:
    """Tell of too many moves where in the text the system is."""
    try:
        yield
    except TooLarge as error:
        raise error.at(made.model.system.span) from None


def _unreached(model: Model, derivatives: Container[str]) -> dict[str, int]:
    """Return the sequential processes that are defined and no component comes to, each with its line.

    Neither parts of a system equation nor other names of a process are local derivatives in any case.
    """
    left = (one for one in reversed(model.processes) if one.name.text not in derivatives)
    own = (one.name for one in left if not isinstance(one.process, Constant) and one.name.text not in model.composites)
    return {name.text: model.lines.place(name.span).line for name in own}


def _known_as(model: Model, derivatives: Iterable[str]) -> dict[str, str]:
    """Return the local derivative that each process which is none is another name of, as `Work` where `On = Work`."""
    alike = {one.name.text: one.process.name for one in model.processes if isinstance(one.process, Constant)}

    def meant(name: str) -> str:
        seen = set[str]()
        while name in alike and name not in seen:
            seen.add(name)
            name = alike[name]
        return name

    own = tuple(derivatives)
    names = {meant(name): name for name in reversed(own)} if alike else {}
    others = {one.name.text for one in model.processes}.difference(own) if alike else ()
    return {name: names[meant(name)] for name in others if meant(name) in names}


def _composite(effort: Effort, system: System, copies: int, actions: frozenset[str]) -> Component:
    from pepa.net.composite import composite  # which few models need

    return composite(system, copies, actions, effort)


def _groups(parts: Iterable[Leaf]) -> Iterator[Group]:
    leaves = list(parts)
    names = [leaf.component.labels[next((at for at, count in enumerate(leaf.counts) if count), 0)] for leaf in leaves]
    every, seen = Counter(names), Counter[str]()
    for leaf, name in zip(leaves, names, strict=True):
        seen[name] += 1
        unique = name if every[name] == 1 else f"{name}#{seen[name]}"
        yield Group(unique, leaf.component, leaf.counts)


def _undriven(ways: tuple[Move, ...], groups: tuple[Group, ...]) -> Iterator[Problem]:
    """Yield a problem for each passive activity that takes part in no move that has a rate, but may be come to."""
    if not any(move.passive for move in ways):
        return
    driven = {id(p.transition) for move in ways if not move.passive for p in move.participants}
    alone = [move for move in ways if move.passive and all(id(p.transition) not in driven for p in move.participants)]
    possible = _possible(ways, groups) if alone else frozenset()
    reported: set[int] = set()
    for move in alone:
        transition = move.participants[0].transition
        if move in possible and id(transition) not in reported:
            reported.add(id(transition))
            message = f"the passive action `{transition.action}` is never driven: no partner gives it a rate"
            hint = f"let it cooperate on `{transition.action}` with a component that does it at a rate"
            yield Problem("undriven-passive", message, transition.span, hint)


def _possible(ways: tuple[Move, ...], groups: tuple[Group, ...]) -> frozenset[Move]:
    """Return the moves each of whose participants may come to where it takes part, by itself; others never happen."""
    needing: dict[tuple[int, int], list[Move]] = {}
    missing: dict[Move, int] = {}
    for move in ways:
        places = {(one.group, one.transition.source) for one in move.participants}
        missing[move] = len(places)
        for place in places:
            needing.setdefault(place, []).append(move)
    come = [(index, local) for index, group in enumerate(groups) for local, count in enumerate(group.initial) if count]
    seen = set(come)
    while come:
        for move in needing.get(come.pop(), ()):
            missing[move] -= 1
            if not missing[move]:
                targets = {(one.group, one.transition.target) for one in move.participants}
                come += targets - seen
                seen |= targets
    return frozenset(move for move, left in missing.items() if not left)
