"""Stochastic probes: components that watch a model without changing it, and say when a passage starts and stops.

A regular expression over activities, some labelled `start` or `stop` (Argent-Katwala, Bradley and Dingle, Expressing
performance requirements using regular expressions to specify stochastic probes over process algebra models, 2004; in
the syntax of Clark and Gilmore, State-aware performance analysis with eXtended stochastic probes, 2008). It is compiled
to a component in the ways of Thompson (1968) and Rabin and Scott (1959): deterministic, so that each activity takes it
one way, and complete: what is not next in the expression leaves it where it is. It cooperates passively over what it
names, one way at a time, so that every rate of the model stays what it is. After the whole expression it begins again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pepa.control.error import PepaError
from pepa.language.problem import Span
from pepa.net.component import Component, Transition
from pepa.net.net import Group, LeafRate, Move, Net, Participant
from pepa.net.tagging import Rewriting, by_member

PROBE = "probe"  # the group it is in
MOST_STATES = 2_000
MOST_TIMES = 100  # that a part may be repeated
NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Activity:
    """An activity of this action is seen."""

    action: str


@dataclass(frozen=True)
class Label:
    """Whatever precedes it starts or stops the passage: `name` is "start" or "stop", `at` where it is written."""

    name: str
    at: int = field(default=0, compare=False)


class Unclear(PepaError):
    """A label of which it cannot be told what it means."""

    def __init__(self, label: Label, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.label = label


@dataclass(frozen=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True)
class Choice:
    """One of some parts."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True)
class Repeated:
    """A part from `least` to `most` times; None: without an end."""

    part: Pattern
    least: int
    most: int | None


@dataclass(frozen=True)
class Reset:
    """A part that begins anew when another action is seen before it is over."""

    part: Pattern
    action: str


Pattern = Activity | Label | Sequence | Choice | Repeated | Reset


@dataclass(frozen=True)
class Probe:
    """A deterministic complete automaton: of each state, where each action of the alphabet leads.

    State 0 is the first. `running` are the states between a start and a stop.
    """

    alphabet: tuple[str, ...]
    steps: tuple[Mapping[str, int], ...]
    running: tuple[bool, ...]

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.steps)

    @property
    def component(self) -> Component:
        """The component that watches: passive, one way for each action in each state; it holds no one that counts."""
        ways = tuple(
            Transition(state, target, action, 1.0, True, NOWHERE)
            for state, targets in enumerate(self.steps)
            for action, target in targets.items()
        )
        labels = tuple(f"{PROBE} {state}" for state in range(self.size))
        return Component(labels, ({},) * self.size, ways, frozenset(self.alphabet))

    @property
    def text(self) -> str:
        """The component in PEPA."""
        lines = []
        for state, targets in enumerate(self.steps):
            ways = " + ".join(f"({action}, infty).{self._name(target)}" for action, target in targets.items())
            lines.append(f"{self._name(state)} = {ways};")
        return "\n".join(lines)

    def _name(self, state: int) -> str:
        return f"{'Running' if self.running[state] else 'Probe'}{state}"


def observed(net: Net, probe: Probe, *, member: bool = False) -> Net:
    """Return a net with a probe as a group of its own, the last one; it watches all, or a member told apart alone.

    No move gets a factor: a lone passive part with one way and weight 1 leaves min(rate) / rate x weight as it was.
    """
    place, component = len(net.groups), probe.component
    first = tuple(int(state == 0) for state in range(probe.size))
    ways: dict[str, list[Participant]] = {}
    for way in component.transitions:
        ways.setdefault(way.action, []).append(Participant(place, way))

    def watched(move: Move) -> Iterator[Move]:
        if move.action not in ways or (member and not by_member(net, move)):
            yield move
            return
        for way in ways[move.action]:
            yield replace(move, participants=(*move.participants, way))

    moves = tuple(one for move in net.moves for one in watched(move))
    return replace(net, groups=(*net.groups, Group(PROBE, component, first)), moves=moves)


def each_observed(net: Net, group: int, probe: Probe) -> Net:
    """Return a net in which every member of a group has a probe of its own: a local derivative tells the state of it.

    Local derivative d with the probe in q has the number d x (states of the probe) + q.
    """
    watched, size = net.groups[group], probe.size
    component = watched.component

    def stepped(way: Transition) -> Iterator[Transition]:
        for state, targets in enumerate(probe.steps):
            after = targets.get(way.action, state)
            yield replace(way, source=way.source * size + state, target=way.target * size + after)

    labels = tuple(f"{label} {PROBE} {state}" for label in component.labels for state in range(size))
    contents = tuple(held for held in component.contents for _ in range(size))
    ways = tuple(one for way in component.transitions for one in stepped(way))
    initial = tuple(count if state == 0 else 0 for count in watched.initial for state in range(size))
    apart = replace(component, labels=labels, contents=contents, transitions=ways)

    def leaf(rate: LeafRate) -> LeafRate:
        wider = {place * size + q: value for place, value in rate.rates.items() for q in range(size)}
        return LeafRate(group, wider, {direction: leaf(one) for direction, one in rate.slopes.items()})

    rewriting = Rewriting(group, leaf)

    def moved(move: Move) -> Iterator[Move]:
        inside = replace(move, factors=rewriting.factors(move))
        places = [number for number, one in enumerate(move.participants) if one.group == group]
        if not places:
            yield inside
            return
        (place,) = places
        for way in stepped(move.participants[place].transition):
            participants = list(move.participants)
            participants[place] = Participant(group, way)
            yield replace(inside, participants=tuple(participants))

    groups = list(net.groups)
    groups[group] = Group(watched.name, apart, initial)
    return replace(net, groups=tuple(groups), moves=tuple(one for move in net.moves for one in moved(move)))


@dataclass
class _Places:
    """A nondeterministic automaton: places, silent steps (each with a label or none), and steps by an action."""

    silent: list[list[tuple[int, Label | None]]] = field(default_factory=list)
    steps: list[dict[str, set[int]]] = field(default_factory=list)

    def new(self) -> int:
        if len(self.steps) > 20 * MOST_STATES:
            raise PepaError("the probe is too large", "repeat its parts fewer times")
        self.silent.append([])
        self.steps.append({})
        return len(self.steps) - 1

    def build(self, pattern: Pattern, begin: int) -> int:
        """Add a pattern that begins at a place; return the one where it is over."""
        match pattern:
            case Activity(action=action):
                end = self.new()
                self.steps[begin].setdefault(action, set()).add(end)
                return end
            case Label():
                end = self.new()
                self.silent[begin].append((end, pattern))
                return end
            case Sequence(parts=parts):
                for part in parts:
                    begin = self.build(part, begin)
                return begin
            case Choice(parts=parts):
                end = self.new()
                for part in parts:
                    one = self._after(begin)
                    self.silent[self.build(part, one)].append((end, None))
                return end
            case Repeated():
                return self._repeated(pattern, begin)
            case Reset(part=part, action=action):
                return self._reset(part, action, begin)

    def _after(self, place: int) -> int:
        found = self.new()
        self.silent[place].append((found, None))
        return found

    def _repeated(self, pattern: Repeated, begin: int) -> int:
        for _ in range(pattern.least):
            begin = self.build(pattern.part, begin)
        end = self.new()
        if pattern.most is None:
            again = self._after(begin)
            self.silent[self.build(pattern.part, again)].append((again, None))
            self.silent[again].append((end, None))
            return end
        for _ in range(pattern.most - pattern.least):
            self.silent[begin].append((end, None))
            begin = self.build(pattern.part, self._after(begin))
        self.silent[begin].append((end, None))
        return end

    def _reset(self, part: Pattern, action: str, begin: int) -> int:
        first = self._after(begin)
        last = self.build(part, first)
        for place in range(first, len(self.steps)):
            if place != last and self.steps[place]:  # where something is waited for
                self.steps[place][action] = {first}
        return self._after(last)

    def met(self, places: Iterator[int]) -> dict[int, set[tuple[Label, ...]]]:
        """Return the places reached by silent steps, each with the labels met on the ways to it."""
        found: dict[int, set[tuple[Label, ...]]] = {}
        waiting: deque[tuple[int, tuple[Label, ...]]] = deque((place, ()) for place in places)
        while waiting:
            place, labels = waiting.popleft()
            if labels in found.setdefault(place, set()):
                continue
            found[place].add(labels)
            for target, label in self.silent[place]:
                waiting.append((target, (*labels, label) if label and label not in labels else labels))
        return found


class _Determining:
    """Subset construction: a state is a set of places and whether the passage is running."""

    def __init__(self, pattern: Pattern, alphabet: tuple[str, ...]) -> None:
        self._places, self._alphabet = _Places(), alphabet
        first = self._places.new()
        self._places.silent[self._places.build(pattern, first)].append((first, None))  # and again
        self._first = first

    def probe(self) -> Probe:
        places, labels = self._closed(iter([self._first]))
        if labels:
            message = f"nothing precedes `:{labels[0].name}`"
            raise Unclear(labels[0], message, "a label follows an activity, as in a:start")
        numbers = {(places, False): 0}
        states = deque(numbers)
        steps = []
        while states:
            now, running = states.popleft()
            targets: dict[str, int] = {}
            for action in self._alphabet:
                state = self._step(now, running, action)
                if state not in numbers:
                    numbers[state] = len(numbers)
                    states.append(state)
                if len(numbers) > MOST_STATES:
                    raise PepaError(f"the probe has more than {MOST_STATES:,} states", "repeat its parts fewer times")
                targets[action] = numbers[state]
            steps.append(targets)
        return Probe(self._alphabet, tuple(steps), tuple(running for _, running in numbers))

    def _step(self, now: frozenset[int], running: bool, action: str) -> tuple[frozenset[int], bool]:
        onward = {target for place in now for target in self._places.steps[place].get(action, ())}
        if not onward:
            return now, running
        places, labels = self._closed(iter(onward), action)
        return places, running if not labels else labels[0].name == "start"

    def _closed(self, places: Iterator[int], action: str = "") -> tuple[frozenset[int], tuple[Label, ...]]:
        """Return the places where something can be seen next, and the labels on the way there."""
        found = {place: labels for place, labels in self._places.met(places).items() if self._places.steps[place]}
        every = {labels for one in found.values() for labels in one}
        if len(every) > 1:
            label = max(every, key=lambda labels: (len(labels), [-one.at for one in labels]))[0]
            if not action:
                message = f"what precedes `:{label.name}` may be missing"
                raise Unclear(label, message, "a label follows what is always seen")
            message = f"whether `{action}` is the one with `:{label.name}` is not known when it is seen"
            raise Unclear(label, message, "label one that can be told by what came before it")
        (labels,) = every
        if len(labels) > 1:
            message = f"`{action}` is both start and stop"
            raise Unclear(labels[-1], message, "a passage takes time: label two activities")
        return frozenset(found), labels


def determined(pattern: Pattern) -> Probe:
    """Return the probe of a pattern.

    Raises PepaError where it has no start or no stop, where a label could not be told, or where it is too large.
    """
    names = {one.name for one in _parts(pattern) if isinstance(one, Label)}
    for name, example in (("start", "the first activity of the passage"), ("stop", "its last one")):
        if name not in names:
            raise PepaError(f"nothing is labelled `{name}`", f"label {example}, as in request:start, response:stop")
    seen = (one.action for one in _parts(pattern) if isinstance(one, Activity | Reset))
    return _Determining(pattern, tuple(dict.fromkeys(seen))).probe()


def _parts(pattern: Pattern) -> Iterator[Pattern]:
    """Yield a pattern and all its parts, in the order in which they are written."""
    match pattern:
        case Sequence(parts=parts) | Choice(parts=parts):
            for part in parts:
                yield from _parts(part)
        case Repeated(part=part) | Reset(part=part):
            yield from _parts(part)
    yield pattern
