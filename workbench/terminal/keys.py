"""Alt and a digit as keys of their own.

Textual turns what terminals send for them, Esc and the digit, into the signs that macOS types with Option (™ for
Alt+2), for one terminal there. The signs themselves can still be typed.
"""

from __future__ import annotations

from typing import Any, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


def keep_alt_digits() -> None:
    """Let Esc and a digit arrive as alt+digit; called once, before the app runs."""
    sequences = cast("dict[str, Any]", ANSI_SEQUENCES_KEYS)  # typed as read-only
    for digit in "0123456789":
        sequences.pop(f"\x1b{digit}", None)
