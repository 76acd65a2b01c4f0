"""The one language of measures and state expressions: text to syntax tree, with errors at their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from pepa.control import depth  # noqa: F401 - trees are worked on level by level
from pepa.control.error import PepaError
from pepa.language.problem import Span


@dataclass(frozen=True)
class Number:
    """A figure."""

    value: float
    span: Span


@dataclass(frozen=True)
class Name:
    """A local derivative, or one of a group: `User3`, `CM.CM1`; a parameter: `Q`; or `init`, `deadlock`.

    Where it is `quoted` it is a name of the model, if the model has it, and not a word of the language.
    """

    name: str
    group: str | None
    span: Span
    quoted: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Call:
    """A measure of something, or `enabled(action)`."""

    function: str
    arguments: tuple[Node, ...]
    span: Span


@dataclass(frozen=True)
class Operation:
    """One of + - * / = != < <= > >= & | => ! and unary minus (as `negative`)."""

    operator: str
    operands: tuple[Node, ...]
    span: Span


@dataclass(frozen=True)
class Quantified:
    """A property over what may happen: `P>=0.9 [ a U<=5 b ]`, `S=? [ a ]`, `R{b}=? [ C<=5 ]`.

    `quantifier` is P, S or R, `comparison` "=?" or a sign with its `bound`. `operator` is X, F, G, U, W of its
    `operands`, S (in the long run), C (cumulated) or I (at an instant); `low` and `high` limit the time, `reward` is
    what is earned.
    """

    quantifier: str
    comparison: str
    bound: Node | None
    operator: str
    operands: tuple[Node, ...]
    low: Node | None
    high: Node | None
    reward: Node | None
    span: Span


@dataclass(frozen=True)
class Route:
    """From one thing to the next of another, of one member of a group where it is named: `User: ask -> answer`."""

    member: str
    begin: Node
    end: Node
    span: Span


@dataclass(frozen=True)
class Watched:
    """A passage by a stochastic probe, as it is written: `User::request:start, answer:stop`."""

    text: str
    span: Span


Node = Number | Name | Call | Operation | Quantified | Route | Watched

EXPECTED = {
    "NUMBER": "a number",
    "NAME": "a name",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "COMMA": "`,`",
    "$END": "the end",
}


MOST_SIGNS = 500  # so deep may a tree be
SIGN = re.compile(r"[-+*/=<>!&|(,]")
ANONYMOUS = re.compile(r"\)\s*\.\s*[A-Za-z_(]")  # as the end of `(c, 1).A`
QUOTED = 'a name that is no plain word is quoted, as in population("(c, 1).A")'
KEPT = 256  # expressions whose trees are kept: a study asks the same at each of its points
EXCERPT = 100  # characters of an expression that are shown around an error


class ExpressionError(PepaError):
    """An expression that cannot be read or has no meaning, with its place marked below it."""

    def __init__(self, text: str, span: Span, message: str, hint: str = "") -> None:
        first = max(0, span.start - EXCERPT // 2)
        before = span.start - first
        mark = " " * before + "^" * max(1, min(span.end - span.start, EXCERPT - before))
        excerpt = text[first : first + EXCERPT].replace("\n", " ")
        super().__init__(f"{message}, at column {span.start + 1}\n    {excerpt}\n    {mark}", hint)
        self.text, self.span, self.said = text, span, message

    def __reduce__(self) -> Any:
        """Come back whole from another process."""
        return ExpressionError, (self.text, self.span, self.said, self.hint)


@cache
def _parser() -> Any:
    from importlib.resources import files

    from lark import Lark

    grammar = files("pepa.query").joinpath("expression.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Node:
    """Return the tree of an expression; raises ExpressionError with what was expected where."""
    from lark import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

    if not text.strip():
        raise ExpressionError(text, Span(0, 0), "an expression is missing", "as in throughput(useVM)")
    _not_too_long(text)
    try:
        return _node(_parser().parse(text))
    except UnexpectedToken as error:
        end = len(text.rstrip())
        found = error.token
        at = Span(end, end) if found.type == "$END" else Span(found.start_pos, found.end_pos)
        what = "end" if found.type == "$END" else f"`{found}`"
        hint = QUOTED if ANONYMOUS.search(text) else f"expected {_expected(error.expected)}"
        raise ExpressionError(text, at, f"unexpected {what}", hint) from None
    except (UnexpectedCharacters, UnexpectedEOF) as error:
        place = error.pos_in_stream or 0
        sign = text[place : place + 1]
        raise ExpressionError(text, Span(place, place + 1), f"unexpected `{sign}`", "") from None


def _not_too_long(text: str) -> None:
    """Refuse what has so many signs that its tree could be deeper than what works on it goes."""
    for number, match in enumerate(SIGN.finditer(text), 1):
        if number > MOST_SIGNS:
            message = f"more than {MOST_SIGNS:,} operators and parentheses in one expression"
            raise ExpressionError(text, Span(*match.span()), message, "measure its parts, and put them together after")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it."""
    yield node
    for part in below(node):
        yield from walk(part)


def below(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below one."""
    match node:
        case Call(arguments=parts) | Operation(operands=parts):
            return parts
        case Quantified(operands=parts):
            return tuple(part for part in (*parts, node.bound, node.low, node.high, node.reward) if part is not None)
        case Route(begin=begin, end=end):
            return begin, end
        case _:
            return ()


def _expected(tokens: Any) -> str:
    known = [EXPECTED[token] for token in sorted(tokens) if token in EXPECTED]
    operators = [] if known and not {"RPAR", "$END"} & set(tokens) else ["an operator"]
    return " or ".join([*known, *operators])


def _span(tree: Any) -> Span:
    return Span(tree.meta.start_pos, tree.meta.end_pos)


def _node(tree: Any) -> Node:
    return _BUILDERS[tree.data](tree)


def _number(tree: Any) -> Node:
    return Number(float(tree.children[0]), _span(tree))


def _name(tree: Any) -> Node:
    names = [unquoted(str(child)) for child in tree.children]
    return Name(names[-1], names[0] if len(names) == 2 else None, _span(tree))


def _call(tree: Any) -> Node:
    return Call(str(tree.children[0]), tuple(_node(child) for child in tree.children[1:]), _span(tree))


def _joined(operator: str) -> Callable[[Any], Node]:
    return lambda tree: Operation(operator, tuple(_node(child) for child in tree.children), _span(tree))


def _chained(tree: Any) -> Node:
    """Return a left-associative chain of operands with operators between."""
    found = _node(tree.children[0])
    for operator, operand in zip(tree.children[1::2], tree.children[2::2], strict=True):
        end = getattr(operand.meta, "container_end_pos", operand.meta.end_pos)  # behind its parentheses
        found = Operation(str(operator), (found, _node(operand)), Span(tree.meta.start_pos, end))
    return found


def _signed(tree: Any) -> Node:
    inner = _node(tree.children[1])
    return inner if tree.children[0] == "+" else Operation("negative", (inner,), _span(tree))


def unquoted(text: str) -> str:
    """Return a name without the quotes that it may be written in; a double quote within is written twice."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _quoted(tree: Any) -> Node:
    return Name(unquoted(str(tree.children[0])), None, _span(tree), quoted=True)


def _bound(tree: Any) -> tuple[str, Node | None]:
    return ("=?", None) if tree.data == "asked" else (str(tree.children[0]), _node(tree.children[1]))


def _within(trees: list[Any]) -> tuple[Node | None, Node | None]:
    """Return the limits of time among the parts of a path: None where there is none."""
    for tree in trees:
        if getattr(tree, "data", "") == "interval":
            return _node(tree.children[0]), _node(tree.children[1])
        if getattr(tree, "data", "") == "one_sided":
            limit = _node(tree.children[1])
            return (limit, None) if str(tree.children[0]) in (">", ">=") else (None, limit)
    return None, None


def _over_paths(quantifier: str) -> Callable[[Any], Node]:
    def build(tree: Any) -> Node:
        *reward, bound, path = tree.children[1:]
        comparison, value = _bound(bound)
        parts = path.children if quantifier != "S" else ["S", path]
        tokens = [str(part).strip("= ") for part in parts if not hasattr(part, "data")]
        operands = [
            _node(part) for part in parts if getattr(part, "data", "token") not in ("token", "interval", "one_sided")
        ]
        low, high = _within(parts)
        if tokens[0] == "I":
            low, operands = operands[0], []
        operator = "S" if tokens[0] == "LRA" else tokens[0]
        earned = _node(reward[0]) if reward else None
        return Quantified(quantifier, comparison, value, operator, tuple(operands), low, high, earned, _span(tree))

    return build


def _route(tree: Any) -> Node:
    *member, begin, end = tree.children
    return Route(unquoted(str(member[0])) if member else "", _node(begin), _node(end), _span(tree))


def _watched(tree: Any) -> Node:
    return Watched(str(tree.children[0]), _span(tree))


_BUILDERS: dict[str, Callable[[Any], Node]] = {
    "number": _number,
    "name": _name,
    "call": _call,
    "implication": _joined("=>"),
    "disjunction": _joined("|"),
    "conjunction": _joined("&"),
    "negated": _joined("!"),
    "comparison": _chained,
    "sum": _chained,
    "product": _chained,
    "signed": _signed,
    "quoted": _quoted,
    "route": _route,
    "watched": _watched,
    "probable": _over_paths("P"),
    "longrun": _over_paths("S"),
    "rewarded": _over_paths("R"),
    "power": _chained,
}
