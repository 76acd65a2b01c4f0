"""Files of properties, as PRISM's: constants, labels and properties, each of which may have a name; `//` comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from pepa.control.error import PepaError
from pepa.net.net import Net
from pepa.query.checker import TIME
from pepa.query.expression import ExpressionError, Node, parse
from pepa.query.property import defined
from pepa.query.states import KEYWORDS, NoStates, meaning, state_values

CONSTANT = re.compile(r"const\s+(?:(int|double|bool)\s+)?([A-Za-z_][\w']*)\s*(?:=\s*(.+))?$", re.DOTALL)
LABEL = re.compile(r'(?:label\s+"([^"\n]+)"|formula\s+([A-Za-z_][\w\']*))\s*=\s*(.+)$', re.DOTALL)
NAMED = re.compile(r'"([^"\n]+)"\s*:\s*(.+)$', re.DOTALL)
OTHER_NAME = "give it another name"
MOST = 100_000  # characters of a file


@dataclass(frozen=True)
class Property:
    """One property of a file: its text, its name if it has one, and the line it starts in."""

    text: str
    name: str
    line: int


@dataclass(frozen=True)
class Definition:
    """What a file of properties gives a name: a constant, label, formula or property, and the line it starts in.

    `kind` is int, double or bool, of a constant that says so.
    """

    what: str
    name: str
    line: int
    kind: str = ""


@dataclass(frozen=True)
class Properties:
    """The properties of a file, and the constants and labels they use, by name; `path` is its own, if it has one."""

    properties: tuple[Property, ...]
    names: Mapping[str, Node] = field(default_factory=dict)
    path: str = ""
    definitions: tuple[Definition, ...] = ()


def read_properties(text: str) -> Properties:
    """Return the properties of a text; raises PepaError for the first thing wrong, with its line.

    A name is defined once, and is no word of the language.
    """
    if len(text) > MOST:
        raise PepaError(f"a file of properties has at most {MOST:,} characters", "split it")
    names: dict[str, Node] = {}
    definitions: dict[str, Definition] = {}
    found = []
    for line, statement in _statements(text):
        try:
            if constant := CONSTANT.match(statement):
                kind, name, value = constant.groups()
                if value is None:
                    raise PepaError(f"the constant `{name}` has no value", f"as in const double {name} = 1.5;")
                _define(Definition("constant", name, line, kind or ""), definitions)
                names[name] = defined(parse(value), names)
            elif label := LABEL.match(statement):
                name = label[1] or label[2]
                _define(Definition("label" if label[1] else "formula", name, line), definitions)
                names[name] = defined(parse(label[3]), names)
            else:
                named = NAMED.match(statement)
                name, inner = (named[1], named[2]) if named else ("", statement)
                node = parse(inner)
                if name:
                    _define(Definition("property", name, line), definitions)
                    names[name] = defined(node, names)
                found.append(Property(inner, name, line))
        except PepaError as error:
            raise PepaError(f"line {line}: {error.message}", error.hint) from None
    if not found:
        raise PepaError("there is no property in this file", "one a line, as in P=? [ F<=10 User3 >= 2 ]")
    return Properties(tuple(found), names, "", tuple(definitions.values()))


def _define(new: Definition, definitions: dict[str, Definition]) -> None:
    """Add a definition; raises PepaError where its name is taken by the language or by another."""
    if new.name in (*KEYWORDS, *TIME):
        raise PepaError(f"the {new.what} `{new.name}` has the name of a word of the language", OTHER_NAME)
    if other := definitions.get(new.name):
        raise PepaError(
            f"the {new.what} `{new.name}` has the name of the {other.what} in line {other.line}", OTHER_NAME
        )
    definitions[new.name] = new


def refuse_taken(properties: Properties, net: Net) -> None:
    """Raise PepaError, with its line, for the first definition whose name the model has too, or not of its kind."""
    for one in properties.definitions:
        _refuse_unlike(one, properties.names[one.name], net)
        what = meaning(one.name, net)
        if not what:
            continue
        hint = OTHER_NAME
        if one.what == "constant" and one.name in net.parameters:
            hint = f"a parameter is set on the command line, as in {one.name}=5; or {OTHER_NAME}"
        raise PepaError(f"line {one.line}: the {one.what} `{one.name}` has the name of {what} of the model", hint)


def _refuse_unlike(one: Definition, node: Node, net: Net) -> None:
    """Raise PepaError, with its line, for a constant whose value is not of the kind it is said to have."""
    if not one.kind:
        return
    try:
        value = state_values(one.name, node, NoStates(net))
    except ExpressionError:
        return  # told where it is used, if it is
    is_truth = value.dtype == np.bool_
    if is_truth != (one.kind == "bool") or (one.kind == "int" and (value != np.rint(value)).any()):
        told = "true or false" if is_truth else f"{float(value.flat[0]):g}"
        hint = "write const bool" if is_truth else "write const double, or a value that is one"
        raise PepaError(f"line {one.line}: the constant `{one.name}` is no {one.kind}: it is {told}", hint)


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
