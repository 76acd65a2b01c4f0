"""The action types a process can ever do, found without deriving anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet

from pepa.language.checks.nodes import Nodes
from pepa.language.cycles import components
from pepa.language.syntax import Array, Constant, Cooperation, Hiding, Model, Prefix, Process, walk

Pair = tuple[frozenset[str], frozenset[str]]
MOST = 5_000_000  # action types in all sets that are made, about a second's work


class TooManyLetters(Exception):
    """The sets of action types are too many and too large to be looked at for a check."""


class Letters:
    """The action types that a process can ever do, seen from outside, and those hidden in it.

    Those of compositions are found first, each after those it is made of; those of sequential processes when they are
    asked for, for all that they lead to and that lead to them at once. With `counts`, only the activities for which it
    is true are looked at. Raises TooManyLetters where that takes too long.
    """

    def __init__(self, model: Model, nodes: Nodes, counts: Callable[[Prefix], bool] = lambda _: True) -> None:
        self._nodes = nodes
        self._counts = counts
        self._known: dict[str, Pair] = {}
        self._left = MOST
        for (name,) in components({name: nodes.uses[name] for name in model.composites}):
            self._known[name] = self.of(model.definitions[name])

    def of(self, process: Process) -> Pair:
        """Return both for a process."""
        match process:
            case Constant(name=name):
                known = self._known.get(name)
                return self._followed(name) if known is None else known
            case Cooperation(parts=parts):
                return self._united(frozenset(), [self.of(part) for part in parts])
            case Hiding(process=inner, actions=names):
                seen, hid = self.of(inner)
                taken = seen & {name.text for name in names}
                return seen - taken, hid | taken
            case Array(process=inner):
                return self.of(inner)
            case _:
                found = list(walk(process))
                constants = [node for node in found if isinstance(node, Constant)]
                used = {self.of(constant) for constant in constants}
                return self._united(self._own(node for node in found if isinstance(node, Prefix)), used)

    def seen(self, process: Process) -> frozenset[str]:
        """Return those seen from outside."""
        return self.of(process)[0]

    def _followed(self, first: str) -> Pair:
        """Return those of a sequential process and of all it leads to; known then of each that leads back to it."""
        uses = self._nodes.uses
        before: dict[str, list[str]] = {first: []}  # what leads to each, in the order they are met
        used: set[Pair] = set()
        own: set[str] = set()
        stack = [first]
        while stack:
            name = stack.pop()
            own |= self._own(self._nodes.prefixes_of(name))
            for after in uses[name]:
                if after in before:
                    before[after].append(name)
                elif (known := self._known.get(after)) is not None:
                    used.add(known)
                else:
                    before[after] = [name]
                    stack.append(after)
        found = self._united(own, used)
        stack = [first]
        while stack:
            name = stack.pop()
            if name not in self._known:
                self._known[name] = found
                stack += before[name]
        return found

    def _own(self, prefixes: Iterable[Prefix]) -> set[str]:
        return {prefix.action.text for prefix in prefixes if self._counts(prefix)}

    def _united(self, own: AbstractSet[str], pairs: Collection[Pair]) -> Pair:
        self.spend(len(own) + sum(len(seen) + len(hid) for seen, hid in pairs))
        return frozenset(own).union(*(seen for seen, _ in pairs)), frozenset().union(*(hid for _, hid in pairs))

    def spend(self, letters: int) -> None:
        """Count what is put into a set; raises TooManyLetters where it has become too many."""
        self._left -= letters
        if self._left < 0:
            raise TooManyLetters
