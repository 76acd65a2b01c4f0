"""Stochastic probes as text: `User::request:start, (denied, request)*, answer:stop`, each error at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pepa.control.error import PepaError
from pepa.language.problem import Span
from pepa.net.net import Net
from pepa.net.probe import (
    MOST_TIMES,
    Activity,
    Choice,
    Label,
    Pattern,
    Probe,
    Repeated,
    Reset,
    Sequence,
    Unclear,
    determined,
)
from pepa.net.tagging import by_member, tagged
from pepa.query.expression import ExpressionError, unquoted
from pepa.query.rewards import known_action

LABELS = ("start", "stop")
LONGEST = 2_000  # characters: so deep may it be nested
EXPECTED = {
    "NAME": "an action",
    "COUNT": "a number",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "VBAR": "`|`",
    "$END": "the end",
}
LOCATED = "one member of an array is watched with two colons: User::request:start, answer:stop"


@dataclass(frozen=True)
class Written:
    """A probe as it is written: of which member, the pattern, and where each action stands in the text."""

    text: str
    member: str
    pattern: Pattern
    actions: tuple[tuple[str, Span], ...]


@cache
def _parser() -> Any:
    from importlib.resources import files

    from lark import Lark

    grammar = files("pepa.query").joinpath("probe.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def written(text: str) -> Written:
    """Return a probe as it is written; raises ExpressionError with what was expected where."""
    from lark import UnexpectedCharacters, UnexpectedToken

    if len(text) > LONGEST:
        raise ExpressionError(text[:LONGEST], Span(0, 1), f"a probe has at most {LONGEST:,} characters", "")
    try:
        tree = _parser().parse(text)
    except UnexpectedToken as error:
        end, token = len(text.rstrip()), error.token
        at = Span(end, end) if token.type == "$END" else Span(token.start_pos, token.end_pos)
        what = "the end" if token.type == "$END" else f"`{token}`"
        raise ExpressionError(text, at, f"unexpected {what} in a probe", _expected(error.expected)) from None
    except UnexpectedCharacters as error:
        place = error.pos_in_stream or 0
        at, sign = Span(place, place + 1), text[place : place + 1]
        raise ExpressionError(text, at, f"unexpected `{sign}` in a probe", _expected(error.allowed)) from None
    *location, inner = tree.children
    reading = _Reading(text)
    pattern = reading.pattern(inner)
    return Written(text, unquoted(str(location[0])) if location else "", pattern, tuple(reading.actions))


def _expected(names: Any) -> str:
    known = [told for name, told in EXPECTED.items() if name in (names or ())]
    return f"expected {' or '.join(known)}" if known else ""


class _Reading:
    """Turns a tree into a pattern."""

    def __init__(self, text: str) -> None:
        self.text, self.actions = text, list[tuple[str, Span]]()

    def pattern(self, tree: Any) -> Pattern:
        parts = tree.children
        match tree.data:
            case "activity":
                return Activity(self._action(parts[0]))
            case "choice" | "sequence":
                joined: Callable[[tuple[Pattern, ...]], Pattern] = Choice if tree.data == "choice" else Sequence
                return joined(tuple(self.pattern(part) for part in parts))
            case "renewed":
                inner = self.pattern(parts[0])
                return Reset(inner, self._renewing(parts[1], Span(tree.meta.start_pos, parts[1].start_pos)))
            case "labelled":
                return Sequence((self.pattern(parts[0]), self._label(parts[1])))
            case "times":
                return self._times(tree)
        least, most = {"any_number": (0, None), "one_or_more": (1, None), "perhaps": (0, 1)}[tree.data]
        return Repeated(self.pattern(parts[0]), least, most)

    def _action(self, token: Any) -> str:
        self.actions.append((str(token), Span(token.start_pos, token.end_pos)))
        return str(token)

    def _renewing(self, token: Any, inside: Span) -> str:
        action = self._action(token)
        if any(name == action and inside.start <= at.start < inside.end for name, at in self.actions):
            message = f"`{action}` begins anew the part it stands in"
            raise ExpressionError(self.text, Span(token.start_pos, token.end_pos), message, "name another action")
        return action

    def _label(self, token: Any) -> Label:
        if token not in LABELS:
            at = Span(token.start_pos, token.end_pos)
            raise ExpressionError(self.text, at, f"`{token}` is no label: they are start and stop", LOCATED)
        return Label(str(token), token.start_pos)

    def _times(self, tree: Any) -> Pattern:
        inner, *numbers = tree.children
        counts = [int(number) for number in numbers]
        if counts[0] > counts[-1] or not 0 < counts[-1] <= MOST_TIMES:
            at = Span(numbers[0].start_pos, numbers[-1].end_pos)
            raise ExpressionError(self.text, at, f"a part is repeated 1 to {MOST_TIMES} times", "as in a{3} or a{1,3}")
        return Repeated(self.pattern(inner), counts[0], counts[-1])


def probe(asked: Written, net: Net, member: str = "") -> Probe:
    """Return the automaton of a probe of a net, or of a member of it that is told apart in it (`tagged`).

    Raises ExpressionError where an action is unknown, hidden or not the member's, or where it is no probe.
    """
    for name, span in asked.actions:
        try:
            known_action(name, net)
            if member and not any(move.action == name and by_member(net, move) for move in net.moves):
                raise PepaError(f"a member of `{member}` never does `{name}`", "watch all: leave the member out")
        except PepaError as error:
            raise ExpressionError(asked.text, span, error.message, error.hint) from None
    try:
        return determined(asked.pattern)
    except Unclear as error:
        at = Span(error.label.at, error.label.at + len(error.label.name))
        raise ExpressionError(asked.text, at, error.message, error.hint) from None
    except PepaError as error:
        raise ExpressionError(asked.text, Span(0, len(asked.text)), error.message, error.hint) from None


def compiled_probe(text: str, net: Net) -> tuple[Net, Probe, str]:
    """Return the net with the member told apart that a probe watches, if it is of one, its automaton, and the member.

    Raises ExpressionError as `written` and `probe` do, and PepaError where there is no such member.
    """
    asked = written(text)
    apart = tagged(net, asked.member) if asked.member else net
    return apart, probe(asked, apart, asked.member), asked.member
