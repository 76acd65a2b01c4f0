"""JSON Schema (draft 2020-12) from types: typed dictionaries, lists, unions and plain values."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Sequence
from typing import Literal, NotRequired, Union

Schema = dict[str, object]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": ["number", "null"]},  # null is what is not a number, or infinite: JSON has no word for them
    types.NoneType: {"type": "null"},
}


def json_schema(kinds: Sequence[type], title: str) -> Schema:
    """Return the schema of JSON objects that are one of some typed dictionaries, with a definition for each used."""
    definitions: dict[str, Schema] = {}
    found = _one_of([_schema(kind, definitions) for kind in kinds])
    return {"$schema": DRAFT, "title": title, **found, "$defs": dict(sorted(definitions.items()))}


def _one_of(schemas: Iterable[Schema]) -> Schema:
    distinct: list[Schema] = []
    for one in schemas:
        if one not in distinct:
            distinct.append(one)
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _schema(kind: object, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of a type; raises TypeError for one that JSON has no word for."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and typing.is_typeddict(kind):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}  # known by name, should it hold itself
            definitions[kind.__name__] = _object(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return _one_of(_schema(one, definitions) for one in inner)
    if origin is list:
        return {"type": "array", "items": _schema(inner[0], definitions)}
    if origin is dict and inner[0] is str:
        return {"type": "object", "additionalProperties": _schema(inner[1], definitions)}
    raise TypeError(f"{kind} is nothing that is told in JSON")


def _object(kind: type, definitions: dict[str, Schema]) -> Schema:
    hints = typing.get_type_hints(kind, include_extras=True)
    optional: frozenset[str] = getattr(kind, "__optional_keys__", frozenset())
    properties, required = {}, []
    for name, hint in hints.items():
        may_lack = typing.get_origin(hint) is NotRequired
        properties[name] = _schema(typing.get_args(hint)[0] if may_lack else hint, definitions)
        if not may_lack and name not in optional:
            required.append(name)
    said = " ".join((kind.__doc__ or "").split())
    return {
        "type": "object",
        "description": said,
        "properties": properties,
        "required": sorted(required),
        "additionalProperties": False,
    }
