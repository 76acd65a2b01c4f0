"""What the app sends to a terminal, in bytes, and how long it takes: `python -m tests.benchmarks.sent`.

The app runs under a pseudo-terminal of 200 columns and 50 lines on the model of a virtual machine's launch. Measured,
never asserted: for each thing done the bytes until nothing more comes, the seconds to the last of them, and the
processor seconds of the app and its workers.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.runs import MODELS
from tests.benchmarks.turning import Terminal, processor

DONE = (
    ("help", "\x1bOP"), ("help closed", "\x1b"), ("states", "\x1b2"), ("keys", "?"), ("keys closed", "\x1b"),
    ("menu", "\x10"), ("menu closed", "\x1b"), ("run", "\x1b[15~"), ("alt+6", "\x1b6"), ("alt+4", "\x1b4"),
    ("alt+2", "\x1b2"), ("alt+3", "\x1b3"), ("alt+7", "\x1b7"), ("alt+5", "\x1b5"), ("alt+1", "\x1b1"),
    ("a letter", "x"), ("page down", "\x1b[6~"),
)  # fmt: skip


class Counted(Terminal):
    """A terminal that counts."""

    sent, last = 0, 0.0
    kept = b""

    def _write(self, text):
        self.sent += len(text.encode())
        self.kept += text.encode()
        self.last = time.perf_counter()
        super()._write(text)


def settled(terminal, quiet, longest=4.0):
    """Wait until nothing comes any more, or something comes all the time."""
    began = time.perf_counter()
    while time.perf_counter() - began < longest and terminal.read(quiet):
        pass


def done(terminal, name, keys, quiet):
    """Do a thing and print what it cost."""
    terminal.sent, terminal.kept = 0, b""
    used, began = processor(terminal.child), time.perf_counter()
    terminal.press(keys)
    settled(terminal, quiet)
    spent = processor(terminal.child) - used
    took = 1000 * (terminal.last - began)
    print(f"{name:<12} {terminal.sent:7,} bytes {took:6.0f} ms, processor {1000 * spent:4.0f} ms")


def main():
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--columns", type=int, default=200)
    parser.add_argument("--lines", type=int, default=50)
    parser.add_argument("--quiet", type=float, default=1.5, help="seconds without a byte that end a thing done")
    parser.add_argument("--keep", metavar="FOLDER", help="write what was sent there, a file for each thing done")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(folder, arguments)


def measure(folder, arguments):
    """Do each thing once."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {arguments.columns}x{arguments.lines}")
    os.environ.update(XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder)  # as at the first start
    command = [sys.executable, "-m", "workbench", str(MODELS / "vm_launch.pepa")]
    terminal = Counted(command, arguments.columns, arguments.lines)
    shown = terminal.until(lambda lines: any("Source" in line for line in lines))
    settled(terminal, arguments.quiet)
    print(f"{'start':<12} {terminal.sent:7,} bytes, the text shown after {1000 * shown:.0f} ms")
    kept = {"start": terminal.kept}
    for name, keys in DONE:
        done(terminal, name, keys, arguments.quiet)
        kept[name] = terminal.kept
    terminal.close()
    if arguments.keep:
        for name, data in kept.items():
            (Path(arguments.keep) / name.replace(" ", "-")).write_bytes(data)


if __name__ == "__main__":
    main()
