"""No more is painted than changed."""

from tests.workbench.screens import screen_text, until, workbench


async def test_going_to_another_pane_paints_these_two_and_not_the_screen(monkeypatch):
    async with workbench(size=(200, 50)) as (app, pilot):
        await until(pilot, lambda: "no problems" in screen_text(app))
        await pilot.press("alt+2")
        await pilot.press("alt+1")
        await pilot.pause(0.1)
        whole = []
        monkeypatch.setattr(app.screen._compositor, "render_full_update", lambda **_: whole.append(True))
        await pilot.press("alt+2")
        await until(pilot, lambda: "┏━ 2 States" in screen_text(app))
        await pilot.pause(0.1)
        assert not whole
