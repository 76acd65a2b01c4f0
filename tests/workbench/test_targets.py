"""What a parameter must be for a figure, by the method that the figures are by."""

import pytest
from textual.widgets import Select

from pepa.control.error import PepaError
from pepa.query.kind import Kind
from tests.workbench.screens import screen_text, until, workbench
from workbench.engine.session import Session
from workbench.engine.whatif import WhatIf
from workbench.panes.whatif import WhatIfPane

TEXT = """l = 2.0;
m = 3.0;
n = 1000;
Off = (on, l).On;
On = (off, m).Off;
Off[n]
"""


def quiet(progress):
    del progress


def target(kind, name="l"):
    return WhatIf(Session()).target(quiet, TEXT, {}, "throughput(on)", 600.0, name, kind)


@pytest.mark.parametrize("kind", ["exact", "fluid"])
def test_both_find_the_rate(kind):
    found = target(kind)  # n l m / (l + m) = 600
    assert found["at"] == pytest.approx(0.75, rel=1e-7)
    assert found["met"]


def test_simulated_figures_are_random():
    with pytest.raises(PepaError, match="random"):
        target("simulation")


async def test_the_app_asks_by_the_method_of_its_figures(tmp_path):
    path = tmp_path / "many.pepa"
    path.write_text(TEXT.replace("1000", "100000000"))  # out of reach of the chain
    async with workbench(path) as (app, pilot):
        app.query_one("#method", Select).value = Kind.FLUID
        await pilot.press("f5", "alt+6")
        await until(pilot, lambda: "≈ fluid" in screen_text(app) and "throughput(on)" in screen_text(app))
        await pilot.press("T")
        await pilot.press(*"6e7", "enter")
        await until(pilot, lambda: app.query_one(WhatIfPane).overrides)
        assert app.query_one(WhatIfPane).overrides["l"] == pytest.approx(0.75, rel=1e-7)
        await until(pilot, lambda: "met; fluid" in " ".join(screen_text(app).split()))
