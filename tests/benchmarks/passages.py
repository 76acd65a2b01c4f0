"""Distributions of passage times, ours beside Storm's on the same nets: `python -m tests.benchmarks.passages`.

Nothing is asserted. We work out 200 points at once; Storm answers `P=? [ F<=t … ]` one time after another. It is asked
at some of the times, and the seconds of all are those of a straight line through them: its steps grow with the time.
Each is the median of its calls; building the model is counted once for Storm, deriving it once for us. Where we start
in the long run, at entries to a local derivative, Storm can not: it answers for the same end at the same times from
the initial state, which takes it the same steps, and values are not compared.
"""

import statistics
import sys
import tempfile
import time

import numpy as np

from pepa.control.control import Control
from pepa.net.tagging import MEMBER, tagged
from pepa.query.analysis import compile_text
from pepa.query.passage import passage, questions
from tests.benchmarks.prism import counted, prism
from tests.benchmarks.runs import MODELS

POINTS = 200
CALLS = 3
CASES = [  # parameters, where it begins and ends, of which member, and at which parts of the last time Storm is asked
    ({"Q": 20}, "init", "User3 >= 2", "", (0.05, 0.25, 0.5, 0.75, 1.0)),
    ({"Q": 15}, "User1", "User3", "User", (0.05, 0.15, 0.3)),
]


def ours(compiled, begin, end, member):
    """Return the times, the distribution at them, how many states there are, and the seconds from the net on."""
    began = time.perf_counter()
    found = passage(compiled, questions(begin, [end], member), Control())
    curve = found.curve(1e-9, down_to=5e-4)
    times = np.linspace(0.0, curve.quantile(0.99).time, POINTS + 1)[1:]
    at = curve.at(times)
    values = at.arrived.sum(axis=1)
    return times, values, found.states, time.perf_counter() - began


def storms(net, condition, times, calls):
    """Return Storm's values at some of the times, their seconds, and the seconds of building the model."""
    import stormpy

    with tempfile.NamedTemporaryFile("w", suffix=".prism") as file:
        file.write(prism(net, net.derivatives[0]))
        file.flush()
        program = stormpy.parse_prism_program(file.name, prism_compatibility=True)
    began = time.perf_counter()
    first = stormpy.parse_properties(f"P=? [ F<=1 {condition} ]", program)
    model = stormpy.build_model(program, first)
    built, found = time.perf_counter() - began, []
    for until in times:
        (wanted,) = stormpy.parse_properties(f"P=? [ F<={until!r} {condition} ]", program)
        seconds = []
        for _ in range(calls):
            began = time.perf_counter()
            checked = stormpy.model_checking(model, wanted)
            seconds.append(time.perf_counter() - began)
        found.append((checked.get_value(model.initial_states[0]), statistics.median(seconds)))
    return found, built, model.nr_states


def compared(parameters, begin, end, member, asked):
    """Print a line for a passage, and one for each time that Storm is asked at."""
    compiled = compile_text((MODELS / "vm_launch.pepa").read_text(), parameters)
    runs = [ours(compiled, begin, end, member) for _ in range(CALLS)]
    times, values, states, _ = runs[0]
    mine = statistics.median(run[-1] for run in runs)
    net = tagged(compiled.net, member) if member else compiled.net
    place = len(net.groups) - 1
    local = net.groups[place].component.labels.index(end) if member else None
    condition = f"(g{place}={local})" if member else counted(net, end)
    chosen = [int(share * POINTS) - 1 for share in asked]
    found, built, theirs = storms(net, condition, times[chosen].tolist(), 1 if member else CALLS)
    slope, offset = np.polyfit(times[chosen], [seconds for _, seconds in found], 1)
    every = float((offset + slope * times).sum()) + built
    print(f"{parameters} {MEMBER + ': ' if member else ''}{begin} -> {end}: {states:,} states (Storm {theirs:,})")
    print(f"  ours {mine:.2f} s; Storm {every:.1f} s, of which building {built:.1f} s")
    for index, (value, seconds) in zip(chosen, found, strict=True):
        both = f"{values[index]:.10f}  Storm {value:.10f}" if begin == "init" else "Storm"
        print(f"  t = {times[index]:.5g}: {both} in {seconds:.2f} s", flush=True)


def main():
    """Compare all."""
    from stormpy import developer

    developer.set_log_level(developer.LogLevel.ERR)
    developer.set_from_exploded_string(["--timebounded:precision", "1e-9"])
    for case in CASES[int(sys.argv[1]) if len(sys.argv) > 1 else 0 :]:
        compared(*case)


if __name__ == "__main__":
    main()
