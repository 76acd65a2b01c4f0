"""Checks of what components can do in the system: where they are stuck, what is never reached, what changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pepa.language.checks.check import Check, warning
from pepa.language.checks.facts import Facts
from pepa.language.problem import Problem


def _deadlocks(facts: Facts) -> Iterator[Problem]:
    for span, (label, actions) in facts.followed.stuck.items():
        never = ", ".join(f"`{action}`" for action in dict.fromkeys(actions[:4]))
        message = f"a component in {label} stays there for ever: all it can do, {never}, never happens"
        yield warning(
            "local-deadlock", message, span, "give it an activity that leads out, or a partner that takes part"
        )


def _unreachable(facts: Facts) -> Iterator[Problem]:
    told: dict[str, str] = {}
    for prefix, name in facts.followed.dead:
        if name not in facts.followed.names:
            told.setdefault(name, prefix.action.text)
    spans = {one.name.text: one.name.span for one in facts.model.processes if one.name.text in told}
    for name, action in told.items():
        message = f"`{name}` is never reached: `{action}`, which leads there, never happens"
        yield warning("unreachable-derivative", message, spans[name], "look at the rate of it, and at who takes part")


def _loops(facts: Facts) -> Iterator[Problem]:
    for span, (prefix, name) in facts.followed.loops.items():
        message = f"`{prefix.action.text}` leads from `{name}` back to it, and nobody takes part: no state changes"
        yield warning(
            "self-loop", message, span, "leave it out unless its throughput is asked for, or lead it elsewhere"
        )


CHECKS = (
    Check(
        "local-deadlock",
        "a component that comes to where it can never do anything again",
        "All its activities there have the rate 0, or need a partner that never does them. The rest of the system may "
        "run on, so that no deadlock is seen. A process that is there to stop is written `Stop = (stop, 0).Stop;`.",
        "r = 1;\nmend = 0;\nUp = (fail, r).Down;\nDown = (repair, mend).Up;\nUp",
        "r = 1;\nmend = 2;\nUp = (fail, r).Down;\nDown = (repair, mend).Up;\nUp",
        _deadlocks,
    ),
    Check(
        "unreachable-derivative",
        "a process that only activities lead to which never happen",
        "It is in the text and in no state: the rate of the activity is 0, or a partner never takes part.",
        "fail = 0;\nUp = (rest, 1).Idle + (fail, fail).Down;\nIdle = (wake, 1).Up;\nDown = (repair, 2).Up;\nUp",
        "fail = 0.1;\nUp = (rest, 1).Idle + (fail, fail).Down;\nIdle = (wake, 1).Up;\nDown = (repair, 2).Up;\nUp",
        _unreachable,
    ),
    Check(
        "self-loop",
        "an activity that leads back to where it starts and that nobody takes part in",
        "It changes no state, and no figure but its own throughput. With a partner, or as the only activity of a "
        "process, it says something and is left alone.",
        "P = (a, 1).Q + (b, 2).P;\nQ = (c, 3).P;\nP",
        "P = (a, 1).Q + (b, 2).Q;\nQ = (c, 3).P;\nP",
        _loops,
    ),
)
