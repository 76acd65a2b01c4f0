"""What is measured, not asserted: `python -m tests.benchmarks [--quick] [--others]` prints tables.

Each run is a process of its own, so that its peak memory is its own; seconds are medians of three runs. With --others
(the extra `bench`), Storm solves the same nets in turn with us, the better of BiCGSTAB and GMRES by gmm++ at 1e-9, and
GillesPy2's NumPy solver simulates the same ensembles.
"""

import argparse
import math
import os
import platform
import statistics
import subprocess
import sys
import time

from tests.benchmarks.runs import (
    MODELS,
    REPEATS,
    STORM_METHODS,
    gillespy,
    in_a_process,
    median,
    ours,
    resolved,
    simulated,
    storm,
)

ROWS = [
    *(("vm_launch", {"Q": users}, "User3") for users in (5, 10, 20, 25, 30, 50, 70)),
    *(("machine_repair", {"n": machines, "c": 5}, "Down") for machines in (100, 10_000)),
    ("pc_lan4", {}, "PC1"),
    *(("web_service", {"customers": customers}, "Working") for customers in (12, 48, 192)),
]

FAMILIES = [  # about 10,000, 100,000 and 500,000 states, where a family has them
    *(("tandem_cox", {"c": room}, "Job1") for room in (70, 223, 500)),
    *(("closed3", {"K": customers}, "C2") for customers in (140, 446, 1_000)),
    *(("clientserver", {"nc": nc, "ns": ns}, "Waiting") for nc, ns in ((50, 8), (100, 20), (150, 30))),
    *(("repair2", {"n": machines}, "D1") for machines in (140, 446, 1_000)),
    *(("p2p", {"n": peers}, "Seed") for peers in (20, 38, 58)),
    *(("cluster", {"n": stations}, "WsL") for stations in (16, 52, 116)),
    *(("kanban", {"N": cards}, "Done1") for cards in (2, 3, 4)),
    *(("fms", {"n": pallets}, "P1q") for pallets in (3, 4, 5)),
    *(("multiprogramming", {"n": jobs}, "Ready") for jobs in (23, 52, 93)),
    *(("aloha", {"n": stations}, "Ready") for stations in (26, 57, 99)),
    ("polling", {}, "F1"),
    ("philosophers", {}, "E0"),
    *(("web_service", {"customers": customers}, "Working") for customers in (24, 48, 96)),
]


def commands():
    """Print the medians of whole commands: what a user waits for."""
    times = [_command("solve", str(MODELS / "vm_launch.pepa"), "--json") for _ in range(7)]
    print(f"pepa solve vm_launch (whole command): {statistics.median(times):.2f} s")
    print(f"first paint of the app: {statistics.median(first_paint() for _ in range(7)):.2f} s")


def studies(repeats):
    """Print what a sweep of rates saves over as many commands, and what a second process does."""
    launch = str(MODELS / "vm_launch.pepa")
    rates, alone = [], []
    for _ in range(repeats):
        rates.append(_command("sweep", launch, "r5=0.1:100:0.1", "--measure", "throughput(useVM)", "--fresh", "--json"))
        alone.append(statistics.median(_command("solve", launch, "r5=0.3", "--json") for _ in range(5)))
    ratio = statistics.median(1000 * one / many for one, many in zip(alone, rates, strict=True))
    print(
        f"1,000 rates of vm_launch: {statistics.median(rates):.1f} s, {ratio:.0f} times faster than 1,000 x pepa solve"
    )
    for name, what in (
        ("exact, 24 points of Q=33", ["Q=33", "r5=0.2:4.8:0.2"]),
        ("simulated, 8 points of Q=5..12", ["Q=5..12", "--method", "simulation", "--precision", "0.01"]),
    ):
        sweep = ["sweep", launch, *what, "--measure", "throughput(useVM)", "--fresh", "--json", "--processes"]
        pairs = [(_command(*sweep, "1", core=0), _command(*sweep, "1"), _command(*sweep, "2")) for _ in range(repeats)]
        core, one, two = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(
            f"{name}: {core:.1f} s on one core, {one:.1f} s by one process, {two:.1f} s by two: {core / two:.2f} times"
        )


def _command(*arguments, core=None):
    """Return the seconds of a whole command, on one core where it is named."""
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    began = time.perf_counter()
    code = "from pepa.cli.main import main; main()"
    subprocess.run([*pinned, sys.executable, "-c", code, *arguments], capture_output=True, check=True)
    return time.perf_counter() - began


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


def table(rows, repeats):
    """Print a line a model and size; return the solved sizes and seconds of each model."""
    head = f"{'model':<16}{'parameters':<18}{'states':>11}{'transitions':>12}{'derive s':>9}{'solve s':>9}"
    print(head + f"{'us/trans.':>10}{'B/trans.':>9}{'peak MB':>9}  method, residual")
    grown = {}
    for model, parameters, rewarded in rows:
        large = parameters.get("Q", 0) >= 50
        runs = [in_a_process(ours, model, parameters, rewarded) for _ in range(1 if large else repeats)]
        row = median(runs, "derive", "solve", "cpu")
        named = " ".join(f"{name}={value}" for name, value in parameters.items())
        seconds = row["derive"] + row["solve"]
        grown.setdefault(model, []).append((row["states"], seconds))
        print(
            f"{model:<16}{named:<18}{row['states']:>11,}{row['transitions']:>12,}{row['derive']:>9.2f}{row['solve']:>9.2f}"
            f"{1e6 * seconds / row['transitions']:>10.2f}{2**20 * row['derive_mb'] / row['transitions']:>9.0f}"
            f"{row['peak_mb']:>9.0f}  {row['method']}, {row['residual']:.0e}",
            flush=True,
        )
    return grown


def exponents(grown):
    """Print how the seconds grow with the states, over the sizes that take more than a tenth of a second."""
    for model, points in grown.items():
        points = [(states, seconds) for states, seconds in points if seconds > 0.1]
        if len(points) > 1:
            slope = statistics.linear_regression(
                *zip(*[(math.log(n), math.log(s)) for n, s in points], strict=True)
            ).slope
            print(f"{model}: seconds ~ states^{slope:.2f} from {points[0][0]:,} to {points[-1][0]:,} states")


def against_storm(rows, repeats):
    """Print the ratios Storm / ours, above 1 where we are faster, both at 1e-9, pair by pair; return our seconds."""
    print(f"\n{'model':<16}{'parameters':<18}{'ours cpu':>10}{'Storm cpu':>10}{'cpu':>7}{'wall':>7}{'memory':>8}  same")
    grown, ratios = {}, []
    for model, parameters, rewarded in rows:
        pairs = [
            (in_a_process(ours, model, parameters, rewarded, 1e-9), _storm(model, parameters, rewarded))
            for _ in range(repeats)
        ]
        named = " ".join(f"{name}={value}" for name, value in parameters.items())
        mine = median([one for one, _ in pairs], "cpu", "wall", "peak_mb")
        grown.setdefault(model, []).append((mine["states"], mine["cpu"]))
        if any(other is None for _, other in pairs):
            print(f"{model:<16}{named:<18}{mine['cpu']:>10.2f} Storm gave no answer in time", flush=True)
            continue
        other = median([one for _, one in pairs], "cpu", "wall", "peak_mb")
        ratio = {key: statistics.median(b[key] / a[key] for a, b in pairs) for key in ("cpu", "wall", "peak_mb")}
        ratios.append(ratio["cpu"])
        apart = abs(mine["mean"] - other["mean"]) / abs(mine["mean"])
        same = "ok" if apart < 1e-6 and mine["states"] == other["states"] else "DIFFERENT"
        print(
            f"{model:<16}{named:<18}{mine['cpu']:>10.2f}{other['cpu']:>10.2f}{ratio['cpu']:>7.2f}{ratio['wall']:>7.2f}"
            f"{ratio['peak_mb']:>8.2f}  {same} ({apart:.0e}, {other['method']})",
            flush=True,
        )
    if ratios:
        print(f"geometric mean of the CPU ratios: {statistics.geometric_mean(ratios):.2f}")
    return grown


def against_gillespy(repeats):
    """Print how many times faster the same ensembles are than by GillesPy2's NumPy solver, pair by pair."""
    print(f"\n{'replications':>12}{'until':>8}{'events/s':>12}{'GillesPy2 s':>13}{'ours s':>9}{'ratio':>8}  means")
    for replications, until in ((1, 20_000.0), (100, 100.0), (1_000, 20.0)):
        pairs = [
            (in_a_process(simulated, replications, until), in_a_process(gillespy, replications, until))
            for _ in range(repeats)
        ]
        ratio = statistics.median(other["seconds"] / mine["seconds"] for mine, other in pairs)
        mine, other = (median(runs, "seconds") for runs in zip(*pairs, strict=True))
        print(
            f"{replications:>12,}{until:>8g}{mine['events'] / mine['seconds']:>12,.0f}{other['seconds']:>13.2f}"
            f"{mine['seconds']:>9.3f}{ratio:>8.1f}  {mine['mean']:.2f} {other['mean']:.2f}",
            flush=True,
        )


def _storm(model, parameters, rewarded):
    found = [
        (in_a_process(storm, model, parameters, rewarded, method, seconds=300), method) for method in STORM_METHODS
    ]
    answers = [{**run, "method": method} for run, method in found if run is not None and math.isfinite(run["mean"])]
    return min(answers, key=lambda run: run["cpu"], default=None)


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the rows of more than 30 users")
    parser.add_argument("--others", action="store_true", help="compare with Storm and GillesPy2 as well")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    arguments = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    rows = [row for row in ROWS if not (arguments.quick and row[1].get("Q", 0) > 30)]
    commands()
    exponents(table(rows, arguments.repeats))
    runs = [in_a_process(resolved, "vm_launch", {"Q": 20}, rate) for rate in ("r18", "r5", "r9")]
    shares = ", ".join(f"{run['again'] / run['first']:.2f}" for run in runs)
    print(f"solving vm_launch Q=20 again with r18, r5, r9 a tenth larger: {shares} of the first derive and solve")
    studies(1 if arguments.quick else arguments.repeats)
    if arguments.others:
        against_gillespy(arguments.repeats)
        shipped = [
            row for row in rows if row[1].get("Q", 0) in (20, 25, 30) or row[0] not in ("vm_launch", "web_service")
        ]
        exponents(against_storm([*shipped, *FAMILIES], arguments.repeats))


if __name__ == "__main__":
    main()
