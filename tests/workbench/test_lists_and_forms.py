"""Lists and forms of few lines: letters choose in a list, and a form says what is held and not what is varied."""

from textual.widgets import OptionList

from tests.workbench.screens import screen_text, until, workbench
from workbench.panes.dialogs import Choose
from workbench.panes.experiment_form import ExperimentForm
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.palette import Palette

MILL = "grind = 1.0; rest = 2.0; load = 3.0;\nMill = (work, grind).Idle;\nIdle = (wait, rest).Mill;\n\nMill\n"


async def test_letters_go_to_the_choice_that_begins_with_them(tmp_path):
    path = tmp_path / "mill.pepa"
    path.write_text(MILL)
    async with workbench(path) as (app, pilot):
        answers = []
        app.push_screen(Choose("Which?", ["previous run", "base", "fast4", "fast5", "Fine"]), answers.append)
        await until(pilot, lambda: "Which?" in screen_text(app))
        listed = app.screen.query_one(OptionList)
        for keys, at in (("f", 2), ("f", 3), ("f", 4), ("f", 2)):
            await pilot.press(keys)
            await until(pilot, lambda at=at: listed.highlighted == at)
        app.screen._typed_at = 0.0  # a pause
        await pilot.press("b")
        await until(pilot, lambda: listed.highlighted == 1)
        app.screen._typed_at = 0.0
        await pilot.press(*"fi")
        await until(pilot, lambda: listed.highlighted == 4)
        await pilot.press("enter")
        await until(pilot, lambda: answers == ["Fine"])


async def test_what_is_varied_is_not_told_as_held(tmp_path):
    path = tmp_path / "mill.pepa"
    path.write_text(MILL)
    async with workbench(path) as (app, pilot):
        await until(pilot, lambda: app.runs.checked)
        app.turning.set_overrides({"grind": 1.5, "rest": 2.5})
        await pilot.press("alt+5")
        fixed = app.query_one("#study-fixed")
        await until(pilot, lambda: "as turned: grind=1.5 rest=2.5" in fixed.placeholder)
        form = app.query_one(ExperimentsPane).query_one(ExperimentForm)
        form.take({"vary": "load=1,2 grind=1..3"})
        await until(pilot, lambda: "as turned: rest=2.5;" in fixed.placeholder)
        form.take({"vary": "grind=1, 2, 3 rest = 1:2:0.5"})
        await until(pilot, lambda: "as turned" not in fixed.placeholder)
        form.take({"vary": ""})
        await until(pilot, lambda: "as turned: grind=1.5 rest=2.5" in fixed.placeholder)


async def test_commands_are_found_by_what_they_do(tmp_path):
    path = tmp_path / "mill.pepa"
    path.write_text(MILL)
    async with workbench(path, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: app.runs.checked)
        for typed, found in (
            ("csv", "Write the table to a CSV file"),
            ("export", "Write the form into an experiment file"),
            ("svg", "Screenshot"),
            ("save chart", "Screenshot"),
        ):
            await pilot.press("ctrl+p")
            await until(pilot, lambda: isinstance(app.screen, Palette))
            await pilot.press(*["space" if letter == " " else letter for letter in typed])
            await until(pilot, lambda found=found: found in screen_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await pilot.press(*"csv")
        await until(pilot, lambda: "CSV" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "write the table to the CSV file" in screen_text(app))


async def test_no_command_is_described_by_its_own_name(tmp_path):
    path = tmp_path / "mill.pepa"
    path.write_text(MILL)
    async with workbench(path) as (app, _):
        for command in app.get_system_commands(app.screen):
            assert command.help != command.title.rpartition(" (")[0], command.title
