"""A TOML file whose wrong values are told with their place in the text, all of them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from pepa.control.error import PepaError
from pepa.language.nearest import Nearest
from pepa.language.numbers import counted, told_number
from pepa.language.problem import ModelError, Problem, Span
from pepa.query.expression import ExpressionError

Kind = TypeVar("Kind")
KINDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
    bool: "true or false",
}
PART = r"""(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[\w-]++)"""
DOTTED = rf"{PART}(?:[ \t]*+\.[ \t]*+{PART})*+"
HEADER = re.compile(rf"[ \t]*+(?P<signs>\[\[?)[ \t]*+(?P<name>{DOTTED})[ \t]*+\]")
KEY = re.compile(rf"[ \t]*+(?P<name>{DOTTED})[ \t]*+=")
NAMES = re.compile(r""""((?:[^"\\\n]|\\.)*+)"|'([^'\n]*+)'|([\w-]++)""")
SIGNS = re.compile(
    r""""{3}[\s\S]*?(?:"{3,5}|\Z)|'{3}[\s\S]*?(?:'{3,5}|\Z)|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?|\#[^\n]*+|[\[{]|[\]}]"""
)
EXAMPLES = {str: '"a text"', int: "3", float: "0.5", list: "[1, 2]", dict: "{ key = 1 }", bool: "true"}
DEEPEST = 100  # lists and tables within each other
MOST_PROBLEMS = 100  # that are told of one file
Path = tuple[str | int, ...]
Data = dict[str, Any]  # what a table of TOML holds, before it is known what is meant


@dataclass
class TomlFile:
    """The text, and the problems found so far."""

    text: str
    problems: list[Problem] = field(default_factory=list)

    def data(self) -> Data:
        """Return what the text says; raises ModelError where it is no TOML."""
        self._not_too_deep()
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            start = len(self.text)
            if place:
                starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
                start = starts[int(place[1]) - 1] + int(place[2]) - 1
            raise _no_toml(re.sub(r" \(at .*\)$", "", str(error)), start) from None
        except ValueError:  # what Python says of a number of more than some thousand digits
            digits = re.search(r"\d{1000}", self.text)
            raise _no_toml("a number has too many digits", digits.start() if digits else 0) from None

    def _not_too_deep(self) -> None:
        depth = 0
        for match in SIGNS.finditer(self.text):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
            if depth > DEEPEST:
                raise _no_toml(f"lists and tables are nested more than {DEEPEST} deep", match.start())

    def wrong(self, path: Path, message: str, hint: str = "", within: Span | None = None) -> None:
        """Take note of a problem at a key; `within` is a part of its value, where that is a text.

        Raises ModelError where there are enough of them.
        """
        self.add(Problem("experiment", message, self.place(path, within), hint))

    def add(self, problem: Problem) -> None:
        """Take note of a problem; raises ModelError where there are enough of them."""
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            self.refuse()

    def refuse(self) -> None:
        """Raise ModelError with all problems, if there are any."""
        if self.problems:
            raise ModelError(sorted(self.problems, key=lambda problem: problem.span.start))

    def place(self, path: Path, within: Span | None = None) -> Span:
        """Return where a key stands, or the nearest table around it."""
        known = path
        while known and known not in self._places:
            known = known[:-1]
        found = self._places.get(known, Span(0, 0))
        for name in (part for part in path[len(known) :] if isinstance(part, str)):
            line_end = self.text.find("\n", found.end)
            inner = re.compile(rf"\b{re.escape(name)}\b\s*=").search(
                self.text, found.end, len(self.text) if line_end < 0 else line_end
            )
            if inner:
                found = Span(inner.start(), inner.start() + len(name))
        if within is None:
            return found
        quote = re.compile("[\"']+").search(self.text, found.end)
        start = quote.end() if quote else found.end
        return Span(start + within.start, start + within.end)

    @cached_property
    def _places(self) -> dict[Path, Span]:
        return _places(self.text)


def _no_toml(message: str, start: int) -> ModelError:
    hint = 'values are "text", 1.5, [1, 2], { key = value }'
    return ModelError([Problem("not-toml", f"this is no TOML: {message}", Span(start, start + 1), hint)])


def _places(text: str) -> dict[Path, Span]:
    """Return where each key and header stands; those inside of inline tables are not among them."""
    found: dict[Path, Span] = {}
    table: Path = ()
    arrays: dict[Path, int] = {}
    quoted, position = False, 0
    for line in text.split("\n"):
        header, key = HEADER.match(line), KEY.match(line)
        if not quoted and header:
            table = tuple(_parts(header["name"]))
            if header["signs"] == "[[":
                arrays[table] = arrays.get(table, -1) + 1
                table = (*table, arrays[table])
            else:
                table = _numbered(table, arrays)
            found[table] = Span(position + header.start("name"), position + header.end("name"))
        elif not quoted and key:
            found[(*table, *_parts(key["name"]))] = Span(position + key.start("name"), position + key.end("name"))
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
        position += len(line) + 1
    return found


def _numbered(table: Path, arrays: Mapping[Path, int]) -> Path:
    """Return the path of a table below the last element of an array of tables."""
    for length in range(len(table) - 1, 0, -1):
        if table[:length] in arrays:
            return (*table[:length], arrays[table[:length]], *table[length:])
    return table


def _parts(dotted: str) -> Iterable[str]:
    return (double or single or bare for double, single, bare in NAMES.findall(dotted))


@dataclass
class Table:
    """One table of the file; what is taken from it is checked for its type, and what nobody takes is a problem."""

    file: TomlFile
    path: Path
    data: Mapping[str, Any]
    taken: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type[Kind], default: Kind) -> Kind:
        """Return a value of a type; the default where it is missing, or is none of it, which is a problem."""
        self.taken.add(key)
        value = self.data.get(key, default)
        if not _is(value, kind):
            self.wrong(key, f"`{key}` is {KINDS[kind]}, not {_kind(value)}", f"as in {key} = {EXAMPLES[kind]}")
            return default
        try:
            return counted(value) if kind is float else value  # type: ignore[return-value]
        except PepaError as error:
            self.attempt(key, error)
            return default

    def between(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number between two others; the default where it is anything else, which is a problem."""
        value = self.take(key, int, default)
        if least <= value <= most:
            return value
        self.wrong(key, f"`{key}` is from {least:,} to {most:,}, not {told_number(value)}", f"as in {key} = {default}")
        return default

    def share(self, key: str, default: float) -> float:
        """Return a number above 0, at most 1; the default where it is anything else, which is a problem."""
        value = self.take(key, float, default)
        if 0 < value <= 1:
            return value
        self.wrong(key, f"`{key}` is above 0 and at most 1, not {value:g}", f"as in {key} = {default}")
        return default

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, empty where it is missing."""
        values: list[Any] = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            self.wrong(key, f"`{key}` is a list of texts")
            return []
        return values

    def tables(self, key: str) -> list[Table]:
        """Return the tables of an array of tables, or the one table there is."""
        value = self.data.get(key, [])
        self.taken.add(key)
        listed = [value] if isinstance(value, dict) else value
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            self.wrong(key, f"`{key}` is a table", f"write [[{'.'.join(map(str, self.path))}.{key}]]")
            return []
        single = isinstance(value, dict)
        return [
            Table(self.file, (*self.path, key) if single else (*self.path, key, i), one) for i, one in enumerate(listed)
        ]

    def wrong(self, key: str, message: str, hint: str = "", within: Span | None = None) -> None:
        """Take note of a problem at a key of this table."""
        self.file.wrong((*self.path, key), message, hint, within)

    def misread(self, key: str, label: str, error: ExpressionError) -> None:
        """Take note of an expression that has no meaning: the value of `label` in a table, or `label` in a list."""
        if isinstance(self.data[key], dict):
            self.file.wrong((*self.path, key, label), error.said, error.hint, error.span)
            return
        start = self.file.place((*self.path, key)).end
        at = max(self.file.text.find(label, start), start)
        span = Span(at + error.span.start, at + error.span.end)
        self.file.add(Problem("experiment", error.said, span, error.hint))

    def attempt(self, key: str, error: PepaError) -> None:
        """Take note of an error as a problem at a key."""
        self.wrong(key, error.message, error.hint)

    def close(self) -> None:
        """Take note of keys that nobody took."""
        near = Nearest(sorted(self.taken))
        for key in (key for key in self.data if key not in self.taken):
            close = near.to(key)
            hint = f"did you mean `{close}`?" if close else f"the keys are {', '.join(sorted(self.taken)[:20])}"
            self.wrong(key, f"there is no key `{key}` here", hint)


def _is(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float if kind is float else kind)


def _kind(value: object) -> str:
    return next((name for kind, name in KINDS.items() if type(value) is kind), "a date")
