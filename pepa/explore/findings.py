"""Findings in words: what the author of a model may have missed, each decided on its state space, none by sampling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.explore.invariants import NetInvariants, invariants
from pepa.explore.place import told
from pepa.explore.search import shortest_to_state
from pepa.explore.steps import Steps
from pepa.explore.trace import Trace
from pepa.query.analysis import Derived

MOST_NAMES = 12  # told in one sentence
MOST_CLASSES = 8  # of which members that are stuck are looked for


@dataclass(frozen=True)
class Finding:
    """A sentence, its kind, and for a deadlock the shortest way into it."""

    kind: str
    sentence: str
    trace: Trace | None = None


def findings(derived: Derived) -> tuple[Finding, ...]:
    """Return what is remarkable about a derived model; nothing that is as one would expect."""
    return (
        *_deadlocks(derived),
        *_never_enabled(derived),
        *_never_occupied(derived),
        *_stuck(derived),
        *_invariant_sentences(invariants(derived.net)),
    )


def _deadlocks(derived: Derived) -> Iterator[Finding]:
    deadlocks = derived.classes.deadlocks
    if not len(deadlocks):
        return
    trace = shortest_to_state(Steps(derived.net), derived.space, int(deadlocks[0]))
    noun = (
        "1 state is a deadlock: nothing" if len(deadlocks) == 1 else f"{len(deadlocks):,} states are deadlocks: nothing"
    )
    steps = f"{len(trace.activities):,} step" + ("" if len(trace.activities) == 1 else "s")
    nearest = f"the nearest is {steps} from the start, {told(derived.net, trace.end)}"
    yield Finding("deadlock", f"{noun} can happen there any more; {nearest}", trace)


def _never_enabled(derived: Derived) -> Iterator[Finding]:
    happened = np.bincount(derived.space.move, minlength=len(derived.net.moves))
    seen = {move.action for move, number in zip(derived.net.moves, happened, strict=True) if number}
    never = [action for action in derived.net.actions if action not in seen]
    if never:
        yield Finding("never-enabled", f"{_names(never)} can never happen, in no reachable state")


def _never_occupied(derived: Derived) -> Iterator[Finding]:
    nowhere, passing = list[str](), list[str]()
    everywhere = np.ones(derived.space.size, bool)
    recurrent = everywhere.copy()
    recurrent[derived.classes.transient] = False
    for group, one in enumerate(derived.net.groups):
        if not one.size:
            continue
        ever, lasting = (_bounds(derived, group, chosen)[1] for chosen in (everywhere, recurrent))
        for label, most, later in zip(one.component.labels, ever.tolist(), lasting.tolist(), strict=True):
            (nowhere if not most else passing if not later else []).append(f"{one.name}.{label}")
    if nowhere:
        yield Finding("never-reached", f"nobody is ever in {_names(nowhere)}")
    if passing:
        yield Finding("never-occupied", f"in the long run nobody is in {_names(passing)} any more")


def _stuck(derived: Derived) -> Iterator[Finding]:
    """Yield where members are for ever: by class, the least number in a local derivative that nothing changes."""
    classes = derived.classes.recurrent
    for number, states in enumerate(classes[:MOST_CLASSES], 1):
        chosen = np.zeros(derived.space.size, bool)
        chosen[states] = True
        doing = np.bincount(derived.space.move[chosen[derived.space.source]], minlength=len(derived.net.moves))
        changed = {
            (participant.group, derivative)
            for move, times in zip(derived.net.moves, doing.tolist(), strict=True)
            if times
            for participant in move.participants
            if participant.transition.source != participant.transition.target
            for derivative in (participant.transition.source, participant.transition.target)
        }
        if not any(doing):
            continue  # a deadlock: told as one
        where = "in the long run" if len(classes) == 1 else f"in recurrent class {number}"
        for group, one in enumerate(derived.net.groups):
            if len(one.initial) < 2 or not one.size:
                continue
            least = _bounds(derived, group, chosen)[0].tolist()
            for derivative, count in enumerate(least):
                if count:
                    still = (group, derivative) not in changed
                    yield _stuck_in(one.name, one.size, one.component.labels[derivative], count, where, still)


def _stuck_in(name: str, size: int, label: str, count: int, where: str, still: bool) -> Finding:
    who = f"{name} is" if size == 1 else f"{count:,} of the {size:,} members of {name} {'is' if count == 1 else 'are'}"
    if still:
        return Finding("stuck", f"{where} {who} stuck in {label} for ever: nothing leads out or in there any more")
    return Finding("always-occupied", f"{where} at least {who} in {label} at any time")


def _bounds(derived: Derived, group: int, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and greatest number of members in each local derivative over some states."""
    space = derived.space
    fields = space.layout.fields[group]
    if space.layout.is_lone(group):
        held = np.bincount(fields[0].read(space.words)[chosen], minlength=len(derived.net.groups[group].initial))
        return (held == held.sum()).astype(np.int64), (held > 0).astype(np.int64)
    counts = [field.read(space.words)[chosen] for field in fields]
    return np.array([int(one.min()) for one in counts]), np.array([int(one.max()) for one in counts])


def _invariant_sentences(found: NetInvariants) -> Iterator[Finding]:
    for invariant in found.places:
        terms = [
            (f"{weight} × " if weight > 1 else "") + f"{group}.{label}" for group, label, weight in invariant.weights
        ]
        if len(terms) <= MOST_NAMES:
            yield Finding("place-invariant", f"{' + '.join(terms)} is always {invariant.value:,}")
    for actions in found.balanced:
        yield Finding("balance", f"in the long run {_names(actions)} happen equally often")
    if not found.complete:
        yield Finding("limit", "the net is too large for all of its place invariants to be found")


def _names(names: list[str] | tuple[str, ...]) -> str:
    told, rest = list(names[:MOST_NAMES]), len(names) - MOST_NAMES
    if rest > 0:
        return f"{', '.join(told)} and {rest:,} more"
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
