"""Dialogs on small screens: all of a dialog lies on the screen, and what it asks for can be reached by keys."""

import pytest
from rich.text import Text
from textual.widgets import Input, OptionList

from pepa.control.error import PepaError
from tests.workbench.screens import screen_text, until, workbench
from workbench.panes.dialogs import AskFor, Choose
from workbench.panes.disk import CHOICES, DiskChanged
from workbench.panes.help import Manual
from workbench.panes.keys_here import KeysHere
from workbench.panes.opening import Opening
from workbench.panes.pick import Pick

LONG = "a question that says a great deal about a file with a long name " * 3
LINES = [f"choice {number} of a list that has many" for number in range(30)]
BOX = ".dialog, .keys-here, .manual"
SIZES = [(40, 12), (60, 20), (80, 24), (200, 50)]


async def refused(typed):
    raise PepaError(f"`{typed}` cannot be taken", "what could be is said in so many words that they fill lines " * 2)


DIALOGS = {
    "ask": lambda: AskFor(LONG, refused, "value"),
    "choose": lambda: Choose(LONG, LINES),
    "few": lambda: Choose("Replace it?", ["Keep it", "Replace it"]),
    "disk": lambda: DiskChanged("a_model_with_a_long_name.pepa", "\n".join(f"+ line {n}" for n in range(40))),
    "opening": lambda: Opening("Open a model beside this one"),
    "pick": lambda: Pick(LONG, LINES),
    "keys": lambda: KeysHere("5 Experiments", Text("k  does it\n" * 60)),
    "manual": lambda: Manual("states", {}),
}


@pytest.mark.parametrize("size", SIZES)
async def test_a_dialog_lies_on_the_screen(size):
    async with workbench(size=size) as (app, pilot):
        for name, made in DIALOGS.items():
            dialog = made()
            app.push_screen(dialog)
            await until(pilot, lambda dialog=dialog: app.screen is dialog and bool(dialog.query(BOX)))
            box = dialog.query_one(BOX)
            await until(pilot, lambda box=box: bool(box.region))
            assert box.region in dialog.region, name
            listed = dialog.query(OptionList)
            if listed and listed.first().option_count:
                listed.first().focus()
                await pilot.press("end")
                at = listed.first()
                await until(pilot, lambda box=box, at=at: at.region in box.region and at.region.height > 0)
                last = str(at.get_option_at_index(at.option_count - 1).prompt)
                await until(pilot, lambda last=last: last[:12] in screen_text(app))
            app.pop_screen()
            await until(pilot, lambda: len(app.screen_stack) == 1)


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_refused_is_told_where_it_is_seen(size):
    async with workbench(size=size) as (app, pilot):
        dialog = DIALOGS["ask"]()
        app.push_screen(dialog)
        await until(pilot, lambda: app.screen is dialog and app.focused is dialog.query_one(Input))
        await pilot.press("enter")
        await until(pilot, lambda: "`value` cannot be" in " ".join(screen_text(app).split()))
        box = dialog.query_one(BOX)
        assert dialog.query_one(Input).region in box.region


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_every_choice_about_a_changed_file_is_seen(size):
    async with workbench(size=size) as (app, pilot):
        app.push_screen(DIALOGS["disk"]())
        for choice in CHOICES.values():
            await until(pilot, lambda choice=choice: choice[:24] in screen_text(app))
