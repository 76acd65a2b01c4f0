"""What a terminal without Unicode is shown: every cell one ASCII character, by what it looks like."""

from __future__ import annotations

import unicodedata

LIKE = {
    **dict.fromkeys("│┃║▏▎▍▌╎┆", "|"),
    **dict.fromkeys("─━═╌┄▔", "-"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬┯┷╴╵╶╷", "+"),
    **dict.fromkeys("┏┓┗┛", "#"),
    **dict.fromkeys("█▉▊▋▇▆▅▄▃▀▐■▓", "#"),
    **dict.fromkeys("▒░", ":"),
    **dict.fromkeys("●◉◆★✱", "*"),
    **dict.fromkeys("○◇☆•", "o"),
    **dict.fromkeys("→▶▸»›", ">"),
    **dict.fromkeys("←◀◂«‹", "<"),
    **dict.fromkeys("↑▲△⌃", "^"),
    **dict.fromkeys("↓▼▽⌄", "v"),
    **dict.fromkeys("·∙…", "."),
    **dict.fromkeys("≈∼", "~"),
    **dict.fromkeys("−–—", "-"),
    **dict.fromkeys("‘’′", "'"),
    **dict.fromkeys("“”″", '"'),
    **dict.fromkeys("▁▂", "_"),  # a low block in front of a figure is no sign of it
    "±": "+",
    "×": "x",
    "÷": "/",
    "✓": "v",
    "✗": "x",
    "∞": "8",
    "√": "V",
    "≤": "<",
    "≥": ">",
    "≠": "#",
    "⊥": "T",
    "⋈": "%",
    **dict.fromkeys("⠉⠒⠤⣀", "-"),  # a level line: that of dots is another curve
}
BRAILLE = range(0x2800, 0x2900)
DENSITY = " .:*#"


def plain(cell: str, width: int) -> str:
    """Return ASCII characters for what a cell of a line shows, as many as it is wide."""
    if cell.isascii():
        return cell
    sign = cell[0]
    if ord(sign) in BRAILLE and sign not in LIKE:
        return DENSITY[(ord(sign) - BRAILLE.start).bit_count() // 2]
    like = LIKE.get(sign) or unicodedata.normalize("NFKD", sign)[0]
    return (like if like.isascii() else "?") * width
