"""The action types a process can ever do, found without deriving anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

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
    asked for, for all that lead to each other at once. With `counts`, only the activities for which it is true are
    looked at. Raises TooManyLetters where that takes too long.
    """

    def __init__(self, model: Model, nodes: Nodes, counts: Callable[[Prefix], bool] = lambda _: True) -> None:
        self._nodes = nodes
        self._counts = counts
        self._sequential_names = [name for name in model.definitions if name not in model.composites]
        self._known: dict[str, Pair] = {}
        self._left = MOST
        for (name,) in components(self._uses(model.composites)):
            self._known[name] = self.of(model.definitions[name])

    def _uses(self, names: Iterable[str]) -> dict[str, list[str]]:
        return {name: [node.name for node in self._nodes.constants_of(name)] for name in names}

    @cached_property
    def _together(self) -> dict[str, list[str]]:
        """Those that each sequential process leads to and that lead to it."""
        return {name: names for names in components(self._uses(self._sequential_names)) for name in names}

    def of(self, process: Process) -> Pair:
        """Return both for a process."""
        match process:
            case Constant(name=name):
                if name not in self._known:
                    self._known.update(dict.fromkeys(self._together[name], self._sequential([process], [])))
                return self._known[name]
            case Cooperation(parts=parts):
                return self._united([self.of(part) for part in parts])
            case Hiding(process=inner, actions=names):
                seen, hid = self.of(inner)
                taken = seen & {name.text for name in names}
                return seen - taken, hid | taken
            case Array(process=inner):
                return self.of(inner)
            case _:
                found = list(walk(process))
                constants = [node for node in found if isinstance(node, Constant)]
                return self._sequential(constants, [node for node in found if isinstance(node, Prefix)])

    def seen(self, process: Process) -> frozenset[str]:
        """Return those seen from outside."""
        return self.of(process)[0]

    def _sequential(self, constants: list[Constant], prefixes: list[Prefix]) -> Pair:
        """Return those of prefixes and of what constants lead to."""
        own = {prefix.action.text for prefix in prefixes if self._counts(prefix)}
        used: set[Pair] = set()
        reached: set[str] = set()
        stack = list(constants)
        while stack:
            name = stack.pop().name
            if name in self._known:
                used.add(self._known[name])
            elif name not in reached:
                reached.add(name)
                own.update(prefix.action.text for prefix in self._nodes.prefixes_of(name) if self._counts(prefix))
                stack += self._nodes.constants_of(name)
        return self._united([(frozenset(own), frozenset()), *used])

    def _united(self, pairs: Sequence[Pair]) -> Pair:
        self.spend(sum(len(seen) + len(hid) for seen, hid in pairs))
        return frozenset().union(*(seen for seen, _ in pairs)), frozenset().union(*(hid for _, hid in pairs))

    def spend(self, letters: int) -> None:
        """Count what is put into a set; raises TooManyLetters where it has become too many."""
        self._left -= letters
        if self._left < 0:
            raise TooManyLetters
