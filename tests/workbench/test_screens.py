"""What the screen looks like with a known answer on it, as text."""

import pytest

from pepa.query.report import shape_sentences, solved_report
from tests.models import solve
from tests.workbench.screens import screen_text, until, workbench
from workbench import run_messages

TEXT = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P + (halt, 0.01).Stop;\nStop = (sleep, 1.0).Stop;\n\nP[3]\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.pepa"
    path.write_text(TEXT)
    return path


def known_run():
    report = solved_report(solve(TEXT), "")
    seconds = dict.fromkeys(report["seconds"], 0.001)
    return {
        "kind": "solved",
        "watched": None,
        **report,
        "seconds": seconds,
        "residual": 1e-16,
        "problems": [],
        "sentences": shape_sentences(report),
    }


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=str)
async def test_panes(model, size, snapshot):
    async with workbench(model, size=size) as (app, pilot):
        await until(pilot, lambda: "no problems" in screen_text(app) or size[0] == 80)
        await until(pilot, lambda: "r=1" in screen_text(app))
        app.post_message(run_messages.Finished(known_run(), TEXT, {}))
        await until(pilot, lambda: "solved" in screen_text(app))
        shown = {}
        for key in "34" if size[0] == 80 else "1":
            await pilot.press(f"alt+{key}")
            await until(pilot, lambda: size[0] == 80 or "no state space yet" in screen_text(app))  # it knows no worker
            await pilot.pause(0.3)
            shown[key] = screen_text(app)
        assert shown == snapshot


async def test_ansi_theme_uses_the_terminals_own_colours(model):
    async with workbench(model) as (app, pilot):
        app.theme = "ansi-dark"
        await until(pilot, lambda: "P = (work, r).Q;" in screen_text(app))
