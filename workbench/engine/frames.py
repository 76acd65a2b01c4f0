"""Frames over pipes: two lengths of four bytes, little-endian, a JSON object, and long texts of it as they are.

A model of a million definitions takes a third of a second to be written as JSON, in which no key is heard.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

Frame = dict[str, Any]
HEADER = struct.Struct("<II")  # bytes of the object, and of the texts behind it
LONG = 10_000  # characters
TEXTS = "texts"  # of the object: how many bytes each text behind it has, by its name


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    texts = {name: _bytes(value) for name, value in frame.items() if isinstance(value, str) and len(value) > LONG}
    if texts:
        frame = {name: value for name, value in frame.items() if name not in texts}
        frame[TEXTS] = {name: len(data) for name, data in texts.items()}
    body = json.dumps(frame, separators=(",", ":")).encode()
    return b"".join((HEADER.pack(len(body), sum(map(len, texts.values()))), body, *texts.values()))


def decoded(body: bytes, behind: bytes) -> Frame:
    """Return the frame of an object and the texts behind it."""
    frame: Frame = json.loads(body)
    start = 0
    for name, length in frame.pop(TEXTS, {}).items():
        frame[name] = behind[start : start + length].decode("utf-8", "surrogatepass")
        start += length
    return frame


def read(stream: BinaryIO) -> Frame | None:
    """Read one frame; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    body, behind = HEADER.unpack(header)
    found = stream.read(body)
    return decoded(found, stream.read(behind)) if found else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
