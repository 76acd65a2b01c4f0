"""Rewards: what a measure earns in each state, so that its mean is a product with the probabilities."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from pepa.control.error import PepaError
from pepa.markov.chain.chain import Chain
from pepa.markov.space.packing import Layout, Words
from pepa.markov.space.state_space import StateSpace, Vector
from pepa.net.net import Net
from pepa.net.tagging import groups_named, listed


class Packed(Protocol):
    """Packed states of a net: a whole state space, or some that a search has met."""

    @property
    def net(self) -> Net:
        """The net whose states they are."""

    @property
    def layout(self) -> Layout:
        """Where the counts are in them."""

    @property
    def words(self) -> Words:
        """The states, shape (words, states)."""

    @property
    def size(self) -> int:
        """How many there are."""


def action_rates(space: StateSpace, chain: Chain, action: str) -> Vector:
    """Return the rate at which each state does an action, shape (states,): its mean is the throughput."""
    doing = np.array([move.action == action for move in space.net.moves], bool)
    chosen = doing[space.move]
    return np.bincount(chain.source[chosen], chain.rate[chosen], chain.size).astype(float)


def member_counts(space: Packed, name: str, of_group: str | None = None) -> Vector:
    """Return how many members are in a local derivative in each state, shape (states,); of one group where named."""
    counts = np.zeros(space.size)
    for index, group in enumerate(space.net.groups):
        if of_group not in (None, group.name):
            continue
        fields = space.layout.fields[index]
        held = group.component.holding(name)
        if not any(held) or not fields:
            continue
        if space.layout.is_lone(index):
            counts += np.array(held, float)[fields[0].read(space.words)]
        else:
            for number, field in zip(held, fields, strict=True):
                if number:
                    counts += number * field.read(space.words)
    return counts


def known_action(name: str, net: Net, others: tuple[str, ...] = (), what: str = "action") -> str:
    """Return the name of an action, or one of `others`; raises PepaError where it is none, or only seen as `tau`."""
    names = (*net.actions, *others)
    refuse_hidden(name, net, names)
    if others:
        refuse_unreached(name, net, names)
    return known(name, names, what)


def known_derivative(name: str, net: Net) -> str:
    """Return the name of a local derivative; raises PepaError where it is none, or defined and never reached."""
    names = (*net.derivatives, *net.compound)
    refuse_unreached(name, net, names)
    return known(name, names, "local derivative")


def one_group(name: str, net: Net) -> str:
    """Return the name of the group that is meant; raises PepaError where it is that of several, or of none."""
    found = groups_named(net, name)
    if len(found) > 1:
        raise PepaError(f"`{name}` is the name of several groups", f"name one of them: {listed(net, found)}")
    if not found:
        known(name, [group.name for group in net.groups], "group")
    return net.groups[found[0]].name


def refuse_unreached(name: str, net: Net, names: Iterable[str]) -> None:
    """Raise PepaError for a process that no component comes to, where it is none of the names that have a meaning.

    Of one that has another name among the local derivatives that is told.
    """
    if name in net.known_as and name not in names:
        other = net.known_as[name]
        raise PepaError(f"`{name}` is named `{other}` in this model, which is defined alike", f"ask for `{other}`")
    if name in net.unreached and name not in names:
        message = f"`{name}` is defined at line {net.unreached[name]} but never reached"
        raise PepaError(message, "no component of the system equation ever comes to it")


def refuse_hidden(name: str, net: Net, names: Iterable[str]) -> None:
    """Raise PepaError for an action that is only seen as `tau`, where it is none of the names that have a meaning."""
    if name in net.hidden and name not in names:
        raise PepaError(f"`{name}` is hidden in this model", "outside it is `tau`; take it out of the hiding to see it")


def measurable(names: Sequence[str], net: Net) -> tuple[str, ...]:
    """Return names of actions (throughput) and local derivatives (population), all where none is given.

    Raises PepaError for an unknown one.
    """
    found = tuple(known_action(name, net, net.derivatives, "action or local derivative") for name in names)
    return found or (*net.actions, *net.derivatives)


def split_names(text: str) -> list[str]:
    """Return the names between commas, but those inside parentheses or quotes; quotes around a whole name go.

    As in `"my proc", (c, 1).A`.
    """
    return [re.sub(r'^"([^"]*)"$', r"\1", part) for part in split_plainly(text)]


def split_plainly(text: str) -> list[str]:
    """Return what stands between commas, but those inside parentheses or quotes, as it is."""
    parts, depth, quoted = [""], 0, False
    for sign in text:
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if sign == "," and not quoted and depth <= 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def known(name: str, names: Iterable[str], what: str) -> str:
    """Return the name; raises PepaError with the closest known one where it is none of `names`."""
    names = tuple(names)
    if name in names:
        return name
    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean `{close[0]}`?" if close else f"they are {', '.join(names[:12])}"
    raise PepaError(f"`{name}` is no {what} of this model", hint)
