"""Files of properties, as PRISM's: constants, labels and properties, each of which may have a name; `//` comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pepa.control.error import PepaError
from pepa.query.expression import Node, parse
from pepa.query.property import defined

CONSTANT = re.compile(r"const\s+(?:(?:int|double|bool)\s+)?([A-Za-z_][\w']*)\s*(?:=\s*(.+))?$", re.DOTALL)
LABEL = re.compile(r'(?:label\s+"([^"\n]+)"|formula\s+([A-Za-z_][\w\']*))\s*=\s*(.+)$', re.DOTALL)
NAMED = re.compile(r'"([^"\n]+)"\s*:\s*(.+)$', re.DOTALL)
MOST = 100_000  # characters of a file


@dataclass(frozen=True)
class Property:
    """One property of a file: its text, its name if it has one, and the line it starts in."""

    text: str
    name: str
    line: int


@dataclass(frozen=True)
class Properties:
    """The properties of a file, and the constants and labels they use, by name; `path` is its own, if it has one."""

    properties: tuple[Property, ...]
    names: Mapping[str, Node] = field(default_factory=dict)
    path: str = ""


def read_properties(text: str) -> Properties:
    """Return the properties of a text; raises PepaError for the first thing wrong, with its line."""
    if len(text) > MOST:
        raise PepaError(f"a file of properties has at most {MOST:,} characters", "split it")
    names: dict[str, Node] = {}
    found = []
    for line, statement in _statements(text):
        try:
            if constant := CONSTANT.match(statement):
                name, value = constant.groups()
                if value is None:
                    raise PepaError(f"the constant `{name}` has no value", f"as in const double {name} = 1.5;")
                names[name] = defined(parse(value), names)
            elif label := LABEL.match(statement):
                names[label[1] or label[2]] = defined(parse(label[3]), names)
            else:
                named = NAMED.match(statement)
                name, inner = (named[1], named[2]) if named else ("", statement)
                node = parse(inner)
                if name:
                    names[name] = defined(node, names)
                found.append(Property(inner, name, line))
        except PepaError as error:
            raise PepaError(f"line {line}: {error.message}", error.hint) from None
    if not found:
        raise PepaError("there is no property in this file", "one a line, as in P=? [ F<=10 User3 >= 2 ]")
    return Properties(tuple(found), names)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield statements with their line: they end at `;`, or at the end of a line outside all brackets."""
    pending, first, depth = "", 1, 0
    for line, written in enumerate(text.splitlines(), 1):
        for piece in re.split(r"(;)", written.split("//", 1)[0]):
            if piece == ";":
                if pending.strip():
                    yield first, pending.strip()
                pending, depth = "", 0
                continue
            if not pending.strip():
                first, pending = line, ""
            pending += piece
            depth += len(re.findall(r"[(\[{]", piece)) - len(re.findall(r"[)\]}]", piece))
        if pending.strip() and depth <= 0 and not re.match(r"\s*(const|label|formula)\b", pending):
            yield first, pending.strip()
            pending, depth = "", 0
        pending += " "
    if pending.strip():
        yield first, pending.strip()
