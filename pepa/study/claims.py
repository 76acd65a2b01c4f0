"""Claims about the results of an experiment: `increasing(throughput(useVM))`, `at(User3, Q = 1) > 0.69`.

The language is that of measures, over columns: a measure or a parameter by its name has a value in each row.
`at(x, conditions)` takes the rows where they hold. `increasing` and `decreasing` are asked of each curve by itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.query.expression import Call, ExpressionError, Name, Node, Number, Operation, parse, walk
from pepa.query.interpreter import Interpreter
from pepa.study.curves import Positions, curves, places

Column = NDArray[Any]
QUOTES = re.compile(r'("(?:[^"\n]|"")+")')
BLANKS = re.compile(r"(?<![\w']) | (?![\w'])")  # not those between two words
FUNCTIONS: dict[str, Callable[[Column], Any]] = {
    "max": np.max,
    "min": np.min,
    "mean": np.mean,
    "sum": np.sum,
    "first": lambda column: column[0],
    "last": lambda column: column[-1],
    "all": np.all,
    "any": np.any,
    "abs": np.abs,
    "spread": lambda column: np.ptp(column) / max(float(np.abs(column).max()), 1e-300),
}
OF_CURVES = {"increasing": 1.0, "decreasing": -1.0}  # the sign with which values grow along a curve


@dataclass(frozen=True)
class Claim:
    """A sentence with an expression that decides it, and one for the number that is told, where that is not clear."""

    text: str
    holds: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds (None: not decided, points failed or are not numbers), with the number told."""

    claim: Claim
    holds: bool | None
    value: float | None


@dataclass(frozen=True)
class Results:
    """Columns of one length by name, those that are measures, elasticities by (measure, parameter), and what varies."""

    columns: Mapping[str, Column]
    measures: Set[str]
    elasticity: Mapping[tuple[str, str], float]
    axes: tuple[str, ...] = ()


def judged(claim: Claim, results: Results) -> Verdict:
    """Decide a claim; where a number it needs is missing it is not decided. Raises ExpressionError."""
    tree = parse(claim.holds)
    judge = _Judge(claim.holds, results)
    holds = bool(np.all(judge.truth(tree)))
    decided = judge.decided
    if claim.value:
        told = _Judge(claim.value, results).number(parse(claim.value))
    else:
        told = _told(tree, _Judge(claim.holds, results))
    number = float(told) if np.ndim(told) == 0 and np.isfinite(told) else None
    return Verdict(claim, holds if decided else None, number)


def _told(tree: Node, judge: _Judge) -> Any:
    """Return the left side of the first comparison, if it is a comparison."""
    while isinstance(tree, Operation) and tree.operator in ("&", "|"):
        tree = tree.operands[0]
    if isinstance(tree, Operation) and tree.operator in ("<", "<=", ">", ">=", "=", "!="):
        found = judge.value(tree.operands[0])
        return np.nan if np.asarray(found).dtype.kind == "U" else found
    return np.nan


class _Judge(Interpreter):
    """Values over the rows of the results; what is missing leaves the claim undecided."""

    example = "as in x > 0"

    def __init__(self, text: str, results: Results) -> None:
        super().__init__(text)
        self.results, self.decided = results, True
        self.rows: NDArray[np.bool_] = np.ones(len(next(iter(results.columns.values()), ())), bool)
        self.looked_at: list[NDArray[np.bool_]] = []  # the rows that columns were taken of
        self.by_result = False  # whether a measure says which rows those are

    def leaf(self, node: Node) -> Any:
        if isinstance(node, Call):
            return self.call(node)
        raise self.unknown(node)

    def value(self, node: Node) -> Any:
        if not isinstance(node, Number) and (name := self.named(node)) in self.results.columns:
            self.looked_at.append(self.rows)
            return self.seen(self.results.columns[name][self.rows])
        try:
            return super().value(node)
        except ValueError:  # columns of different lengths
            message = "its sides are of different numbers of points"
            hint = "take one point of each, as in at(x, k = 1), or one number, as in max(x)"
            raise ExpressionError(self.text, node.span, message, hint) from None

    def operation(self, node: Operation) -> Any:
        return self.seen(super().operation(node))

    def compared(self, node: Operation) -> Any:
        column = self.value(node.operands[0])
        if node.operator in ("=", "!=") and np.asarray(column).dtype.kind == "U":
            same = np.asarray(column) == self.word(node.operands[1])
            return same if node.operator == "=" else ~same
        return super().compared(node)

    def incomparable(self, node: Operation, missing: Any) -> None:
        del node, missing
        self.decided = False

    def call(self, node: Call) -> Any:
        match node.function, node.arguments:
            case "at", (what, *conditions) if conditions:
                return self.at(what, conditions)
            case "elasticity", (measure, parameter):
                return self.elasticity(node, self.named(measure), self.named(parameter))
            case function, (argument, *along) if function in OF_CURVES and len(along) <= 1:
                value, place, each = self.in_curves(argument, along)
                return all(_grows(OF_CURVES[function] * value[curve], place[curve]) for curve in each)
            case function, (argument,) if function in FUNCTIONS:
                decided = self.decided
                value = self.value(argument) if function in ("first", "last") else self.number(argument)
                found = FUNCTIONS[function](np.atleast_1d(value))
                if function in ("first", "last") and np.asarray(value).dtype.kind == "f":
                    self.decided = decided  # one point counts, whatever became of the others
                return self.seen(found[0] if np.ndim(value) < np.ndim(found) else found)
        raise self.unknown(node)

    def in_curves(self, argument: Node, along: Sequence[Node]) -> tuple[Column, Positions, list[Positions]]:
        """Return values, the place of each along its curve, and the positions of the points of each curve."""
        axis = next(map(self.named, along), "")
        if axis and axis not in self.results.axes:
            hint = f"they are {', '.join(self.results.axes)}" if self.results.axes else "nothing is varied"
            raise ExpressionError(self.text, along[0].span, f"`{axis}` is not varied", hint)
        before, self.looked_at = self.looked_at, []
        value = np.atleast_1d(self.number(argument))
        looked_at, self.looked_at = self.looked_at, [*before, *self.looked_at]
        points = [
            {name: self.results.columns[name][rows] for name in self.results.axes}
            for rows in {rows.tobytes(): rows for rows in looked_at}.values()
            if rows.sum() == len(value) and self.results.axes
        ]
        if not points:
            return value, np.arange(len(value)), [np.arange(len(value))]
        every = [places(one, axis) for one in points]
        place, each = every[0], curves(points[0], axis)
        if place is not None and all(
            other is not None and (other == place).all() and list(map(list, curves(one, axis))) == list(map(list, each))
            for one, other in zip(points[1:], every[1:], strict=True)
        ):
            return value, place, each
        if self.by_result:
            self.decided = False  # which points these are was not known when the claim was read
            return value, np.arange(len(value)), []
        message = "its points differ in several parameters at once, and not in one order"
        hint = f"say along which, as in increasing(x, {self.results.axes[-1]})"
        raise ExpressionError(self.text, argument.span, message, hint)

    def number(self, node: Node) -> Any:
        if np.asarray(value := super().number(node)).dtype.kind == "U":
            hint = "a text is only equal to a word, as in scenario = base"
            raise ExpressionError(self.text, node.span, "expected a number, not a text", hint)
        return value

    def truth(self, node: Node) -> Any:
        """Return what is true and false; what is missing is neither, and leaves the claim undecided."""
        value = np.asarray(self.value(node))
        if value.dtype.kind == "f" and np.isnan(value).all() and not self.decided:
            return np.zeros(value.shape, bool)
        return super().truth(node)

    def seen(self, values: Any) -> Any:
        """Return values, having noted whether all are numbers."""
        if np.asarray(values).dtype.kind == "f" and not np.isfinite(values).all():
            self.decided = False
        return values

    def at(self, what: Node, conditions: Sequence[Node]) -> Any:
        before = self.rows
        holding = [self.truth(condition) for condition in conditions]
        chosen = before.copy()
        chosen[before] = np.logical_and.reduce(np.broadcast_arrays(np.ones(before.sum(), bool), *holding))
        by_result = any(self.named(part) in self.results.measures for one in conditions for part in walk(one))
        self.by_result |= by_result
        if not chosen.any():
            if by_result:
                return self.seen(np.nan)  # no result is like that, though one could be
            told = ", ".join(self.source(condition) for condition in conditions)
            raise ExpressionError(self.text, conditions[0].span, f"there is no point with {told}", "see what is varied")
        self.rows = chosen
        found = self.value(what)
        self.rows = before
        return found[0] if np.ndim(found) == 1 and len(found) == 1 else found

    def elasticity(self, node: Node, measure: str, parameter: str) -> float:
        found = self.results.elasticity.get((measure, parameter))
        if found is None:
            message = f"there is no elasticity of `{measure}` to `{parameter}`"
            raise ExpressionError(self.text, node.span, message, "name the parameter in `elasticities`")
        return float(self.seen(found))

    def word(self, node: Node) -> str:
        """Return the text that a column is compared with: what stands in quotes as it is there."""
        return node.name if isinstance(node, Name) and node.group is None else self.source(node)

    def named(self, node: Node) -> str:
        """Return the name of the column that a node can be: its text, or what stands in its quotes."""
        source = self.source(node)
        return source if source in self.results.columns else self.word(node)

    def source(self, node: Node) -> str:
        """Return the text of a node without blanks that do not matter."""
        return plain(self.text[node.span.start : node.span.end])

    def unknown(self, node: Node) -> ExpressionError:
        functions = (*FUNCTIONS, *OF_CURVES) if isinstance(node, Call) else ()
        names = [*self.results.columns, *functions, "at", "elasticity"]
        source = self.source(node)
        for name in (source, source.split("(")[0]):
            close = difflib.get_close_matches(name, names, 1)
            if close:
                return ExpressionError(self.text, node.span, f"there is no `{source}`", f"did you mean `{close[0]}`?")
        message = f"there is no `{source}` among the results"
        return ExpressionError(self.text, node.span, message, f"they are {', '.join(self.results.columns)}")


def _grows(value: Column, place: Positions) -> bool:
    """Return whether values grow from each place to the next; several may be at one."""
    order = np.lexsort((value, place))
    value, place = value[order], place[order]
    return bool((np.diff(value)[np.diff(place) > 0] > 0).all())


def plain(text: str) -> str:
    """Return a measure's text without the blanks that do not matter: what it is known by in claims.

    A name in quotes is as it stands there, and two words stay two.
    """
    parts = QUOTES.split(text)
    return "".join(part if part.startswith('"') else BLANKS.sub("", " ".join(part.split())) for part in parts)
