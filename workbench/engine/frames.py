"""Framed JSON over pipes: a length of four bytes, little-endian, then that many bytes of one JSON object."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

Frame = dict[str, Any]
HEADER = struct.Struct("<I")


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    body = json.dumps(frame, separators=(",", ":")).encode()
    return HEADER.pack(len(body)) + body


def read(stream: BinaryIO) -> Frame | None:
    """Read one frame; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    body = stream.read(HEADER.unpack(header)[0])
    return json.loads(body) if body else None
