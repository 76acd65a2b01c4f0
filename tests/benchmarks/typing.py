"""What a typed character costs: `python -m tests.benchmarks.typing`.

The app runs under a pseudo-terminal. Measured, never asserted: milliseconds from the key to the first bytes of its
echo, and the bytes until nothing comes any more (the check of the text among them), in the middle of texts of 200 and
5,000 lines and at the end of a line longer than the pane. Beside them the milliseconds of the processor a key takes
until then, which depend less on who else uses the machine.
"""

import os
import select
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.turning import Terminal, processor, settled

KEYS = 30
LONG = 80  # keys at the end of a long line: so many bring it sideways once at least
QUIET = 0.1  # seconds: an echo is over, the check of the text has not begun


def opened(path, columns, lines):
    """Return a terminal with a model in it that has been checked."""
    code = "import sys; from workbench.__main__ import main; sys.argv[1:] = [sys.argv[-1]]; main()"
    terminal = Terminal([sys.executable, "-c", code, str(path)], columns, lines)
    settled(terminal, 3.0)
    return terminal


def echoes(terminal, number):
    """Type characters; return milliseconds to the first bytes of each echo, its bytes, and the processor's."""
    took, sizes, spent = [], [], 0.0
    for index in range(number):
        used, began = processor(terminal.child), time.perf_counter()
        terminal.press("abcdefghij"[index % 10])
        size, first = 0, None
        while select.select([terminal.file], [], [], QUIET if first else 2.0)[0]:
            size += len(os.read(terminal.file, 1 << 16))
            first = first or time.perf_counter() - began
        took.append(1000 * (first or 2.0))
        sizes.append(size)
        spent += processor(terminal.child) - used
        settled(terminal, 0.6)
    return took, sizes, 1000 * spent / number


def measured(name, text, keys, columns, lines, number=KEYS):
    """Print medians and worst of one place in one text."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder  # the panes stand as at the first start
        path = Path(folder) / "typed.pepa"
        path.write_text(text)
        terminal = opened(path, columns, lines)
        terminal.press(keys)
        settled(terminal)
        took, sizes, spent = echoes(terminal, number)
        terminal.close()
    print(
        f"{name:<32} {columns}x{lines}: echo {statistics.median(took):4.1f} ms, at most {max(took):4.1f}, "
        f"processor {spent:.0f} ms; {statistics.median(sizes):.0f} bytes a character, at most {max(sizes)}",
        flush=True,
    )


def model(number):
    """Return a model of so many lines."""
    rates = "".join(f"r{index} = {index + 1}.0;\n" for index in range(number - 2))
    return rates + "P = (a, r0).P;  // \nP\n"


def main():
    """Measure."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for columns, lines in ((80, 24), (200, 50)):
        for number in (200, 5_000):
            middle = "\x1b[1;5F\x1b[A\x1b[A\x1b[F"  # at the end of the line before the last
            measured(f"{number} lines, in a comment", model(number), middle, columns, lines)
        long = model(200).replace("// ", "// " + 300 * "x")
        measured("end of a line of 300 columns", long, "\x1b[1;5F\x1b[A\x1b[A\x1b[F", columns, lines, LONG)


if __name__ == "__main__":
    main()
