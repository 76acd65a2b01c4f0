"""What a turned parameter costs, as a terminal sees it: `python -m tests.benchmarks.turning [--held]`.

The app runs under a pseudo-terminal. Measured, never asserted: wall seconds from the key to the first-order figure, and
to charts that show the exact one; beside them the processor seconds of the app and its workers, which do not depend on
who else uses the machine. `--held` holds a key down: 30 a second for ten seconds; the runs that ended are counted, and
the last figure is held against that of `pepa solve` for the value that so many keys make.
"""

import argparse
import json
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

from tests.benchmarks.runs import MODELS

CONTROL = re.compile(
    r"\x1b\[([<>?=]?)([\d;]*)([A-Za-z~])|\x1b[\]P_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[^\[\]P_]|[\x00-\x1f]"
)
REPEATS = 15
RATE, HELD = 30, 10.0  # keys a second, seconds
TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    """A program under a pseudo-terminal, and the screen its output makes: cells placed by cursor addresses."""

    def __init__(self, command, columns, lines):
        self.cells = [[" "] * columns for _ in range(lines)]
        self._row = self._column = 0
        self._rest = b""
        self.child, self.file = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS=str(columns), LINES=str(lines))
            os.execv(command[0], command)
        ioctl(self.file, TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def close(self):
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.file)

    def press(self, keys):
        os.write(self.file, keys.encode())

    def read(self, seconds):
        """Take what comes within some seconds; return whether anything came."""
        if not select.select([self.file], [], [], max(0.0, seconds))[0]:
            return False
        data = self._rest + os.read(self.file, 1 << 16)
        text = data.decode(errors="ignore")
        cut = text.rfind("\x1b")
        if cut >= 0 and not CONTROL.match(text, cut):
            text, self._rest = text[:cut], text[cut:].encode()
        else:
            self._rest = b""
        self._write(text)
        return True

    def _write(self, text):
        at = 0
        for match in CONTROL.finditer(text):
            self._put(text[at : match.start()])
            at = match.end()
            if match[3] == "H":
                row, _, column = (match[2] or "1;1").partition(";")
                self._row, self._column = int(row or 1) - 1, int(column or 1) - 1
            elif match[3] == "X":  # blanks from here on, the cursor stays
                number = min(int(match[2] or 1), len(self.cells[0]) - self._column)
                self.cells[self._row][self._column : self._column + number] = [" "] * number
            elif match[3] == "C":
                self._column += int(match[2] or 1)
        self._put(text[at:])

    def _put(self, text):
        for character in text:
            if self._row < len(self.cells) and self._column < len(self.cells[0]):
                self.cells[self._row][self._column] = character
            self._column += 1

    @property
    def lines(self):
        return ["".join(row) for row in self.cells]

    def until(self, condition, seconds=60.0):
        """Return the seconds until the screen is so; raises TimeoutError."""
        began = time.perf_counter()
        while not condition(self.lines):
            if not self.read(0.5) and time.perf_counter() - began > seconds:
                raise TimeoutError("\n".join(self.lines))
        return time.perf_counter() - began


def processor(process):
    """Return the processor seconds of a process and its children so far."""
    total = 0.0
    for one in (process, *children(process)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def children(process):
    """Return the processes that a process started."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def head(lines):
    """Return the line of the figure watched."""
    return next((line for line in lines if "throughput(useVM)" in line), "")


def exact(lines):
    """Whether the figure watched is there, and exact."""
    return bool(re.search(r"throughput\(useVM\) +\d", head(lines)))


def charted(lines):
    """Return the row of the chart that shows the figure watched; where there is no chart, its line."""
    rows = [line[len(line) // 2 :] for line in lines if re.search(r"[│┃]useVM +▇", line[len(line) // 2 - 2 :])]
    return rows[0] if rows else head(lines)


def opened(model, users, columns, lines, digits="18"):
    """Return the app with the throughput of useVM watched and the rate under the cursor that ends with the digits."""
    text = re.sub(r"^Q = \d+", f"Q = {users}", (MODELS / "vm_launch.pepa").read_text(), flags=re.MULTILINE)
    model.write_text(text)
    terminal = Terminal([sys.executable, "-m", "workbench", str(model)], columns, lines)
    terminal.until(lambda shown: any("Source" in line for line in shown))
    terminal.press("\x1b[17~")
    terminal.until(lambda shown: any("elasticity" in line for line in shown) and "…" not in head(shown))
    settled(terminal)
    terminal.press("m")
    terminal.until(lambda shown: any("watch:" in line for line in shown))
    terminal.press("throughput(useVM)\r")
    terminal.until(lambda shown: exact(shown))
    terminal.press(digits)
    settled(terminal)
    return terminal


def settled(terminal, quiet=1.2):
    """Wait until nothing comes any more."""
    while terminal.read(quiet):
        pass


def turns(users, columns, lines):
    """Print the medians of many turns, one after the other has settled."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = opened(Path(folder) / "turned.pepa", users, columns, lines)
        predicted, shown, spent = [], [], []
        for repeat in range(REPEATS):
            before, said, used = charted(terminal.lines), head(terminal.lines), processor(terminal.child)
            began = time.perf_counter()
            terminal.press("]" if repeat % 2 else "\x1b[C")
            first = last = None
            while last is None and time.perf_counter() - began < 30:
                terminal.read(0.05)
                now = terminal.lines
                if first is None and head(now) != said:
                    first = time.perf_counter() - began
                if exact(now) and head(now) != said and charted(now) != before:
                    last = time.perf_counter() - began
            if last is None:
                raise TimeoutError("\n".join([before, *terminal.lines]))
            predicted.append(first)
            shown.append(last)
            spent.append(processor(terminal.child) - used)
            settled(terminal)
            if repeat % 2:
                terminal.press("r")
                settled(terminal)
        terminal.close()
    print(
        f"Q={users:<3} {columns}x{lines}: prediction {1000 * statistics.median(predicted):4.0f} ms, charts "
        f"{1000 * statistics.median(shown):4.0f} ms (from {1000 * min(shown):.0f} to {1000 * max(shown):.0f}), "
        f"processor {1000 * statistics.median(spent):4.0f} ms",
        flush=True,
    )


def held(users, columns, lines):
    """Print what a key held down does: how late each answer is, the runs that ended, and the figure at the end."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "turned.pepa"
        terminal = opened(model, users, columns, lines, "5")
        late, pressed, runs, expected = [], 0, Runs(terminal), 1.0
        used, began = processor(terminal.child), time.perf_counter()
        while pressed < RATE * HELD:
            due = began + pressed / RATE
            while (wait := due - time.perf_counter()) > 0:
                runs.read(wait)
            before, at = value(terminal.lines), time.perf_counter()
            up = pressed < RATE * HELD * 2 / 3
            terminal.press("\x1b[C" if up else "\x1b[D")
            expected = float(f"{expected * (1.01 if up else 0.99):.12g}")
            pressed += 1
            while value(terminal.lines) == before and time.perf_counter() - at < 1.0:
                runs.read(0.02)
            late.append(time.perf_counter() - at)
        during, ended = runs.ended, time.perf_counter()
        used = processor(terminal.child) - used
        while not exact(terminal.lines):
            runs.read(0.5)
        final = time.perf_counter() - ended
        while runs.read(1.2):
            pass
        told, row = head(terminal.lines), value(terminal.lines)
        terminal.close()
        figure = solved(model, expected)
    late.sort()
    print(
        f"Q={users:<3} {columns}x{lines} held {HELD:.0f} s, load {os.getloadavg()[0]:.1f}: the row follows in "
        f"{1000 * statistics.median(late):.0f} ms, "
        f"99 % in {1000 * late[int(0.99 * len(late))]:.0f} ms, at most {1000 * late[-1]:.0f} ms, "
        f"{sum(one > 0.05 for one in late)} over 50 ms, processor {1000 * used / pressed:.0f} ms a key; "
        f"runs ended while it was held {during}, "
        f"after {runs.ended - during}; "
        f"exact {final:.2f} s after the last key: {row}, {told[told.index('throughput') :].strip(' │┃')}; "
        f"pepa solve r5={expected:.6g}: {figure:.4g}",
        flush=True,
    )


class Runs:
    """Counts the runs whose figures came to be shown: an exact figure after an expected one."""

    def __init__(self, terminal):
        self._terminal = terminal
        self._exact = exact(terminal.lines)
        self.ended = 0

    def read(self, seconds):
        """Take what comes within some seconds; return whether anything came."""
        came = self._terminal.read(seconds)
        now = exact(self._terminal.lines)
        self.ended += now and not self._exact
        self._exact = now
        return came


def solved(model, rate):
    """Return the throughput of useVM with a value of r5, by the command."""
    command = [Path(sys.executable).with_name("pepa"), "solve", str(model), f"r5={rate:.15g}", "--json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["throughput"]["useVM"]


def value(lines):
    """Return the row of r5."""
    return next((row for line in lines if (row := re.search(r"r5 {2,}[\d.e+-]+", line))), [""])[0]


def main():
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="hold a key down, at 20 users")
    parser.add_argument("--users", type=int, action="append", help="how many; repeatable [5 and 15]")
    arguments = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for users in arguments.users or ([20] if arguments.held else [5, 15]):
        for columns, lines in ((200, 50), (120, 40), (80, 24)):
            (held if arguments.held else turns)(users, columns, lines)


if __name__ == "__main__":
    main()
