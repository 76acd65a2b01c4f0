"""The solver pane as a user drives it: its settings, and what stands in place of the evidence."""

import importlib
import pkgutil

from textual.binding import Binding
from textual.widgets import Checkbox, Input, Select

from pepa.markov.steady.plan import METHODS
from pepa.query.kind import Kind
from tests.workbench.screens import screen_text, solved, told, until, workbench
from workbench import panes, widgets
from workbench.engine import approximate as engine
from workbench.engine.approximate import approximate
from workbench.panes.solver_settings import METHODS as OFFERED

CLOSED = "P = (a, 1).Q; Q = (b, 2).P;\nP[30]"


def quiet(_):
    pass


def test_the_methods_offered_are_those_there_are():
    assert {method.name for method in METHODS} == {*OFFERED.values()} - {"", "fluid", "simulation"}


def test_a_letter_means_one_thing_in_all_panes():
    packages = [(package.__path__, f"{package.__name__}.") for package in (panes, widgets)]
    modules = [importlib.import_module(one.name) for place in packages for one in pkgutil.iter_modules(*place)]
    places = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    assert len(places) > 40
    meant = {}
    for place in places:
        for binding in vars(place).get("BINDINGS", ()):
            if isinstance(binding, Binding):
                for key in binding.key.split(","):
                    meant.setdefault(key, set()).add(binding.description)
    assert {key: said for key, said in meant.items() if key.isalpha() and len(key) == 1 and len(said) > 1} == {}


def test_the_long_run_without_states(monkeypatch):
    monkeypatch.setattr(engine, "PRECISION", 0.1)
    fluid = approximate(quiet, CLOSED, "fluid")
    assert abs(fluid["throughput"]["a"] - 20) < 1e-9
    assert fluid["groups"][0]["utilisation"]["P"] == fluid["population"]["P"] / 30
    simulated = approximate(quiet, CLOSED.replace("30", "1"), "simulation")
    assert "95 % confidence" in simulated["sentences"][0]
    for method, text, run in (("fluid", CLOSED, fluid), ("simulation", CLOSED.replace("30", "1"), simulated)):
        valued = approximate(quiet, text, method, {}, "1 / throughput(a)")["watched"]
        assert abs(valued["value"] * run["throughput"]["a"] - 1) < 1e-12
    for group in simulated["groups"]:
        assert abs(sum(group["population"].values()) - group["size"]) < 1e-9


async def test_settings_are_heeded_or_refused_in_words(tmp_path):
    path = tmp_path / "closed.pepa"
    path.write_text(CLOSED)
    async with workbench(path, size=(80, 24)) as (app, pilot):
        await pilot.press("alt+3", "tab")
        await until(pilot, lambda: app.focused is app.query_one("#tolerance"))
        app.query_one("#tolerance", Input).value = "1e-99"
        await until(pilot, lambda: "✗ tolerance: 1e-99 is not between" in screen_text(app))
        await pilot.press("f5")
        await until(pilot, lambda: "nothing was run" in told(app))
        app.query_one("#tolerance", Input).value = "1e-9"
        app.query_one(Checkbox).value = True
        app.query_one(Select).value = "sparse LU"
        await until(pilot, lambda: "✗" not in screen_text(app))
        await solved(app, pilot)
        await until(pilot, lambda: "exact · sparse LU" in screen_text(app))
        await until(pilot, lambda: "proved right to" in screen_text(app))
        app.query_one("#lump", Checkbox).value = True
        await pilot.press("f5")
        await until(pilot, lambda: "lumped to 31 states" in screen_text(app))
        app.query_one(Select).value = Kind.FLUID
        await pilot.press("f5")
        await until(pilot, lambda: "≈ fluid, not exact" in screen_text(app).splitlines()[0])
        await pilot.press("alt+4")
        await until(pilot, lambda: "≈ by fluid" in screen_text(app))
        await until(pilot, lambda: "20.00" in screen_text(app))
