"""The action types a process can ever do, found without deriving anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pepa.language.cycles import components
from pepa.language.syntax import Array, Constant, Cooperation, Hiding, Model, Prefix, Process, walk

Pair = tuple[frozenset[str], frozenset[str]]


class Letters:
    """The action types that a process can ever do, seen from outside, and those hidden in it.

    Processes that lead to each other have the same: they are found together, in time linear in the text. With
    `counts`, only the activities for which it is true are looked at.
    """

    def __init__(self, model: Model, counts: Callable[[Prefix], bool] = lambda _: True) -> None:
        definitions = model.definitions
        self._counts = counts
        self._known: dict[str, Pair] = {}
        uses = {
            name: [node.name for node in walk(body) if isinstance(node, Constant)] for name, body in definitions.items()
        }
        for names in components(uses):
            found = self._of_all([definitions[name] for name in names])
            self._known.update(dict.fromkeys(names, found))

    def _of_all(self, bodies: Sequence[Process]) -> Pair:
        if len(bodies) == 1 and isinstance(bodies[0], Cooperation | Hiding | Array):
            return self.of(bodies[0])
        pairs = [self._sequential(body) for body in bodies]
        return pairs[0] if len(pairs) == 1 else _united(pairs)

    def of(self, process: Process) -> Pair:
        """Return both for a process."""
        match process:
            case Constant(name=name):
                return self._known[name]
            case Cooperation(parts=parts):
                return _united([self.of(part) for part in parts])
            case Hiding(process=inner, actions=names):
                seen, hid = self.of(inner)
                taken = seen & {name.text for name in names}
                return seen - taken, hid | taken
            case Array(process=inner):
                return self.of(inner)
            case _:
                return self._sequential(process)

    def seen(self, process: Process) -> frozenset[str]:
        """Return those seen from outside."""
        return self.of(process)[0]

    def _sequential(self, process: Process) -> Pair:
        """Return those of a sequential process; of a name that is being found, what is known of others."""
        nodes = list(walk(process))
        own = frozenset(node.action.text for node in nodes if isinstance(node, Prefix) and self._counts(node))
        used = {self._known[node.name] for node in nodes if isinstance(node, Constant) and node.name in self._known}
        return _united([(own, frozenset()), *used])


def _united(pairs: Sequence[Pair]) -> Pair:
    return frozenset().union(*(seen for seen, _ in pairs)), frozenset().union(*(hid for _, hid in pairs))
