"""Every key as a command of the palette, by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.binding import Binding

from workbench.panes.state_list import StateList
from workbench.panes.states import StatesPane
from workbench.widgets.editing.keys import WRITING

if TYPE_CHECKING:
    from workbench.app import Workbench


def key_commands(app: Workbench) -> Iterator[SystemCommand]:
    """Return a command for each key of the app and the text, then for those of its panes, which go there first."""
    for binding in (*app.BINDINGS, *WRITING):
        if isinstance(binding, Binding):
            run = partial(app.call_later, app.run_action, binding.action)
            said = "In the text" if binding.tooltip == binding.description else binding.tooltip
            yield SystemCommand(f"{binding.description} ({_keys(app, binding)})", said, run)
    for name, pane in app.PANES.items():
        for binding in pane.BINDINGS:
            if binding.show or binding.key != "escape":
                run = partial(app.call_later, _run_there, app, name, binding.action)
                told = f"{binding.description} ({pane.TITLE}: {_keys(app, binding)})"
                yield SystemCommand(told, binding.tooltip, run)
    for binding in StateList.BINDINGS:
        if isinstance(binding, Binding):
            run = partial(app.call_later, _run_in_table, app, binding.action)
            told = f"{binding.description} ({StatesPane.TITLE}: {_keys(app, binding)})"
            yield SystemCommand(told, binding.tooltip, run)


def _keys(app: Workbench, binding: Binding) -> str:
    return ", ".join(app.keys_of(binding))


async def _run_in_table(app: Workbench, action: str) -> None:
    app.query_one(StatesPane).show_table()
    app.going.action_pane("states")
    await app.run_action(action, app.query_one(StateList))


async def _run_there(app: Workbench, name: str, action: str) -> None:
    app.going.action_pane(name)
    await app.run_action(action, app.query_one(app.PANES[name]))
