"""Text made safe to show: what would command a terminal, or turn the order of what is read, is shown as a sign.

Every text on its way to a terminal goes through `shown`, in the command and in the app; names of a model have none of
these characters at all.
"""

from __future__ import annotations

import re

# C0, DEL and C1 controls, separators of lines and paragraphs, marks of direction, halves of surrogates
HARMFUL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_HARMFUL = re.compile(f"[{HARMFUL}]")
IN_NAMES = re.compile(f"[\t\n{HARMFUL}]")  # what no name may hold


def shown(text: str) -> str:
    """Return a text to show: `␛` for an escape, `\\x9b` or `\\u202e` for what has no sign; lines and tabs stay."""
    return _HARMFUL.sub(_sign, text) if _HARMFUL.search(text) else text


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte of a file's name that is no text
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def escaped(json_text: str) -> str:
    """Return the text of a JSON object with these characters written as escapes: it says the same."""
    return _HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)
