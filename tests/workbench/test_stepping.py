"""Walking by keys on several models: what leads here, chance, undo, bookmarks, and a place that rates do not change."""

import re

import numpy as np
import pytest

from pepa.language.printer import figure
from tests.models import derive, model_text
from tests.workbench.screens import replace, screen_text, solved, until, workbench
from workbench.panes.states import StatesPane

DEPOT = """load = 2.0; out = 1.5; back = 0.4; fail = 0.05; mend = 0.5;
Truck = (load, load).Full; Full = (leave, T).Away; Away = (back, back).Truck;
Lift = (load, load).Lift + (fail, fail).Broken; Broken = (mend, mend).Lift;
Gate = (leave, out).Closing; Closing = (shut, 3.0).Gate;
(Truck[4] <load> Lift[2]) <leave> Gate
"""
WALKS = {  # by model: its text, a rate as written, the same otherwise, the parameter, its new value
    "depot": (DEPOT, "load = 2.0", "load = 3.0", {"load": 3.0}),
    "vm_launch": (model_text("vm_launch"), "r1 = 10.0", "r1 = 20.0", {"r1": 20.0}),
    "client_server": (model_text("client_server"), "think = 0.2", "think = 0.5", {"think": 0.5}),
}


def shown_rates(app):
    """Return the rates of what is listed, from the screen."""
    lines = screen_text(app).splitlines()
    first = next(number for number, line in enumerate(lines) if "mean delay" in line)
    found = (re.match(r"[┃│ ]*([\d.,e+-]+) +([\d.]+)% ", line) for line in lines[first + 1 :])
    return sorted((match[1], match[2]) for match in found if match)


def expected(derived, state, *, back=False):
    """Return rates and chances out of a state or, back, into it, from the chain."""
    space, rate = derived.space, derived.chain.rate
    out = np.bincount(space.source, rate, space.size)
    chosen = np.flatnonzero((space.target if back else space.source) == state)
    pairs = [(rate[at], rate[at] / out[space.source[at]]) for at in chosen]
    return sorted((figure(float(value)), f"{100 * chance:.1f}") for value, chance in pairs)


@pytest.mark.parametrize("name", WALKS)
async def test_a_walk_by_keys(tmp_path, name):
    text, before, after, changed = WALKS[name]
    path = tmp_path / "model.pepa"
    path.write_text(text)
    derived, otherwise = derive(text), derive(text, **changed)

    async with workbench(path, size=(80, 40)) as (app, pilot):
        steps = app.query_one(StatesPane).steps

        def number():
            return int(re.search(r"state ([\d,]+) ", screen_text(app))[1].replace(",", ""))

        await solved(app, pilot)
        await pilot.press("f8")
        await until(pilot, lambda: "initial state 0" in screen_text(app))
        assert shown_rates(app) == expected(derived, 0)
        await pilot.press("enter")
        await until(pilot, lambda: "1 step ·" in screen_text(app))
        here, members = number(), steps.way[-1].members
        assert shown_rates(app) == expected(derived, here)
        await pilot.press("h")
        await until(pilot, lambda: "came from" in screen_text(app))
        assert shown_rates(app) == expected(derived, here, back=True)
        await pilot.press("h", "asterisk", "plus")
        await until(pilot, lambda: "101 steps · time" in screen_text(app))
        assert shown_rates(app) == expected(derived, number())
        passed = [visit.members for visit in steps.way]
        took = [visit.seconds for visit in steps.way]
        assert min(took[2:]) > 0
        for left in (100, 99, 98):
            await pilot.press("backspace")
            said = f"{left} steps · time {figure(sum(took[2 : left + 1]))}"
            await until(pilot, lambda said=said: said in screen_text(app))
            assert steps.way[-1].members == passed[left]
        await pilot.press("space", "space")
        await until(pilot, lambda: "100 steps" in screen_text(app))
        await pilot.press("g", *"mark1")
        await until(pilot, lambda: app.focused is not None and getattr(app.focused, "value", "") == "mark1")
        await pilot.press("enter")
        await until(pilot, lambda: "0 steps" in screen_text(app))
        assert (number(), steps.way[-1].members) == (here, members)
        replace(app, before, after)
        await pilot.press("f5")
        await until(pilot, lambda: shown_rates(app) == expected(otherwise, here))
        assert (number(), steps.way[-1].members) == (here, members)
        assert expected(otherwise, here) != expected(derived, here)
