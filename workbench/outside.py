"""A text edited by the program that `$VISUAL` or `$EDITOR` names, which has the terminal meanwhile."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from pepa.control.error import PepaError
from pepa.language.source import read_source
from workbench.line_ends import plain

USUAL = "vi"
TAKES_LINE = {"vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "joe", "kak", "mg", "ne"}


def edited_outside(text: str, name: str, line: int) -> str:
    """Return the text as it was written by the editor, which opens at a line (from 1) where it is known to take one.

    Waits for its end. Raises PepaError where it cannot be run or fails, and where what it wrote is no text: then that
    stays in its file, which is named.
    """
    folder = Path(tempfile.mkdtemp(prefix="pepa-"))
    path = folder / (name if name.endswith(".pepa") else "model.pepa")
    path.write_text(text, encoding="utf-8", newline="\n")
    given = path.read_bytes()
    try:
        edit_outside(path, line)
        written = plain(read_source(path, keep_mark=True))
    except PepaError as error:
        if not path.is_file() or path.read_bytes() == given:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        raise PepaError(error.message, f"the text is as it was; what was written there is kept in {path}") from None
    shutil.rmtree(folder, ignore_errors=True)
    return written


def edit_outside(path: Path, line: int) -> None:
    """Have a file edited, from a line where the editor is known to take one. Raises PepaError where that fails."""
    words = _command()
    at_line = [f"+{line}"] if Path(words[0]).name in TAKES_LINE else []
    interrupted = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl+C is the editor's own key
    try:
        status = subprocess.run([*words, *at_line, str(path)], check=False).returncode
    except OSError as error:
        raise PepaError(f"cannot run {words[0]}: {error.strerror or error}", "set $EDITOR to an editor") from None
    finally:
        signal.signal(signal.SIGINT, interrupted)
    if status:
        raise PepaError(f"{words[0]} ended with status {status}", "the text is as it was")


def _command() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or USUAL
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise PepaError(f"$EDITOR cannot be read: {error}", "set it to an editor") from None
    return words or [USUAL]
