"""Tokens of a line of PEPA for an editor to colour; pure regular expressions, quick to import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

TOKEN = re.compile(
    r"""(?P<comment>//.*|/\*.*?(?:\*/|$)|%(?![ \t]*(?:[A-Za-z_][\w']*|"[^"]*")\s*:?=).*)
      | (?P<quoted>"[^"]*"?)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\w))
      | (?P<passive>\binfty\b|(?<=,)\s*T(?=\s*\)))
      | (?P<process>[A-Z][\w']*)
      | (?P<action>(?<=\()\s*[a-z_][\w']*(?=\s*,)|\btau\b)
      | (?P<rate>[a-z_][\w']*)
      | (?P<cooperation><[^<>;]*>|\|\||[/\\]\s*\{[^}]*\})
      | (?P<operator>[=+*/^.;,(){}\[\]%\#-])""",
    re.VERBOSE,
)


def tokens(line: str, start: int = 0) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of the tokens of a line from a column on; kinds are the groups of TOKEN."""
    for match in TOKEN.finditer(line, start):
        if match.lastgroup:
            yield match.start(), match.end(), match.lastgroup


def comment_state(lines: Iterable[str]) -> list[bool]:
    """Return, for each line, whether it starts inside a block comment."""
    inside, states = False, []
    for line in lines:
        states.append(inside)
        if not inside and "/*" not in line:
            continue
        position = 0
        while (position := line.find("*/" if inside else "/*", position)) >= 0:
            inside = not inside
            position += 2
    return states
