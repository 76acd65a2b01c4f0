"""Where lines of a model's text end: at a line feed, at a carriage return, or at both together."""

from __future__ import annotations

import re

LONE_RETURN = re.compile(r"\r(?!\n)")


def fed(text: str) -> str:
    """Return a text of the same length in which every line is ended by a line feed, a return before it or not."""
    return LONE_RETURN.sub("\n", text) if "\r" in text else text
