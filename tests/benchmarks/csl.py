"""Properties of the shipped models, ours beside Storm's on the same nets: `python -m tests.benchmarks.csl`.

Nothing is asserted: it prints both values, how far they are apart and the seconds of each. Storm is left at its own
precision in the long run. Its `R=? [ I=t ]` is not asked: Storm 2.0 answers for the time 2 t.
"""

import tempfile
import time

from pepa.control.control import Control
from pepa.query.analysis import compile_text, derive_net
from pepa.query.property import answer
from tests.benchmarks.prism import counted, prism
from tests.benchmarks.runs import MODELS

CASES = [  # model, parameters, two local derivatives: one that is left, one that is reached, and how many
    ("vm_launch", {"Q": 4}, "User1", "User3", 2),
    ("vm_launch_repaired", {"Q": 3}, "User2", "User3", 2),
    ("node_registration", {}, None, None, 1),
    ("machine_repair", {"n": 8}, "Up", "Down", 4),
    ("client_server", {}, None, None, 2),
    ("alternating_bit", {}, None, None, 1),
    ("pc_lan4", {}, None, None, 1),
    ("web_service", {}, None, None, 2),
    ("vm_launch_threaded_tc", {}, None, None, 1),
    ("vm_launch", {"Q": 3, "C": 2, "p": 0.2}, "User1", "User3", 1),
]


def formulas(before, goal, number):
    """Return six properties as pairs: with names for us, and with a place for each condition for Storm."""
    reached, through = f"{goal} >= {number}", f"{before} <= {number}"
    return [
        ("P=? [ F<=5 {reached} ]", {"reached": reached}),
        ("P=? [ {through} U[1,4] {reached} ]", {"reached": reached, "through": through}),
        ("P=? [ {through} U {reached} ]", {"reached": reached, "through": through}),
        ("S=? [ {reached} ]", {"reached": reached}),
        ("R{{{reward}}}=? [ C<=5 ]", {"reward": goal}),
        ("P=? [ F[0.5,2] {reached} ]", {"reached": reached}),
    ]


def compared(model, parameters, before, goal, number):
    """Yield each property with our value, Storm's, and the seconds of both."""
    import stormpy

    compiled = compile_text((MODELS / f"{model}.pepa").read_text(), parameters)
    names = compiled.net.derivatives
    before, goal = before or names[0], goal or names[1]
    derived = derive_net(compiled, Control())
    with tempfile.NamedTemporaryFile("w", suffix=".prism") as file:
        file.write(prism(compiled.net, goal))
        file.flush()
        program = stormpy.parse_prism_program(file.name, prism_compatibility=True)
    for pattern, parts in formulas(before, goal, number):
        ours = pattern.format(**parts)
        theirs = pattern.format(**{key: counted(compiled.net, text) for key, text in parts.items() if key != "reward"},
                                reward='"mean"')  # fmt: skip
        began = time.perf_counter()
        found = answer(ours, derived, Control())
        between = time.perf_counter()
        properties = stormpy.parse_properties(theirs, program)
        built = stormpy.build_model(program, properties)
        checked = stormpy.model_checking(built, properties[0]).get_value(built.initial_states[0])
        yield ours, found.value, checked, between - began, time.perf_counter() - between


def main():
    """Compare all and print a line for each."""
    from stormpy import developer

    developer.set_log_level(developer.LogLevel.ERR)
    developer.set_from_exploded_string(
        ["--timebounded:precision", "1e-8", "--native:precision", "1e-10", "--gmm++:precision", "1e-10"]
    )
    worst, number = 0.0, 0
    for case in CASES:
        for text, ours, storm, first, second in compared(*case):
            apart = abs(ours - storm)
            worst, number = max(worst, apart), number + 1
            print(
                f"{case[0]:<20} {text:<44} {ours:.10g} {storm:.10g} {apart:.0e} {first:.3f} s {second:.3f} s",
                flush=True,
            )
    print(f"{number} properties, at most {worst:.1e} apart")


if __name__ == "__main__":
    main()
