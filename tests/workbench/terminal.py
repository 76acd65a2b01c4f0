"""The app under a terminal of its own, as its user has it."""

import os
import pty
import select
import sys


def in_a_terminal(path, **environment):
    """Open a model in an app under a terminal of its own; return its process and our end of the terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"TERM": "xterm-256color", **environment})
        os.execv(sys.executable, [sys.executable, "-m", "workbench", str(path)])
    return child, terminal


def shown(terminal, *awaited):
    """Return what an app writes, up to the first of the texts awaited, or to its end."""
    seen = b""
    while not any(text in seen for text in awaited) and select.select([terminal], [], [], 10)[0]:
        try:
            seen += os.read(terminal, 65536)
        except OSError:  # the app has closed its side
            break
    return seen


def until_quiet(terminal):
    """Return what an app writes until it has written nothing for a while."""
    seen = b""
    while select.select([terminal], [], [], 0.4)[0]:
        try:
            seen += os.read(terminal, 65536)
        except OSError:  # the app has closed its side
            break
    return seen
