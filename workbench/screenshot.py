"""A picture of the workbench with a solved model, as SVG: `pepa-workbench --screenshot FILE MODEL`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pepa.control.error import PepaError, unwritten
from pepa.language.saving import write_whole
from workbench.app import Workbench
from workbench.document import Document
from workbench.status import StatusLines

SIZE = (120, 40)
PATIENCE = 120.0  # seconds a model has to be solved


async def screenshot(document: Document, target: Path) -> None:
    """Solve a model in an app without a terminal and write its screen. Raises PepaError where it has no answer."""
    app = Workbench(document)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f5")
        status = app.query_one(StatusLines)
        for _ in range(int(PATIENCE / 0.1)):
            await pilot.pause(0.1)
            if status.standing is not None and not status.running:
                break
        else:
            raise PepaError(f"{document.name} was not solved in {PATIENCE:.0f} s", "make an array smaller")
        await pilot.press("alt+4")
        await pilot.pause(0.5)
        picture = app.export_screenshot(title=f"pepa-workbench {document.name}")
    try:
        write_whole(target, picture)
    except OSError as error:
        raise unwritten(target, error, "name another file") from None


def take(document: Document, target: Path) -> None:
    """Write the picture; returns when it is there."""
    asyncio.run(screenshot(document, target))
