"""A TOML file whose wrong values are told with their place in the text, all of them at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pepa.control.error import PepaError
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
HEADER = re.compile(r"\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(#.*)?$")
KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w.-]+)(?:\s*\.\s*(?:"[^"]*"|[\w-]+))*)\s*=""")
PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
Path = tuple[str | int, ...]


@dataclass
class TomlFile:
    """The text, and the problems found so far."""

    text: str
    problems: list[Problem] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """Return what the text says; raises ModelError where it is no TOML."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            start = len(self.text)
            if place:
                starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
                start = starts[int(place[1]) - 1] + int(place[2]) - 1
            message = re.sub(r" \(at .*\)$", "", str(error))
            hint = 'values are "text", 1.5, [1, 2], { key = value }'
            problem = Problem("not-toml", f"this is no TOML: {message}", Span(start, start + 1), hint)
            raise ModelError([problem]) from None

    def wrong(self, path: Path, message: str, hint: str = "", within: Span | None = None) -> None:
        """Take note of a problem at a key; `within` is a part of its value, where that is a text."""
        self.problems.append(Problem("experiment", message, self.place(path, within), hint))

    def refuse(self) -> None:
        """Raise ModelError with all problems, if there are any."""
        if self.problems:
            raise ModelError(sorted(self.problems, key=lambda problem: problem.span.start))

    def place(self, path: Path, within: Span | None = None) -> Span:
        """Return where a key stands, or the nearest table around it."""
        places = _places(self.text)
        known = path
        while known and known not in places:
            known = known[:-1]
        found = places.get(known, Span(0, 0))
        for name in (part for part in path[len(known) :] if isinstance(part, str)):
            inner = re.search(rf"\b{re.escape(name)}\b\s*=", self.text[found.end :].split("\n", 1)[0])
            if inner:
                found = Span(found.end + inner.start(), found.end + inner.start() + len(name))
        if within is None:
            return found
        quote = re.search("[\"']+", self.text[found.end :])
        start = found.end + (quote.end() if quote else 0)
        return Span(start + within.start, start + within.end)


def _places(text: str) -> dict[Path, Span]:
    """Return where each key and header stands; those inside of inline tables are not among them."""
    found: dict[Path, Span] = {}
    table: Path = ()
    arrays: dict[Path, int] = {}
    quoted, position = False, 0
    for line in text.splitlines(keepends=True):
        header, key = HEADER.match(line), KEY.match(line)
        if not quoted and header:
            table = tuple(_parts(header[1]))
            if line.lstrip().startswith("[["):
                arrays[table] = arrays.get(table, -1) + 1
                table = (*table, arrays[table])
            else:
                table = _numbered(table, arrays)
            found[table] = Span(position + header.start(1), position + header.end(1))
        elif not quoted and key:
            found[(*table, *_parts(key[1]))] = Span(position + key.start(1), position + key.end(1))
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
        position += len(line)
    return found


def _numbered(table: Path, arrays: Mapping[Path, int]) -> Path:
    """Return the path of a table below the last element of an array of tables."""
    for length in range(len(table) - 1, 0, -1):
        if table[:length] in arrays:
            return (*table[:length], arrays[table[:length]], *table[length:])
    return table


def _parts(dotted: str) -> Iterable[str]:
    return (double or single or bare for double, single, bare in PART.findall(dotted))


@dataclass
class Table:
    """One table of the file; what is taken from it is checked for its type, and what nobody takes is a problem."""

    file: TomlFile
    path: Path
    data: Mapping[str, Any]
    taken: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type[Kind], default: Kind) -> Kind:
        """Return a value of a type; the default where it is missing or of another type, which is a problem."""
        self.taken.add(key)
        value = self.data.get(key, default)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.wrong(key, f"`{key}` is {KINDS[kind]}, not {_kind(value)}")
            return default
        return value

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
        self.file.problems.append(Problem("experiment", error.said, span, error.hint))

    def attempt(self, key: str, error: PepaError) -> None:
        """Take note of an error as a problem at a key."""
        self.wrong(key, error.message, error.hint)

    def close(self) -> None:
        """Take note of keys that nobody took."""
        for key in self.data.keys() - self.taken:
            close = difflib.get_close_matches(key, self.taken, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"the keys are {', '.join(sorted(self.taken))}"
            self.wrong(key, f"there is no key `{key}` here", hint)


def _kind(value: object) -> str:
    return next((name for kind, name in KINDS.items() if type(value) is kind), "a date")
