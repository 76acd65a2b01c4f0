"""State expressions: `User3 >= 2 & enabled(useVM)`, worked out in every state at once.

The states may be those of a derived chain or samples of simulated paths: an expression asks only for counts, for what
is enabled, and for which state is the first or a deadlock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pepa.control.error import PepaError
from pepa.language.printer import name_text
from pepa.language.problem import Span
from pepa.markov.chain.chain import generator
from pepa.markov.chain.classes import Classes
from pepa.markov.space.state_space import StateSpace
from pepa.net.net import Net
from pepa.population.population import Population
from pepa.population.program import vector_rates
from pepa.query.expression import Call, ExpressionError, Name, Node, Operation
from pepa.query.interpreter import Interpreter
from pepa.query.rewards import known_action, known_derivative, member_counts, one_group, refuse_hidden

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
ACTION = "an action"


class States(Protocol):
    """States of a net, numbered; every answer has shape (size,)."""

    @property
    def net(self) -> Net:
        """The net whose states they are."""

    @property
    def size(self) -> int:
        """How many there are."""

    def count(self, name: str, group: str | None) -> Numbers:
        """Members in a local derivative, of one group where named."""

    def enabled(self, action: str) -> Truths:
        """Whether the action can happen."""

    def first(self) -> Truths:
        """Whether it is the initial state."""

    def deadlocked(self) -> Truths:
        """Whether nothing can happen."""

    def transient(self) -> Truths:
        """Whether it is left for ever; raises PepaError where that is not known."""

    def probability(self) -> Numbers:
        """Return its long-run probability; raises PepaError where that is not known."""


class ChainStates:
    """The states of a derived chain; `net` has its rates, `space` may have been derived with others.

    `classes` and `probabilities` are there where the chain has been classified and solved.
    """

    def __init__(
        self, space: StateSpace, net: Net, classes: Classes | None = None, probabilities: Numbers | None = None
    ) -> None:
        self.space, self.net, self.size = space, net, space.size
        self._classes, self._probabilities = classes, probabilities

    def count(self, name: str, group: str | None) -> Numbers:
        """Return the members in a local derivative."""
        return member_counts(self.space, name, group)

    def enabled(self, action: str) -> Truths:
        """Return where the action can happen."""
        moves = np.array([move.action == action for move in self.net.moves], bool)
        doing = self.space.source[moves[self.space.move]]
        return np.asarray(np.bincount(doing, minlength=self.size) > 0)

    def entering(self, inside: Truths) -> Numbers:
        """Return the rate from each state into some others, 0 in those."""
        chain = generator(self.space, self.net)
        among = ~inside[chain.source] & inside[chain.target]
        return np.bincount(chain.source[among], chain.rate[among], self.size).astype(float)

    def first(self) -> Truths:
        """Return which state is the initial one."""
        return np.asarray(np.arange(self.size) == 0)

    def deadlocked(self) -> Truths:
        """Return which states are deadlocks."""
        return np.asarray(np.bincount(self.space.source, minlength=self.size) == 0)

    def transient(self) -> Truths:
        """Return which states are transient."""
        if self._classes is None:
            raise not_known("transient", "derive")
        found = np.zeros(self.size, bool)
        found[self._classes.transient] = True
        return found

    def kinds(self) -> NDArray[np.int32]:
        """Return the recurrent class of every state by number; deadlocks come after them, transient states last."""
        if self._classes is None:
            raise not_known("class", "derive")
        classes = self._classes
        found = np.full(self.size, len(classes.recurrent) + 1, np.int32)
        for number, inside in enumerate(classes.recurrent):
            found[inside] = number
        found[classes.deadlocks] = len(classes.recurrent)
        return found

    def probability(self) -> Numbers:
        """Return the long-run probability of every state."""
        if self._probabilities is None:
            raise not_known("probability", "solve")
        return self._probabilities


class SampledStates:
    """States met in simulation; `counts` has shape (places, samples)."""

    def __init__(self, population: Population, counts: Numbers) -> None:
        self.population, self.counts = population, counts
        self.net, self.size = population.net, counts.shape[1]

    def count(self, name: str, group: str | None) -> Numbers:
        """Return the members in a local derivative."""
        found, place = np.zeros(self.size), 0
        for one in self.net.groups:
            for number in one.component.holding(name):
                if number and group in (None, one.name):
                    found += number * self.counts[place]
                place += 1
        return found

    def enabled(self, action: str) -> Truths:
        """Return where the action can happen."""
        return np.asarray((self._rates[list(self.population.doing[action])] > 0).any(axis=0))

    def first(self) -> Truths:
        """Return which samples are the initial state."""
        return np.asarray(np.all(self.counts == self.population.initial[:, None], axis=0))

    def deadlocked(self) -> Truths:
        """Return which samples are deadlocks."""
        return np.asarray((self._rates <= 0).all(axis=0))

    def transient(self) -> Truths:
        """Raise PepaError: no sample tells."""
        raise not_known("transient", "derive")

    def probability(self) -> Numbers:
        """Raise PepaError: no sample tells."""
        raise not_known("probability", "solve")

    @cached_property
    def _rates(self) -> Numbers:
        rates = np.empty((len(self.population.rates), self.size))
        vector_rates(self.population)(self.counts.astype(float), rates)
        return rates


class NoStates:
    """One state of which nothing is known: to see whether an expression has a meaning before any state is derived."""

    size = 1

    def __init__(self, net: Net) -> None:
        self.net = net

    def count(self, name: str, group: str | None) -> Numbers:
        """Return nothing."""
        del name, group
        return np.zeros(1)

    def enabled(self, action: str) -> Truths:
        """Return false."""
        del action
        return np.zeros(1, bool)

    def first(self) -> Truths:
        """Return true."""
        return np.ones(1, bool)

    def deadlocked(self) -> Truths:
        """Return false."""
        return np.zeros(1, bool)

    def transient(self) -> Truths:
        """Return false."""
        return np.zeros(1, bool)

    def probability(self) -> Numbers:
        """Return nothing."""
        return np.zeros(1)


def not_known(name: str, verb: str) -> PepaError:
    """Return the error for a name that only a derived or solved chain knows."""
    return PepaError(f"`{name}` of a state is not known here", f"{verb} the model exactly")


def state_values(text: str, node: Node, states: States) -> NDArray[Any]:
    """Return the value of a state expression in every state, shape (states,): numbers, or truth values.

    Raises ExpressionError where a name is unknown or something has no meaning in one state.
    """
    return np.broadcast_to(np.asarray(_InStates(text, states).value(node)), (states.size,))


def parameter(name: str, net: Net) -> float | None:
    """Return the value of a parameter; None where there is none, a passive one, or a local derivative of that name."""
    found = None if name in net.derivatives else net.parameters.get(name)
    return None if found is None or found.passive else found.value


def located(text: str, span: Span, error: PepaError) -> ExpressionError:
    """Return an error about a part of an expression with that part marked."""
    return ExpressionError(text, span, error.message, error.hint)


KEYWORDS: dict[str, Callable[[States], Any]] = {
    "true": lambda states: np.ones(states.size, bool),
    "false": lambda states: np.zeros(states.size, bool),
    "init": lambda states: states.first(),
    "deadlock": lambda states: states.deadlocked(),
    "transient": lambda states: states.transient(),
    "probability": lambda states: states.probability(),
}


def is_word(node: Name, net: Net, *, words: Collection[str] = KEYWORDS, actions: bool = False) -> bool:
    """Return whether a name is one of the `words` of the language: in quotes it is what the model has of that name.

    Raises PepaError where it stands without quotes and the model has such a name, an action where `actions` may be
    meant too.
    """
    if node.group is not None or node.name not in words:
        return False
    what = meaning(node.name, net)
    if not what or node.quoted:
        return not what
    if what == ACTION and not actions:
        return True
    name = node.name
    hint = f'write "{name}", with the quotes, for the {what.split(" ", 1)[1]}; for the word, {_for_word(name, what)}'
    raise PepaError(f"`{name}` is ambiguous: {what} of this model, and a word of the language", hint)


def meaning(name: str, net: Net) -> str:
    """Return what the model has of a name, in words; nothing where it has nothing."""
    if name in (*net.derivatives, *net.compound) or name in net.unreached:
        return "a local derivative"
    if name in net.parameters:
        return "a rate"
    return ACTION if name in net.actions or name in net.hidden else ""


def _for_word(name: str, what: str) -> str:
    """Return what to do for a word of the language where the model has its name."""
    if name in ("true", "false"):
        return f"write 1 = {name == 'true':d}"
    if name == "time":
        return "write 1"
    if what == ACTION:
        return f"write {f'1 * {name}' if name == 'probability' else f'{name} & 1 = 1'}"
    return f"rename the {what.split(' ', 1)[1]}"


class _InStates(Interpreter):
    def __init__(self, text: str, states: States) -> None:
        super().__init__(text)
        self.states = states

    def leaf(self, node: Node) -> Any:
        match node:
            case Name():
                return self.name(node)
            case Call(function="enabled", arguments=(Name(name=action, group=None),)):
                with self.marked(node):
                    return self.states.enabled(known_action(action, self.states.net))
        what = f"`{node.function}`" if isinstance(node, Call) else "what may happen"
        hint = "in a state there are counts, enabled(action)" if isinstance(node, Call) else "ask `pepa query`"
        raise ExpressionError(self.text, node.span, f"{what} has no value in one state", hint)

    def incomparable(self, node: Operation, missing: Any) -> None:
        if not isinstance(self.states, NoStates):
            super().incomparable(node, np.broadcast_to(missing, (self.states.size,)))

    def name(self, node: Name) -> Any:
        with self.marked(node):
            if is_word(node, self.states.net):
                return KEYWORDS[node.name](self.states)
        if node.group is None and (value := parameter(node.name, self.states.net)) is not None:
            return value
        with self.marked(node):
            group = None if node.group is None else one_group(node.group, self.states.net)
            names = (*self.states.net.derivatives, *self.states.net.compound)
            if node.name in self.states.net.actions and node.name not in names:
                name = name_text(node.name)
                hint = f"in the long run there is throughput({name}), in a state enabled({name})"
                raise PepaError(f"`{node.name}` is an action: it has no value in a state", hint)
            refuse_hidden(node.name, self.states.net, (*names, *self.states.net.actions))
            return self.states.count(known_derivative(node.name, self.states.net), group)

    @contextlib.contextmanager
    def marked(self, node: Node) -> Iterator[None]:
        """Mark the node in what is raised inside."""
        try:
            yield
        except PepaError as error:
            raise located(self.text, node.span, error) from None
