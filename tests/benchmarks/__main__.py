"""What is measured, not asserted: `python -m tests.benchmarks [--quick]` prints one table.

Each row runs in a process of its own, so that its peak memory is its own; seconds are medians of three runs.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

MODELS = Path(__file__).parent.parent.parent / "models"
ROWS = [
    *(("vm_launch", {"Q": users}) for users in (5, 10, 20, 30, 50)),
    *(("machine_repair", {"n": machines, "c": 5}) for machines in (100, 10_000)),
    ("pc_lan4", {}),
    *(("web_service", {"customers": customers}) for customers in (12, 48, 192)),
]


def measure(model, parameters):
    """Derive and solve once; return states, transitions and seconds, and the peak memory of this process."""
    from pepa.markov.control import Control
    from pepa.query.analysis import compile_text, derive_net, solve_derived

    text, control = (MODELS / f"{model}.pepa").read_text(), Control()
    derived = derive_net(compile_text(text, parameters), control)
    deriving = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    solved = solve_derived(derived, control)
    seconds = solved.seconds
    return {
        "states": derived.space.size,
        "transitions": derived.space.transitions(),
        "derive": seconds["derive"],
        "solve": seconds["rates"] + seconds["classify"] + seconds["solve"] + seconds["measure"],
        "derive_mb": deriving,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "method": solved.steady.method,
        "residual": solved.steady.residual,
    }


def in_a_process(model, parameters):
    call = f"measure({model!r}, {parameters!r})"
    code = f"import json; from tests.benchmarks.__main__ import measure; print(json.dumps({call}))"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout)


def commands():
    """Print the medians of whole commands: what a user waits for."""
    solve = [
        sys.executable,
        "-c",
        "from pepa.cli.main import main; main()",
        "solve",
        str(MODELS / "vm_launch.pepa"),
        "--json",
    ]
    times = []
    for _ in range(7):
        began = time.perf_counter()
        subprocess.run(solve, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    print(f"pepa solve vm_launch (whole command): {statistics.median(times):.2f} s")
    print(f"first paint of the app: {statistics.median(first_paint() for _ in range(7)):.2f} s")


def first_paint():
    """Return the seconds from the start of the process to the model's text on a terminal."""
    import pty
    import select
    import signal

    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40")
        os.execv(sys.executable, [sys.executable, "-m", "workbench", str(MODELS / "vm_launch.pepa")])
    seen = b""
    while b"Launch" not in seen and select.select([terminal], [], [], 10)[0]:
        seen += os.read(terminal, 65536)
    took = time.perf_counter() - began
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(terminal)
    return took


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the rows of more than 30 users")
    arguments = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    commands()
    head = f"{'model':<16}{'parameters':<18}{'states':>11}{'transitions':>13}{'derive s':>10}{'solve s':>9}"
    print(head + f"{'us/trans.':>11}{'derive MB':>11}{'peak MB':>9}  method, residual")
    for model, parameters in ROWS:
        if arguments.quick and parameters.get("Q", 0) > 30:
            continue
        runs = [in_a_process(model, parameters) for _ in range(3)]
        row = {**runs[0], **{key: statistics.median(run[key] for run in runs) for key in ("derive", "solve")}}
        named = " ".join(f"{name}={value}" for name, value in parameters.items())
        cost = 1e6 * (row["derive"] + row["solve"]) / row["transitions"]
        print(
            f"{model:<16}{named:<18}{row['states']:>11,}{row['transitions']:>13,}{row['derive']:>10.2f}{row['solve']:>9.2f}"
            f"{cost:>11.2f}{row['derive_mb']:>11.0f}{row['peak_mb']:>9.0f}  {row['method']}, {row['residual']:.0e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
