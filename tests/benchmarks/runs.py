"""One measured run, each in a process of its own: ours, or Storm's on the same net."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

MODELS = Path(__file__).parent.parent.parent / "models"
FAMILIES = Path(__file__).parent / "families"
REPEATS = 3
STORM_METHODS = ("bicgstab", "gmres")


def text_of(model):
    """Return the text of a model that ships, or of one of the families that are measured."""
    family = FAMILIES / f"{model}.pepa"
    return (family if family.exists() else MODELS / f"{model}.pepa").read_text()


def peak():
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(model, parameters, rewarded, tolerance=1e-12):
    """Derive and solve once; return sizes, seconds (wall and CPU), memory and a mean to compare."""
    import scipy.sparse.csgraph
    import scipy.sparse.linalg  # noqa: F401

    from pepa.control.control import Control
    from pepa.query.analysis import compile_text, derive_net, solve_derived

    compiled = compile_text(text_of(model), parameters)
    before, cpu, wall = peak(), time.process_time(), time.perf_counter()
    derived = derive_net(compiled, Control())
    deriving = peak()
    solved = solve_derived(derived, Control(tolerance))
    seconds = solved.seconds
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "states": derived.space.size,
        "transitions": len(derived.space.source),
        "derive": seconds["derive"] + seconds["rates"] + seconds["classify"],
        "solve": seconds["solve"] + seconds["measure"],
        "derive_mb": deriving - before,
        "peak_mb": peak() - before,
        "method": solved.steady.method,
        "residual": solved.steady.residual,
        "mean": solved.measures.population[rewarded],
    }


def resolved(model, parameters, parameter):
    """Return the seconds of a first derive and solve, and of solving again with one rate a tenth larger."""
    from pepa.control.control import Control
    from pepa.query.analysis import compile_text, derive_net, solve_derived

    text = text_of(model)
    began = time.perf_counter()
    first = solve_derived(derive_net(compile_text(text, parameters), Control()), Control())
    between = time.perf_counter()
    changed = {**parameters, parameter: 1.1 * first.derived.net.parameters[parameter].value}
    again = derive_net(compile_text(text, changed), Control(), first.derived)
    solve_derived(again, Control(), previous=first)
    return {"first": between - began, "again": time.perf_counter() - between}


def storm(model, parameters, rewarded, method):
    """Build and solve once by Storm's sparse engine with gmm++ at 1e-9."""
    import tempfile

    import stormpy
    from stormpy import developer

    from pepa.query.analysis import compile_text
    from tests.benchmarks.prism import prism

    developer.set_log_level(developer.LogLevel.ERR)
    options = ["--gmm++:precision", "1e-9", "--lra:precision", "1e-9", "--gmm++:method", method]
    developer.set_from_exploded_string(options)
    text = prism(compile_text(text_of(model), parameters).net, rewarded)
    with tempfile.NamedTemporaryFile("w", suffix=".prism") as file:
        file.write(text)
        file.flush()
        program = stormpy.parse_prism_program(file.name, prism_compatibility=True)
    properties = stormpy.parse_properties('R{"mean"}=? [LRA]', program)
    environment = developer.EnvironmentBuilder.build_environment()
    environment.solver().set_linear_equation_solver_type(stormpy.environments.EquationSolverType.GMMXX)
    before, cpu, wall = peak(), time.process_time(), time.perf_counter()
    built = stormpy.build_model(program, properties)
    checked = stormpy.model_checking(built, properties[0], environment=environment)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "states": built.nr_states,
        "transitions": built.nr_transitions,
        "peak_mb": peak() - before,
        "mean": checked.get_value(built.initial_states[0]),
    }


def simulated(replications, until):
    """Return the seconds and events of our ensemble of machine_repair with 100 machines and 5 repairers."""
    import numpy as np

    from pepa.control.control import Control
    from pepa.population.population import population
    from pepa.query.analysis import compile_text
    from pepa.simulation.ensemble import blocks

    net = compile_text((MODELS / "machine_repair.pepa").read_text(), {"n": 100, "c": 5}).net
    view, points = population(net, fluid=False), np.linspace(0.0, until, 11)
    began = time.perf_counter()
    parts = list(blocks(view, points, replications, 1, Control()))
    took = time.perf_counter() - began
    down = list(view.held).index("Down")
    mean = float(np.concatenate([part.counts[down, -1] for part in parts]).mean())
    return {"seconds": took, "events": sum(part.events for part in parts), "mean": mean}


def gillespy(replications, until):
    """Return the seconds of GillesPy2's NumPy solver for the same."""
    import gillespy2
    import numpy as np

    model = gillespy2.Model(name="repair")
    up = gillespy2.Species(name="Up", initial_value=100)
    down = gillespy2.Species(name="Down", initial_value=0)
    model.add_species([up, down])
    fails = gillespy2.Reaction(name="breakdown", reactants={up: 1}, products={down: 1}, propensity_function="0.1*Up")
    least = "0.8*0.5*(Down + 5 - abs(Down - 5))"
    mends = gillespy2.Reaction(name="repair", reactants={down: 1}, products={up: 1}, propensity_function=least)
    model.add_reaction([fails, mends])
    model.timespan(gillespy2.TimeSpan(np.linspace(0.0, until, 11)))
    solver = gillespy2.NumPySSASolver(model=model)
    began = time.perf_counter()
    results = solver.run(number_of_trajectories=replications, seed=1)
    took = time.perf_counter() - began
    return {"seconds": took, "mean": float(np.mean([result["Down"][-1] for result in results]))}


def in_a_process(function, *arguments, seconds=900):
    """Call a function of this module in a process of its own; None where it fails or takes too long."""
    call = f"{function.__name__}(*{arguments!r})"
    code = f"import json; from tests.benchmarks.runs import *; print(json.dumps({call}))"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=seconds)
    except subprocess.SubprocessError:
        return None
    return json.loads(done.stdout.splitlines()[-1])


def median(runs, *keys):
    """Return the first run with the medians of some of its figures."""
    return {**runs[0], **{key: statistics.median(run[key] for run in runs) for key in keys}}
