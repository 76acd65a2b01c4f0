"""Tokens of a line of PEPA for an editor to colour; pure regular expressions, quick to import."""

from __future__ import annotations

import re
from collections.abc import Iterator

REMARK = r"""%(?![ \t]*(?:[A-Za-z_][\w']*|"[^"]*")\s*:?=).*"""  # with no `%` before a rate
TOKEN = re.compile(
    rf"(?P<comment>//.*|/\*.*?(?:\*/|$)|{REMARK})"
    r"""| (?P<quoted>"[^"]*"?)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\w))
      | (?P<passive>\binfty\b|(?<=,)\s*T(?=\s*\)))
      | (?P<process>[A-Z][\w']*)
      | (?P<action>(?<=\()\s*[a-z_][\w']*(?=\s*,)|\btau\b)
      | (?P<rate>[a-z_][\w']*)
      | (?P<cooperation><[^<>;]*>|\|\||[/\\]\s*\{[^}]*\})
      | (?P<operator>[=+*/^.;,(){}\[\]%\#-])""",
    re.VERBOSE,
)
SKIPPED = re.compile(rf"""[^"/%]+|"[^"]*"|//.*|{REMARK}|/\*.*?\*/|(?P<open>/\*)|.""", re.DOTALL)


def tokens(line: str, start: int = 0) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of the tokens of a line from a column on; kinds are the groups of TOKEN."""
    for match in TOKEN.finditer(line, start):
        if match.lastgroup:
            yield match.start(), match.end(), match.lastgroup


def open_behind(line: str, is_open: bool) -> bool:
    """Return whether a block comment is open behind a line, if one `is_open` before it."""
    start = 0
    if is_open:
        end = line.find("*/")
        if end < 0:
            return True
        start = end + 2
    return "/*" in line and any(match["open"] for match in SKIPPED.finditer(line, start))
