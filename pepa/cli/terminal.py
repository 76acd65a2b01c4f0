"""The way of every text to the terminal: nothing else of the command writes to its standard streams.

What would command the terminal is shown as signs, what its character set lacks as something near. Tables and charts
go by way of a Screen (screen.py).
"""

from __future__ import annotations

import codecs
import io
import os
import sys

from pepa.language.shown import shown

PLAIN = {
    "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "=", "▍": "=", "▎": "-", "▏": "-", "·": "-", "…": "~", "→": ">",
    "±": "~", "×": "x", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "─": "-", "│": "|", "✓": "+",
    "✗": "x", "━": "-", "┃": "|", "•": "*", "●": "o", "┼": "+",
    "╭": "+", "╮": "+", "╰": "+", "╯": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┯": "+", "┷": "+",
    "┏": "#", "┓": "#", "┗": "#", "┛": "#", "▶": ">", "▼": "v", "▲": "^", "◉": "@", "○": "o", "↺": "~",
}  # fmt: skip
LONGEST = 2_000  # characters of a line of standard error


def _plain(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    piece = error.object[error.start : error.end]
    return "".join("*" if "⠀" <= sign <= "⣿" else PLAIN.get(sign, "?") for sign in piece), error.end


class _Closed(io.TextIOBase):
    """A standard stream that was closed before the command began."""

    def write(self, text: str, /) -> int:
        raise OSError(9, os.strerror(9), text[:0])


def prepare_streams() -> None:
    """Let the standard streams take any text; called once, before anything is written."""
    codecs.register_error("pepa-plain", _plain)
    sys.stdout = sys.stdout or _Closed()
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="pepa-plain")


def say(text: str = "", *, err: bool = False, end: str = "\n") -> None:
    """Write a text, and the end of its line, to standard output or error. Raises OSError where it cannot be.

    What is told on standard error says again what was given, and leaves out the middle of a very long line.
    """
    stream = sys.stderr if err else sys.stdout
    if err and len(text) > LONGEST:
        text = "\n".join(map(_brief, text.split("\n")))
    stream.write(shown(text) + end)
    stream.flush()


def _brief(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}"


def speaks_unicode() -> bool:
    """Whether standard output takes every character."""
    return "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
