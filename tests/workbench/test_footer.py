"""The keys at the bottom: as many as fit, whole, the palette's always; a click is the key."""

import pytest

from tests.models import MODELS
from tests.workbench.screens import screen_text, until, workbench
from workbench.app import Workbench
from workbench.document import opened
from workbench.panes.whatif import WhatIfPane
from workbench.settings import Settings
from workbench.widgets.footer import FittingFooter, Key, fitting, gap

KEYS = [Key("a", "a", "Ask", "", True, False), Key("f5", "f5", "Run", "", True, False),
        Key("ctrl+p", "^P", "Menu", "", True, True)]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "shown"),
    [(0, ["^P"]), (7, ["^P"]), (12, ["^P"]), (13, ["a", "^P"]), (19, ["a", "^P"]), (20, ["a", "f5", "^P"]), (200, 3)],
)
def test_keys_that_fit_are_whole(width, shown):
    found = [key.display for key in fitting(KEYS, width)]
    assert found == shown or len(found) == shown
    taken = sum(key.width for key in fitting(KEYS, width)) + len(found) - 1
    assert taken <= width or found == ["^P"]


def test_keys_stand_apart_where_there_is_room():
    assert [gap(KEYS, width) for width in (0, 20, 21, 22, 200)] == [1, 1, 1, 2, 2]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 50)])
async def test_what_is_clicked_is_pressed_and_explained(size):
    async with workbench(size=size) as (app, pilot):
        footer = app.query_one(FittingFooter)
        await pilot.press("f6")
        await until(pilot, lambda: "r Reset" in line(app) or size[0] < 60)
        await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)
        await until(pilot, lambda: line(app).endswith("^P Menu"))
        assert len(line(app)) <= size[0]
        await pilot.click(footer, offset=(line(app).index("^P"), 0))
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await until(pilot, lambda: "×2" in line(app))
        where = line(app).index("×2")
        await pilot.hover(footer, offset=(where, 0))
        await until(pilot, lambda: "Twice as much" in str(footer.tooltip))
        await pilot.click(footer, offset=(where, 0))
        await until(pilot, lambda: len(app.query_one(WhatIfPane).overrides) == 1)


def line(app):
    return screen_text(app).splitlines()[-1]


@pytest.mark.parametrize("pane", ["alt+1", "alt+2", "alt+6"])
async def test_what_stops_a_run_is_seen_first(pane):
    async with workbench(size=(80, 24)) as (app, pilot):
        await pilot.press(pane)
        app.exploring.waits = True
        app.refresh_bindings()
        await until(pilot, lambda: line(app).startswith("Esc Cancel"))
        app.exploring.waits = False
        app.refresh_bindings()
        await until(pilot, lambda: "Cancel" not in line(app))


@pytest.mark.parametrize("key", ["alt+r", "alt+x,alt+r"])
async def test_a_key_that_is_set_stays_in_its_place(key):
    async def words(settings):
        app = Workbench(opened(MODELS[0]), settings=settings)
        async with app.run_test(size=(200, 50)) as pilot:
            await until(pilot, lambda: "Menu" in line(app))
            return [one.word for one in app.query_one(FittingFooter)._keys]

    usual = await words(Settings())
    assert await words(Settings(keys={"app.run": key, "app.save": "alt+s"})) == usual
    assert usual.index("Run") < usual.index("Live")
