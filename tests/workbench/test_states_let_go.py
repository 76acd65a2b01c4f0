"""States are kept over a run that is stopped; where they went with its process, that and the key is said."""

import pytest

from tests.workbench.screens import replace, screen_text, told, until, workbench
from workbench.engine import session as module
from workbench.engine.client import Failed
from workbench.engine.session import Session
from workbench.panes.states import StatesPane

KILN = """heat = 2.0; cool = 1.0;
Kiln = (fire, heat).Hot; Hot = (rest, cool).Kiln;
Kiln[4]
"""
LIMITS = {"tolerance": 1e-12, "most_states": 10**6}


class StopError(Exception):
    """A run was stopped."""


def fails(*_, **__):
    raise StopError


@pytest.mark.parametrize(("other", "sizes"), [(("heat = 2.0", "heat = 3.0"), 5), (("Kiln[4]", "Kiln[6]"), 7)])
def test_a_run_that_is_stopped_leaves_the_states_there_were(monkeypatch, other, sizes):
    session = Session()
    session.solve(lambda _: None, text=KILN, **LIMITS)
    solved = session.solved
    changed = KILN.replace(*other)
    with monkeypatch.context() as patched:
        patched.setattr(module, "solve_derived", fails)
        with pytest.raises(StopError):
            session.solve(lambda _: None, text=changed, **LIMITS)
    assert session.held(lambda _: None, KILN, {}) == {"held": True}
    assert session.held(lambda _: None, changed, {}) == {"held": False}
    assert session.solved is solved
    assert session.begun.space.size == sizes
    found = session.solve(lambda _: None, text=changed, **LIMITS)
    assert found["states"] == sizes
    assert found["derivation_reused"] == (sizes == 5)  # the table shows the states of the text before
    assert session.held(lambda _: None, changed, {}) == {"held": True}


def test_of_very_many_states_one_model_is_held(monkeypatch):
    monkeypatch.setattr(module, "MOST_BESIDE", 4)
    session = Session()
    session.solve(lambda _: None, text=KILN, **LIMITS)
    monkeypatch.setattr(module, "solve_derived", fails)
    with pytest.raises(StopError):
        session.solve(lambda _: None, text=KILN.replace("Kiln[4]", "Kiln[6]"), **LIMITS)
    assert session.held(lambda _: None, KILN, {}) == {"held": False}


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_states_that_went_with_their_process_are_said_to_have_gone(tmp_path, size):
    path = tmp_path / "kiln.pepa"
    path.write_text(KILN)
    async with workbench(path, size=size) as (app, pilot):
        states = app.query_one(StatesPane)
        await pilot.press("f5")
        await until(pilot, lambda: states.list.states == 5)
        replace(app, "heat = 2.0", "heat = 2.5")
        await pilot.press("alt+2")
        app._engine._main.kill()
        await pilot.press("S")
        await until(pilot, lambda: "let go" in screen_text(app).splitlines()[0] or app.runs.stale)
        await until(pilot, lambda: "its states were let go" in screen_text(app))
        await until(pilot, lambda: "F5 derives them again" in screen_text(app))
        await pilot.press("alt+1", "ctrl+z")
        await until(pilot, lambda: "5 states (let go: F5)" in screen_text(app).splitlines()[0])
        await pilot.press("alt+2", "exclamation_mark")
        await until(pilot, lambda: "held no more" in told(app))
        refused = await app.runs.influences("useVM")
        assert isinstance(refused, Failed)
        assert "held no more" in str(refused)
        await pilot.press("f5")
        await until(pilot, lambda: states.list.states == 5 and "let go" not in screen_text(app))


async def test_a_run_cancelled_by_escape_leaves_table_and_header(tmp_path):
    path = tmp_path / "kiln.pepa"
    path.write_text(KILN)
    async with workbench(path, size=(120, 40)) as (app, pilot):
        states = app.query_one(StatesPane)
        await pilot.press("f5")
        await until(pilot, lambda: states.list.states == 5)
        replace(app, "Kiln[4]", "Kiln[60] <fire> Kiln[60] <rest> Kiln[300]")
        await pilot.press("f5")
        await until(pilot, lambda: app.analysing.goes_on)
        await pilot.press("escape")
        await until(pilot, lambda: "cancelled" in told(app))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "5 states  solved" in screen_text(app).splitlines()[0])
        await pilot.press("alt+2", "slash", *"Hot=4", "enter")
        await until(pilot, lambda: "1 of 5" in screen_text(app))
