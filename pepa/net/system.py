"""The system equation as a tree of counted components, cooperations and hidings.

Interchangeable copies are found here: parallel copies of one component, however written, become one leaf that
counts its members in each local derivative. Counting is an exact aggregation (strong equivalence; Hillston 1996,
chapter 8; Ding and Hillston, Numerically representing stochastic process algebra models, 2012).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pepa.control.counting import counted_off
from pepa.control.depth import DEEPEST
from pepa.language.problem import ModelError, Problem, Severity
from pepa.language.rates import Parameters, array_size
from pepa.language.syntax import TAU, Array, Constant, Cooperation, Hiding, Model, Name, Process
from pepa.net.component import Component, sequential
from pepa.net.effort import Effort, TooLarge
from pepa.net.mixed_rates import MixedRates

MOST_OF_A_TEAM = 1_000  # states up to which copies written out one by one are counted
LONG = 100  # local derivatives from which a component is not derived again where another of them is its first
MOST_LEAVES = 200_000  # components of a system, arrays counted as one


@dataclass(frozen=True, eq=False)
class Leaf:
    """Copies of one component in parallel: how many start in each local derivative."""

    component: Component
    counts: tuple[int, ...]

    @cached_property
    def alphabet(self) -> frozenset[str]:
        """The action types it can ever perform, seen from outside, `tau` left out."""
        return self.component.alphabet - {TAU}


@dataclass(frozen=True, eq=False)
class Coop:
    """Parts that cooperate on `actions`; an empty set is parallel composition."""

    parts: tuple[System, ...]
    actions: frozenset[str]

    @cached_property
    def alphabet(self) -> frozenset[str]:
        """The action types it can ever perform, seen from outside, `tau` left out."""
        return frozenset().union(*(part.alphabet for part in self.parts))


@dataclass(frozen=True, eq=False)
class Hide:
    """A part whose `actions` are `tau` to the outside."""

    part: System
    actions: frozenset[str]

    @cached_property
    def alphabet(self) -> frozenset[str]:
        """The action types it can ever perform, seen from outside, `tau` left out."""
        return self.part.alphabet - self.actions


System = Leaf | Coop | Hide
Composite = Callable[[System, int, frozenset[str]], Component]


def hidden(system: System) -> frozenset[str]:
    """Return the action types hidden anywhere in a system."""
    match system:
        case Leaf():
            return frozenset()
        case Coop(parts=parts):
            return frozenset().union(*map(hidden, parts))
        case Hide(part=part, actions=actions):
            return hidden(part) | actions


def leaves(system: System) -> Iterator[Leaf]:
    """Yield the leaves from left to right."""
    match system:
        case Leaf():
            yield system
        case Coop(parts=parts):
            for part in parts:
                yield from leaves(part)
        case Hide(part=part):
            yield from leaves(part)


@dataclass
class SystemBuilder:
    """Builds the tree of one model; holds the components derived so far and the warnings met on the way.

    With `slopes` rates know what they depend on.

    `composite` derives copies of a composite process as one component (pepa.net.composite); it is passed in
    because deriving one needs the moves of its own tree.
    """

    model: Model
    parameters: Parameters
    composite: Composite
    effort: Effort = field(default_factory=Effort)
    slopes: bool = False
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._definitions = self.model.definitions
        self._composites = self.model.composites
        self._components: dict[frozenset[str], Component] = {}
        self._within: dict[str, Component] = {}  # by names that lead to all of a long component
        self._long: list[Component] = []  # of which it is not known yet whether theirs do
        self._derived: dict[Hashable, Component] = {}
        self._origins: dict[int, Hashable] = {}
        self._built: dict[str, System] = {}
        self._depth = self._leaves = 0

    @property
    def labels(self) -> Iterable[tuple[str, ...]]:
        """The local derivatives of each sequential component met so far."""
        return (component.labels for component in self._components.values())

    def build(self, process: Process) -> System:
        """Return the tree of a process.

        Raises ModelError for sizes and rates that have no value, and for a tree that is too deep or too large.
        """
        if self._depth >= DEEPEST:
            raise _refused("too-deep", f"processes nested more than {DEEPEST:,} deep", process)
        self._depth += 1
        try:
            found = self._new(process)
        finally:
            self._depth -= 1
        return found if self._depth else self._counting(found)

    def _new(self, process: Process) -> System:
        names = []
        while isinstance(process, Constant) and process.name in self._composites:
            if process.name in self._built:
                found = self._again(self._built[process.name], process)
                break
            names.append(process.name)
            process = self._definitions[process.name]
        else:
            found = self._composed(process)
        self._built.update(dict.fromkeys(names, found))
        return found

    def _again(self, system: System, process: Process) -> System:
        """Return another such tree: no two leaves of a model are one."""
        match system:
            case Leaf(component=component, counts=counts):
                self._count_leaf(process)
                return Leaf(component, counts)
            case Coop(parts=parts, actions=actions):
                return Coop(tuple(self._again(part, process) for part in parts), actions)
            case Hide(part=part, actions=actions):
                return Hide(self._again(part, process), actions)

    def _count_leaf(self, process: Process) -> None:
        self._leaves += 1
        if self._leaves > MOST_LEAVES:
            raise _refused("too-large", f"the system is made of more than {MOST_LEAVES:,} components", process)

    def _composed(self, process: Process) -> System:
        match process:
            case Cooperation():
                return self._cooperation(process)
            case Hiding(process=inner, actions=names):
                return Hide(self.build(inner), frozenset(name.text for name in names))
            case Array(process=inner, size=size, actions=names):
                copies = array_size(size, self.parameters)
                actions = frozenset(name.text for name in names)
                member = self.build(inner)
                if actions and copies > 1:
                    try:
                        component = self.composite(self._counting(member), copies, actions)
                    except (TooLarge, MixedRates) as error:
                        raise error.at(process.span) from None
                    return Leaf(component, _one(component))
                return self._copies(member, copies)
            case _:
                return self._leaf(process)

    def _leaf(self, process: Process) -> Leaf:
        self._count_leaf(process)
        self._look_within()
        if isinstance(process, Constant) and process.name in self._within:
            first, component = process.name, self._within[process.name]
            self.effort.spend(len(component.labels))
        else:
            component = sequential(process, self._definitions, self.parameters, slopes=self.slopes)
            first = component.labels[0]
            component = self._components.setdefault(frozenset(component.labels), component)
            if len(component.labels) >= LONG:
                self._long.append(component)
        counts = [0] * len(component.labels)
        counts[component.labels.index(first)] = 1
        return Leaf(component, tuple(counts))

    def _look_within(self) -> None:
        """Look at the long components met before: only another component asks."""
        while self._long:
            component = self._long.pop(0)
            if component.returns:
                plain = (name for name in component.labels if name in self._definitions and name[:1] != "(")
                self._within.update(dict.fromkeys(plain, component))

    def _cooperation(self, node: Cooperation) -> System:
        parts = [self.build(part) for part in counted_off(node.parts, "composing part")]
        alphabets = [part.alphabet for part in parts]
        if node.actions is None:
            actions = alphabets[0] & alphabets[1]
        else:
            actions = frozenset(name.text for name in node.actions)
            self.problems.extend(_blocked(node.actions, alphabets))
        if not actions:
            return self._parallel(parts)
        flat: list[System] = []  # cooperation over one set is associative
        for part in parts:
            flat.extend(part.parts if isinstance(part, Coop) and part.actions == actions else [part])
        return Coop(tuple(flat), actions)

    def _counting(self, system: System) -> System:
        """Return a tree in which parts of one cooperation that are alike are counted, where that is worth it.

        Their order does not matter, nor how they are grouped: they are the array `P[n]{actions}`.
        """
        match system:
            case Leaf():
                return system
            case Hide(part=part, actions=actions):
                return Hide(self._counting(part), actions)
            case Coop(parts=parts, actions=actions) if not actions:
                return Coop(tuple(map(self._counting, parts)), actions)
        alike: dict[Hashable, list[System]] = {}
        for part in system.parts:
            alike.setdefault(_tree_key(part), []).append(part)
        done: list[System] = []
        for key, same in alike.items():
            counted = [self._counting(part) for part in same]
            team = self._team(key, counted[0], len(same), system.actions) if _worth_counting(same) else None
            done += counted if team is None else [team]
        return done[0] if len(done) == 1 else Coop(tuple(done), system.actions)

    def _team(self, member_key: Hashable, member: System, copies: int, actions: frozenset[str]) -> Leaf | None:
        """Return copies as one component; None where one is active and passive in one state, which may be barred."""
        key = (member_key, copies, actions)
        if key not in self._derived:
            try:
                self._derived[key] = self.composite(member, copies, actions)
            except MixedRates:
                return None
        return Leaf(self._derived[key], _one(self._derived[key]))

    def _parallel(self, parts: Iterable[System]) -> System:
        """Compose in parallel: nested parallels flattened, copies of one thing counted."""
        flat: list[System] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Coop) and not part.actions else [part])
        merged: dict[Hashable, System] = {}
        hidden: Counter[Hashable] = Counter()
        for part in flat:
            key = self._group_key(part)
            hidden[key] += 1
            if key in merged and not isinstance(part, Hide):
                part = _joined(self._counted(merged[key]), self._counted(part))
            merged[key] = part
        done = [self._copies(part, hidden[key]) if isinstance(part, Hide) else part for key, part in merged.items()]
        return done[0] if len(done) == 1 else Coop(tuple(done), frozenset())

    def _group_key(self, system: System) -> Hashable:
        """Equal keys are interchangeable; members of one component are, wherever in it they start."""
        if isinstance(system, Leaf):
            return self._origins.get(id(system.component), id(system.component))
        return _tree_key(system)

    def _counted(self, system: System) -> Leaf:
        """Return a system as a leaf: a composite process is derived as one component, once for all its copies."""
        if isinstance(system, Leaf):
            return system
        key = _tree_key(system)
        if key not in self._derived:
            self._derived[key] = self.composite(self._counting(system), 1, frozenset())
            self._origins[id(self._derived[key])] = key
        return Leaf(self._derived[key], _one(self._derived[key]))

    def _copies(self, system: System, number: int) -> System:
        """Return `number` copies in parallel. Parallel composition and hiding distribute over them exactly."""
        if number == 1:
            return system
        match system:
            case Leaf(component=component, counts=counts):
                return Leaf(component, tuple(number * count for count in counts))
            case Hide(part=part, actions=actions):
                return Hide(self._copies(part, number), actions)
            case Coop(parts=parts, actions=actions) if not actions:
                return self._parallel(self._copies(part, number) for part in parts)
            case _:
                return self._copies(self._counted(system), number)


def _refused(code: str, message: str, process: Process) -> ModelError:
    return ModelError([Problem(code, message, process.span, "write copies as an array, `P[n]`")])


def _worth_counting(same: Sequence[System]) -> bool:
    """Whether there are copies of a part of the system, and counting them has few states."""
    states = 1
    for leaf in leaves(same[0]):
        states *= math.comb(sum(leaf.counts) + len(leaf.counts) - 1, sum(leaf.counts))
    return len(same) > 1 and math.comb(states + len(same) - 1, len(same)) <= MOST_OF_A_TEAM


def _one(component: Component) -> tuple[int, ...]:
    return (1, *[0] * (len(component.labels) - 1))


def _joined(left: Leaf, right: Leaf) -> Leaf:
    counts = tuple(a + b for a, b in zip(left.counts, right.counts, strict=True))
    return Leaf(right.component, counts)


def _tree_key(system: System) -> Hashable:
    """Equal keys are equal but for the order of parts."""
    match system:
        case Leaf(component=component, counts=counts):
            return id(component), counts
        case Coop(parts=parts, actions=actions):
            return "coop", actions, frozenset(Counter(map(_tree_key, parts)).items())
        case Hide(part=part, actions=actions):
            return "hide", actions, _tree_key(part)


def _blocked(names: tuple[Name, ...], alphabets: list[frozenset[str]]) -> Iterator[Problem]:
    for name in dict.fromkeys(names):
        able = [name.text in letters for letters in alphabets]
        if not any(able):
            message = f"no side of this cooperation ever performs `{name.text}`"
            yield Problem("redundant-action", message, name.span, "leave it out", Severity.WARNING)
        elif not all(able):
            message = f"`{name.text}` never happens: a side of this cooperation never performs it"
            yield Problem("blocked-action", message, name.span, "is the name spelled alike?", Severity.WARNING)
