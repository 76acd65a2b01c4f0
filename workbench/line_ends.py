"""How a text lies in its file: byte-order mark and line ends, kept line by line through every edit."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

MARK = "\ufeff"
END = re.compile(r"\r\n|\r|\n")
NAMES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}


def plain(raw: str) -> str:
    """Return a file's text as it is edited: without the mark, every line ended by a line feed."""
    text = raw.removeprefix(MARK)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def as_before(text: str, raw: str) -> str:
    """Return an edited text as it goes into the file that held `raw`: each line that stayed keeps its own end.

    New lines get the end that is most common there.
    """
    mark = MARK if raw.startswith(MARK) else ""
    if "\r" not in raw:
        return mark + text
    ends = END.findall(raw)
    usual = Counter(ends).most_common(1)[0][0] if ends else "\n"
    if len(set(ends)) < 2:
        return mark + text.replace("\n", usual)
    old, new = plain(raw).split("\n"), text.split("\n")
    chosen = [usual] * len(new)
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            if block.a + step < len(ends):
                chosen[block.b + step] = ends[block.a + step]
    for row, line in enumerate(new[1:-1], 1):
        if not line and chosen[row - 1] == "\r" and chosen[row] == "\n":
            chosen[row] = "\r"  # the two would be one end
    return mark + "".join(line + end for line, end in zip(new[:-1], chosen, strict=False)) + new[-1]


def told(raw: str) -> str:
    """Return in words what is unusual about a file's form; nothing where it is usual."""
    counts = Counter(END.findall(raw) if "\r" in raw else ())
    said = []
    if len(counts) > 1:
        parts = ", ".join(f"{counts[end]} {NAMES[end]}" for end in sorted(counts, key=lambda end: -counts[end]))
        said.append(f"mixed line ends ({parts}): each line keeps its own")
    elif counts and "\n" not in counts:
        said.append(f"line ends are {NAMES[next(iter(counts))]}, and stay so")
    if raw.startswith(MARK):
        said.append("the file begins with a byte-order mark, and will")
    return "; ".join(said)
