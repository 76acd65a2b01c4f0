"""Frames over pipes: two lengths of four bytes, little-endian, a JSON object, and what of it is large behind.

Long texts are there as they are, and objects of many members in pieces: a model of a million definitions takes a third
of a second to be written as JSON, and its parameters seconds to be read, in which no key is heard.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

Frame = dict[str, Any]
HEADER = struct.Struct("<II")  # bytes of the object, and of the texts behind it
LONG = 10_000  # characters
MANY = 5_000  # members of a piece
TEXTS = "texts"  # of the object: how many bytes each text behind it has, by its name
PIECES = "pieces"  # of the object: how many bytes each piece has that is behind the texts, by names in the answer


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    behind: list[bytes] = []
    texts = {name: _bytes(value) for name, value in frame.items() if isinstance(value, str) and len(value) > LONG}
    if texts:
        frame = {name: value for name, value in frame.items() if name not in texts}
        frame[TEXTS] = {name: len(data) for name, data in texts.items()}
        behind += texts.values()
    answer = frame.get("answer")
    if isinstance(answer, dict) and (large := {name: value for name, value in answer.items() if _is_large(value)}):
        pieces = {name: list(_pieces(value)) for name, value in large.items()}
        rest = {name: value for name, value in answer.items() if name not in large}
        frame = {**frame, "answer": rest, PIECES: {name: [*map(len, found)] for name, found in pieces.items()}}
        behind += (piece for found in pieces.values() for piece in found)
    body = _json(frame)
    return b"".join((HEADER.pack(len(body), sum(map(len, behind))), body, *behind))


def decoding(body: bytes, behind: bytes) -> Iterator[Frame]:
    """Yield the frame of an object and what is behind it as it comes to be, at the last whole: each step is short."""
    frame: Frame = json.loads(body)
    start = 0
    for name, length in frame.pop(TEXTS, {}).items():
        frame[name] = behind[start : start + length].decode("utf-8", "surrogatepass")
        start += length
    for name, lengths in frame.pop(PIECES, {}).items():
        frame["answer"][name] = members = {}
        for length in lengths:
            yield frame
            members.update(json.loads(behind[start : start + length]))
            start += length
    yield frame


def read(stream: BinaryIO) -> Frame | None:
    """Read one frame; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    body, behind = HEADER.unpack(header)
    found = stream.read(body)
    if not found:
        return None
    *_, frame = decoding(found, stream.read(behind))
    return frame


def _is_large(value: object) -> bool:
    return isinstance(value, dict) and len(value) > MANY


def _pieces(value: Mapping[str, object]) -> Iterator[bytes]:
    members = iter(value.items())
    while piece := dict(islice(members, MANY)):
        yield _json(piece)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
