"""An app that is used for long holds no more than one used for a while: 300 runs and 300 edits."""

import gc
import os
from pathlib import Path

import pytest

from tests.workbench.screens import until, workbench
from workbench.panes.whatif import WhatIfPane
from workbench.widgets.editor import PepaEditor

MOST = 12.0  # MB; 0.39 a run were lost once, which is 117
PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20


def held(process="self"):
    """Return the MB that a process holds."""
    gc.collect()
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE


async def runs(app, pilot, many):
    """Turn a parameter to and fro, as often, each time until the run has its figures."""
    pane = app.query_one(WhatIfPane)
    for number in range(many):
        await pilot.press("left" if number % 2 else "right")
        await until(pilot, lambda: app.runs.solved_values == pane.overrides and not app.analysing.goes_on)


async def edits(app, pilot, many):
    """Type into the text and take it back, as often, each time until it is checked."""
    editor = app.query_one(PepaEditor)
    for number in range(many):
        editor.insert("x" if number % 2 else ";")
        await pilot.pause()
        editor.undo()
        await until(pilot, lambda: app.runs.checked)


@pytest.mark.slow
async def test_neither_app_nor_worker_grows_with_use(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("r = 1.0;\nP = (a, r).Q;\nQ = (b, 2.0).P;\nP[40]\n")
    async with workbench(path, size=(120, 40)) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None and app.runs.solved)
        await runs(app, pilot, 40)
        await edits(app, pilot, 40)
        worker = app._engine._main.process.pid
        before = held(), held(worker)
        await runs(app, pilot, 300)
        await edits(app, pilot, 300)
        assert held() - before[0] < MOST
        assert held(worker) - before[1] < MOST
