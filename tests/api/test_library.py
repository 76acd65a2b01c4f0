"""The library as a program uses it: every method against the core, errors with hints, nothing imported early."""

import copy
import doctest
import importlib
import math
import pickle
import re
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

import pepa
from tests.models import MODELS, model_text, solve

ROOT = Path(__file__).parent.parent.parent
MODULES = ("model", "results", "states", "sweeping", "table")


@pytest.fixture(scope="module")
def vm():
    return pepa.example("vm_launch", Q=2)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_come_out(name):
    assert doctest.testmod(importlib.import_module(f"pepa.api.{name}")).failed == 0


def test_the_example_of_the_readme_comes_out(monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len([line for line in code.splitlines() if line]) == 5
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    assert 0 < names["s"]["useVM"] < 1


def test_the_examples_of_the_manual_come_out(monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "workbench/manual/library.md").read_text()
    names = {}
    for block in re.findall(r"((?:^    .*\n)+)", text, re.MULTILINE):
        exec(compile(re.sub(r"^    ", "", block, flags=re.MULTILINE), "library.md", "exec"), names)
    assert names["s"].certainty.exact


def test_importing_it_imports_nothing_heavy():
    code = "import sys, pepa; pepa.PepaError; print([m for m in ('numpy', 'scipy', 'lark') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_public_name_is_there():
    assert all(getattr(pepa, name) for name in pepa.__all__)
    assert re.match(r"\d+\.\d+", pepa.__version__)
    assert {*pepa.__all__, "__version__"} <= set(dir(pepa))
    with pytest.raises(AttributeError):
        _ = pepa.nothing


def test_every_shipped_model_is_an_example():
    assert pepa.examples() == tuple(path.stem for path in MODELS)
    assert pepa.example("vm_launch").text == model_text("vm_launch")


def test_the_workbench_opens_an_example_without_a_file(monkeypatch, capsys):
    from workbench.__main__ import main
    from workbench.document import shipped

    document = shipped("queue")
    assert (document.text, document.path) == (model_text("queue"), None)
    monkeypatch.setattr(sys, "argv", ["pepa-workbench", "--example", "quue"])
    with pytest.raises(SystemExit) as raised:
        main()
    assert "vm_launch" in str(raised.value)
    assert "Traceback" not in capsys.readouterr().err


def test_a_steady_state_is_that_of_the_core(vm):
    found, expected = vm.steady_state(), solve(model_text("vm_launch"), Q=2)
    assert dict(found.throughput) == pytest.approx(dict(expected.measures.throughput))
    assert dict(found.population) == pytest.approx(dict(expected.measures.population))
    assert found["User3"] == found.population["User3"]
    assert found.measure("throughput(useVM) / Q") == pytest.approx(found["useVM"] / 2)


def test_the_generator_balances_the_steady_state(vm):
    states, found = vm.derive(), vm.steady_state()
    assert states.generator.shape == (len(states), len(states))
    assert abs(found.probability @ states.generator).max() < 1e-13
    assert abs(states.generator.sum(axis=1)).max() < 1e-12
    means = dict(zip(states.names, found.probability @ states.counts, strict=True))
    assert means["User.User3"] == pytest.approx(found["User3"])


def test_states_are_counted_as_the_core_counts_them():
    model = pepa.parse("P = (a, 1).R; R = (b, 2).P; S = (c, 1).S; P[3] <> R <> S[0] <> S[2]")
    states = model.derive()
    space = states.derived.space
    assert len({tuple(row) for row in states.counts.tolist()}) == len(states)
    for state in range(len(states)):
        assert states.counts[state].tolist() == [n for group in space.counts(state) for n in group]


def test_sensitivity_is_the_slope_of_a_sweep(vm):
    found = vm.steady_state().sensitivity("useVM")
    rates = [0.01 * (1 - 1e-4), 0.01 * (1 + 1e-4)]
    low, high = vm.sweep(r18=rates, measure="throughput(useVM)")["throughput(useVM)"]
    assert found["r18"].rising == pytest.approx((high - low) / (rates[1] - rates[0]), rel=1e-6)
    assert len(vm.steady_state().sensitivity("useVM", sizes=True).ranked) > len(found.ranked)


def test_all_methods_over_time_come_to_the_same():
    model, times = pepa.example("queue", k=4), [0, 1, 50]
    exact, simulated = model.transient(times), model.simulate(times, replications=400, seed=3)
    assert exact["Taken"][-1] == pytest.approx(model.steady_state()["Taken"], rel=1e-6)
    assert abs(exact["Taken"] - simulated["Taken"])[1:] == pytest.approx(0, abs=0.3)
    assert model.fluid(times)["Taken"].shape == (3,)
    assert exact.margin_of("Taken").max() < 1e-8


def test_a_simulated_long_run_has_its_confidence():
    model = pepa.example("queue", k=4)
    found, exact = model.simulate(seed=1, precision=0.02), model.steady_state()["serve"]
    estimate = found.estimate("throughput(serve)")
    assert abs(estimate.value - exact) < 4 * estimate.half_width
    assert found["serve"] == pytest.approx(estimate.value)
    assert "half width" in repr(found)


def test_the_fluid_has_an_equilibrium():
    found = pepa.parse("P = (a, 1).R; R = (b, 3).P; P[100]").fluid()
    assert found["P"] == pytest.approx(75)


def test_a_point_of_a_sweep_that_fails_says_why(vm):
    found = vm.sweep(p=[0.5, 2], measure=["throughput(useVM)", "population(User3)"])
    assert np.isnan(found["population(User3)"]).tolist() == [False, True]
    assert found.reasons[1]
    assert found.reasons[1] in repr(found)


def test_the_values_of_a_sweep_are_every_combination(vm):
    found = vm.sweep({"Q": "1..2"}, p=[0.2, 0.8], measure="throughput(useVM)")
    assert found["Q"].tolist() == [1, 1, 2, 2]
    assert found["p"].tolist() == [0.2, 0.8, 0.2, 0.8]


def test_problems_are_told_with_their_place():
    model = pepa.parse("P = (a, speed).P;\nP")
    assert not model.check()
    assert "model:1:" in repr(model.check())
    with pytest.raises(pepa.ModelError) as raised:
        model.steady_state()
    assert any("model:1:9" in note for note in raised.value.__notes__)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _: pepa.load("no/such/file.pepa"),
        lambda _: pepa.example("vm_lanch"),
        lambda m: m.having(nothing=1).check(),
        lambda m: m.steady_state()["useVm"],
        lambda m: m.steady_state("magic"),
        lambda m: m.steady_state().measure("throughput(useVm)"),
        lambda m: m.steady_state().sensitivity("useVM")["r99"],
        lambda m: m.steady_state().frame("excel"),
        lambda m: m.transient([1, 0]),
        lambda m: m.transient([]),
        lambda m: m.transient(["soon"]),
        lambda m: m.transient([math.nan]),
        lambda m: m.fluid([0, 1], method="magic"),
        lambda m: m.simulate(seed=-1),
        lambda m: m.simulate(precision=0),
        lambda m: m.simulate([0, 1], replications=0),
        lambda m: m.sweep(Q=[], measure="throughput(useVM)"),
        lambda m: m.sweep(measure="throughput(useVM)"),
        lambda m: m.sweep(Q=["x"], measure="throughput(useVM)"),
        lambda m: m.sweep(nothing=[1], measure="throughput(useVM)"),
        lambda m: m.sweep(Q=[1], measure="throughput(useVm)"),
        lambda m: m.sweep(Q=[1], measure="throughput(useVM)", processes=0),
        lambda m: m.within(pepa.Control(most_states=10)).derive(),
        lambda m: m.within(pepa.Control(memory=10)).derive().counts,
        lambda _: pepa.parse(None),
        lambda _: pepa.parse(b"P = (a, 1).P; P"),
        lambda _: pepa.load(5),
        lambda m: m.having(p="0.5"),
        lambda m: m.having(p=math.nan),
        lambda m: m.having(p=math.inf),
        lambda m: m.having(p=10**400),
        lambda m: m.having(p=np.array([0.2, 0.8])),
        lambda m: m.within(None),
        lambda m: m.within(pepa.Control(seconds=-1)),
        lambda m: m.within(pepa.Control(most_states="all")),
        lambda m: m.within(pepa.Control(report="all")),
        lambda m: m.parameters["nothing"],
        lambda m: m.steady_state(5),
        lambda m: m.steady_state()[5],
        lambda m: m.steady_state().population["useVM"],
        lambda m: m.steady_state().throughput["User3"],
        lambda m: m.steady_state().measure(5),
        lambda m: m.steady_state().measure("1 / 0"),
        lambda m: m.steady_state().measure("passage(User: User1 -> User3) / 0"),
        lambda m: m.steady_state().sensitivity(5),
        lambda m: m.steady_state().frame(5),
        lambda m: m.transient([0, 1], tolerance=0),
        lambda m: m.transient([0, 1], tolerance=math.nan),
        lambda m: m.transient([0, 1])[0],
        lambda m: m.transient([0, 1]).margin_of("useVm"),
        lambda m: m.fluid([0, 1], method=None),
        lambda m: m.simulate(seed="one"),
        lambda m: m.simulate(seed=1.5),
        lambda m: m.simulate(precision="fine"),
        lambda m: m.simulate([0, 1], replications=2.5),
        lambda m: m.simulate(precision=0.5).estimate(5),
        lambda m: m.sweep([1, 2], measure="throughput(useVM)"),
        lambda m: m.sweep({"Q": [1]}, Q=[2], measure="throughput(useVM)"),
        lambda m: m.sweep({5: [1]}, measure="throughput(useVM)"),
        lambda m: m.sweep(Q=[math.nan], measure="throughput(useVM)"),
        lambda m: m.sweep(p=np.ones((2, 2)), measure="throughput(useVM)"),
        lambda m: m.sweep(p=range(10**12), measure="throughput(useVM)"),
        lambda m: m.sweep(Q=[1], measure=None),
        lambda m: m.sweep(Q=[1], measure=[]),
        lambda m: m.sweep(Q=[1], measure="throughput(useVM)", processes="2"),
    ],
)
def test_a_wrong_request_has_a_hint(vm, wrong):
    with pytest.raises(pepa.PepaError) as raised:
        wrong(vm)
    assert raised.value.message
    assert raised.value.hint


def test_numbers_of_numpy_are_numbers(vm):
    model = vm.having(Q=np.int32(3), p=np.float64(0.5), r5=np.array(2.0))
    assert dict(model.overrides) == {"Q": 3.0, "p": 0.5, "r5": 2.0}
    assert model.simulate([1], seed=np.int64(3), replications=np.int64(2))["User3"].shape == (1,)
    assert model.sweep(p=np.float64(0.5), measure="throughput(useVM)")["p"].tolist() == [0.5]


def test_results_know_their_names(vm):
    solved = vm.steady_state()
    assert "useVM" in solved
    assert "usevm" not in solved
    assert dict(solved) == {**solved.throughput, **solved.population}
    assert list(vm.sweep(Q=[1], measure="throughput(useVM)")) == ["Q", "throughput(useVM)"]


def test_models_and_results_are_copied_and_sent_to_other_processes(vm):
    assert {vm: 1}[pepa.example("vm_launch", Q=2)] == 1
    solved = vm.steady_state()
    queue = pepa.example("queue")
    at_rest = queue.fluid(), queue.simulate(precision=0.2)
    assert all(one.measure("passage(Free: Taken -> Free)") > 0 for one in at_rest)
    results = vm, vm.derive(), solved, solved.sensitivity("useVM"), vm.transient([0, 1]), vm.fluid([0, 1]), *at_rest
    for result in results:
        assert repr(pickle.loads(pickle.dumps(result))) == repr(copy.deepcopy(result)) == repr(result)


def test_what_a_result_is_made_of_cannot_be_written_to(vm):
    with pytest.raises(ValueError, match="read-only"):
        vm.steady_state().probability[0] = 1


def test_a_limit_of_time_is_of_each_analysis(monkeypatch):
    now = time.monotonic()
    model = pepa.example("queue").within(pepa.Control(seconds=60))
    monkeypatch.setattr(time, "monotonic", lambda: now + 3600)
    solved, fluid, simulated = model.steady_state(), model.fluid(), model.simulate(precision=0.2)
    monkeypatch.setattr(time, "monotonic", lambda: now + 7200)
    assert solved.sensitivity("serve").ranked
    assert fluid.sensitivity("serve").ranked
    assert all(one.measure("passage(Free: Taken -> Free)") > 0 for one in (solved, fluid, simulated))
    assert model.simulate([1], replications=10)["Taken"].shape == (1,)


def test_a_point_where_a_measure_has_no_value_says_why():
    found = pepa.example("queue").sweep(k=[1, 2], measure=["throughput(serve)", "responsetime(Free, Taken)"])
    assert np.isnan(found["responsetime(Free, Taken)"]).all()
    assert any("nobody leaves" in note for note in found.notes)
    assert "nobody leaves" in repr(found)


def test_results_are_shown_in_text_and_in_a_notebook(vm):
    solved = vm.steady_state()
    results = (vm, vm.derive(), solved, solved.sensitivity("useVM"), vm.sweep(Q=[1], measure="throughput(useVM)"))
    for result in (*results, vm.transient(range(20)), vm.fluid([0, 1])):
        assert result.title in repr(result)
        assert result._repr_html_().startswith("<table><caption>")
    assert "... 20 rows" in repr(vm.transient(range(20)))
    assert "&lt;" in pepa.parse("<b>")._repr_html_() or "<b>" not in pepa.parse("<b>")._repr_html_()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_has_every_row(vm, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, types.SimpleNamespace(DataFrame=lambda columns: columns))
    found = vm.transient(range(20)).frame(library)
    assert list(found)[:2] == ["time", next(iter(vm.steady_state().population))]
    assert {len(column) for column in found.values()} == {20}
    assert len(vm.derive().frame(library)["User.User3"]) == len(vm.derive())


def test_without_a_library_for_frames_it_says_what_to_install(vm, monkeypatch):
    for library in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(pepa.PepaError) as raised:
        vm.steady_state().frame()
    assert raised.value.hint == "pip install pandas"


def test_a_fluid_has_sensitivities_as_a_steady_state_has():
    """Nobody cooperates: both are 9 a b / (a + b), which is off by b / (a + b) per cent for each per cent of a."""
    model = pepa.parse("a = 1.3; b = 2; P = (w, a).Q; Q = (r, b).P; P[9]")
    for found in (model.fluid().sensitivity("w"), model.steady_state().sensitivity("throughput(w)")):
        assert found.value == pytest.approx(9 * 1.3 * 2 / 3.3, rel=1e-9)
        assert found["a"].elasticity == pytest.approx(2 / 3.3, rel=1e-9)
        assert found["b"].rising == pytest.approx(9 * 1.3**2 / 3.3**2, rel=1e-9)
