"""The experiments pane as a user drives it, over the real worker process."""

import shutil
import time

import pytest
from textual.widgets import Input

from pepa.study.experiment_file import experiments
from tests.cli.command import answer as answered
from tests.models import MODELS
from tests.workbench.screens import answer, asked, replace, screen_text, told, until, workbench
from workbench import studies
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.study_results import PointsTable
from workbench.panes.whatif import WhatIfPane
from workbench.run_messages import Running
from workbench.studies import StudyBegan
from workbench.widgets.editor import PepaEditor

NARROW = (80, 24)


@pytest.fixture
def folder(tmp_path):
    """A folder with the shipped models and their experiments, to write into."""
    for path in (*MODELS, MODELS[0].parent / "vm_launch.experiments.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture
def launch(folder):
    """The VM launch model, without experiments beside it."""
    (folder / "vm_launch.experiments.toml").unlink()
    return folder / "vm_launch.pepa"


async def fill(app, pilot, vary="", fixed="", measures=""):
    """Fill in the form, and go to its last line."""
    app.query_one(ExperimentsPane).form.take({"vary": vary, "fixed": fixed, "measures": measures})
    app.query_one("#study-method").focus()
    await pilot.pause()


async def written(app, pilot, name):
    """Write the form into the file that is proposed, under a name."""
    await pilot.press("w")
    await asked(app, pilot, "Write the experiment into the file")
    await answer(app, pilot)
    await asked(app, pilot, "under the name")
    await answer(app, pilot, name)


async def ended(app, pilot):
    await until(pilot, lambda: "points:" in screen_text(app), 60)


def shown(app):
    return " ".join(screen_text(app).split())


async def test_an_experiment_is_built_from_nothing_run_written_and_run_again_from_the_shell(launch):
    async with workbench(launch, size=NARROW) as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: "vary" in screen_text(app))
        await pilot.press("Q")
        await until(pilot, lambda: "Q=1..10" in screen_text(app))  # offered
        await pilot.press("enter", "backspace", "backspace", "5", "tab", *"p=0.8", "tab", *"useV")
        await until(pilot, lambda: "throughput(useVM)" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "5 points · Enter runs them" in screen_text(app))
        await pilot.press("enter")
        await ended(app, pilot)
        text = screen_text(app)
        assert "5 of 5 points: exact, GTH elimination" in text
        assert "throughput(useVM)  0.04208 at the end" in text
        assert "⠒" in text
        await written(app, pilot, "fig2")
        await until(pilot, lambda: "run it again" in told(app))
    target = launch.with_name("vm_launch.experiments.toml")
    (found,) = experiments(target)
    assert found.name == "fig2"
    status, report = answered("experiment", str(target), "fig2")
    assert status == 0
    assert report["experiments"][0]["points"][4]["values"]["throughput(useVM)"] == pytest.approx(0.042075, rel=1e-4)


async def test_what_is_wrong_with_a_form_is_said_while_it_is_typed(launch):
    async with workbench(launch) as (app, pilot):
        await pilot.press("f7")
        await fill(app, pilot, "Q=5..1", "", "population(User3)")
        await until(pilot, lambda: "✗ vary: the range `5..1` is empty" in shown(app))
        await fill(app, pilot, "Q=1..5", "", "population(User3)")
        await until(pilot, lambda: "5 points" in screen_text(app))
        await fill(app, pilot, "Q=1..5", "", "population(User9)")
        await until(pilot, lambda: "✗ measures:" in shown(app) and "`User9`" in shown(app))
        await fill(app, pilot)
        await until(pilot, lambda: "✗" not in shown(app) and "offers what can be written" in shown(app))


async def test_the_figure_that_is_watched_is_proposed_and_typed_over(launch):
    async with workbench(launch, size=NARROW) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: app.query_one(WhatIfPane).measure)
        watched = app.query_one(WhatIfPane).measure
        await pilot.press("f7")
        measures = app.query_one("#study-measures", Input)
        await until(pilot, lambda: measures.value == watched)
        await pilot.press(*"Q=1..3", "enter")
        await ended(app, pilot)
        await until(pilot, lambda: watched in screen_text(app))
        await pilot.press("e", "tab", "tab")
        assert app.focused is measures
        await pilot.press(*"population(User3)")
        assert measures.value == "population(User3)"
        await pilot.press("left", "shift+tab", "tab", "x")
        assert measures.value == "population(User3x)"  # typed once, it is kept


async def test_escape_leaves_the_form_and_letters_are_keys_then(launch):
    async with workbench(launch, size=NARROW) as (app, pilot):
        await pilot.press("f7", *"Q=1..2 ")
        await until(pilot, lambda: "Leave line" in screen_text(app))
        await pilot.press("escape", "e")
        form = app.query_one(ExperimentsPane).form
        await until(pilot, lambda: form.has_focus_within)
        await pilot.press("escape", "o")
        await asked(app, pilot, "Open the experiments")
        assert form.form["vary"] == "Q=1..2 "


async def test_the_form_says_which_values_hold_where_it_says_nothing_else(launch):
    async with workbench(launch, size=NARROW) as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: "the others are as in the text" in screen_text(app))
        await pilot.press("f6")
        await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)
        name = app.query_one(WhatIfPane).name_at_cursor
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: app.runs.overrides)
        await pilot.press("f7")
        turned = f"as turned: {name}={app.runs.overrides[name]:g}; the others"
        await until(pilot, lambda: turned in screen_text(app))


async def test_the_form_is_about_the_text_as_it_stands(launch):
    async with workbench(launch) as (app, pilot):
        replace(app, "r18 = 0.01;", "r18 = 0.02;")
        await pilot.press("f7")
        await fill(app, pilot, "Q=5", "", "throughput(useVM)")
        await pilot.press("enter")
        await ended(app, pilot)
        await until(pilot, lambda: "0.06525" in screen_text(app))  # in the table: one point has no curve
        replace(app, "r18 = 0.02;", "r18 = 0.03;")
        await until(pilot, lambda: "~ stale" in screen_text(app))
        app.studies.asked = {"text": app.runs.text, "overrides": app.runs.overrides}  # another one has begun
        app.runs.tell(StudyBegan(app.query_one(ExperimentsPane).results._head))
        await until(pilot, lambda: "~ stale" not in screen_text(app))


async def test_a_point_goes_into_the_model_and_can_be_undone(launch):
    async with workbench(launch) as (app, pilot):
        before = app.query_one(PepaEditor).text
        await pilot.press("f7")
        await fill(app, pilot, "Q=1..3", "p=0.25", "throughput(useVM)")
        await pilot.press("enter")
        await ended(app, pilot)
        await pilot.press("right")
        await until(pilot, lambda: "obtained by" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "the moves that make it" in screen_text(app))
        await until(pilot, lambda: "with Q=2" in screen_text(app))
        await pilot.press("escape", "I")
        await until(pilot, lambda: "into the model" in told(app))
        text = app.query_one(PepaEditor).text
        assert "Q = 2;          // users" in text
        assert "p = 0.25;" in text
        await pilot.press("I")
        await until(pilot, lambda: "has these values already" in told(app))
        await pilot.press("alt+1", "ctrl+z")
        await until(pilot, lambda: app.query_one(PepaEditor).text == before)


async def test_the_experiments_beside_a_model_are_listed_and_run(folder):
    async with workbench(folder / "vm_launch.pepa") as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: "slow_manager_repaired" in screen_text(app))
        await pilot.press("down", "down", "down", "enter")  # after the new one: fig2, trust, fig3, faster_users
        await until(pilot, lambda: "F7 runs it" in screen_text(app))
        await until(pilot, lambda: "vary" in screen_text(app))
        await pilot.press("f7")
        await ended(app, pilot)
        await pilot.press("left")
        await until(pilot, lambda: "✓ holds" in screen_text(app))
        await until(pilot, lambda: "claims hold" in screen_text(app))
        await pilot.press("e")
        await until(pilot, lambda: "it says more than a form can" in shown(app))  # it has scenarios
        await pilot.press("l", "up", "enter", "e")
        await until(pilot, lambda: "Q=1..5" in shown(app))
        assert app.query_one(ExperimentsPane).form.form["fixed"] == "p=0.2 C=1"


@pytest.mark.slow
async def test_elasticities_and_claims_without_a_chart(folder):
    text = """
[elastic]
model = "machine_repair.pepa"
elasticities = ["fail", "mend"]
measures = ["population(Down)"]
[claimed]
model = "machine_repair.pepa"
measures = ["population(Down)"]
charts = [{ kind = "none", y = ["population(Down)"] }]
claims = [{ claim = "Some are down.", holds = "population(Down) > 0" }]
"""
    (folder / "machine_repair.experiments.toml").write_text(text)
    async with workbench(folder / "machine_repair.pepa") as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: "claimed" in screen_text(app))
        await pilot.press("enter", "f7")
        await until(pilot, lambda: "elasticity of population(Down)" in screen_text(app), 30)
        await until(pilot, lambda: "mend" in screen_text(app))
        await pilot.press("l", "down", "enter", "f7")
        await until(pilot, lambda: "Some are down." in screen_text(app), 30)


def at_cancel(messages):
    return next(at for at, one in enumerate(messages) if isinstance(one, studies.StudyStopped))


def progress(messages, counted):
    """Return how many points are told as solved, message by message."""
    words = [one.progress.message.split() for one in messages if isinstance(one, Running)]
    counted[:] = [int(said[0]) for said in words if said[1:2] == ["of"]]
    return counted


async def test_points_come_one_by_one_and_a_cancelled_run_keeps_them(launch):
    messages = []
    async with workbench(launch, size=NARROW, messages=messages) as (app, pilot):
        await pilot.press("f7")
        await fill(app, pilot, "Q=12..40", "", "throughput(useVM)")
        await pilot.press("enter")
        await until(pilot, lambda: sum(isinstance(m, studies.PointsFound) for m in messages) > 1, 60)
        await until(pilot, lambda: "of 29 points ·" in shown(app) and "Esc cancels" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "cancelled" in screen_text(app), 5)
        pane = app.query_one(ExperimentsPane)
        before = pane.results.number
        assert 0 < before < 29
        stays = f"cancelled · {before} of 29 points stay here; F7 goes on from them"
        await until(pilot, lambda: stays in shown(app))
        await pilot.press("f7")
        counted = []
        await until(pilot, lambda: [*progress(messages[at_cancel(messages) :], counted)], 60)
        assert counted[0] >= before
        await pilot.press("escape")
        await until(pilot, lambda: "stay here" in screen_text(app), 5)
        assert pane.results.number >= before
    told = (studies.StudyBegan, studies.PointsFound, studies.StudyStopped)
    kinds = [type(m).__name__ for m in messages if type(m) in told]
    assert kinds[0] == "StudyBegan"
    assert kinds[-1] == "StudyStopped"


async def test_a_refused_experiment_says_why(launch):
    async with workbench(launch) as (app, pilot):
        await pilot.press("f7")
        await fill(app, pilot, "p=0.1:0.9:0.00001", "", "throughput(useVM)")
        await pilot.press("enter")
        await until(pilot, lambda: "80,001 points are more than can be looked at" in shown(app))
        replace(app, "User = (", "User = )")
        await pilot.press("f7")
        await until(pilot, lambda: "✗" in shown(app))


async def test_a_file_is_opened_and_a_wrong_one_is_told_in_place(launch, folder):
    (folder / "other.toml").write_text('[one]\nmodel = "queue.pepa"\nmeasures = ["population(Nobody)"]\n')
    async with workbench(launch) as (app, pilot):
        await pilot.press("f7")
        await fill(app, pilot)
        await pilot.press("tab", "o")
        await asked(app, pilot, "Open the experiments")
        app.screen.query_one(Input).value = str(folder / "other.toml")
        await pilot.press("enter")
        await until(pilot, lambda: ".toml:3:" in screen_text(app))
        (folder / "other.toml").write_text('[one]\nmodel = "queue.pepa"\nmeasures = ["throughput(arrive)"]\n')
        await answer(app, pilot)
        await until(pilot, lambda: "+ new" in screen_text(app) or "did you mean" in shown(app))


@pytest.mark.slow
async def test_names_that_are_taken_and_models_without_a_file(launch, folder):
    (folder / "vm_launch.experiments.toml").write_text('[one]\nmodel = "queue.pepa"\nmeasures = ["1"]\n')
    async with workbench(launch) as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: "one" in screen_text(app))
        await pilot.press("n")
        await fill(app, pilot, "Q=1", "", "throughput(useVM)")
        await pilot.press("tab")
        await pilot.press("w", "enter", *"one", "enter")
        await until(pilot, lambda: "has an experiment `one`" in shown(app))
        app.screen.query_one(Input).value = "no name"
        await pilot.press("enter")
        await until(pilot, lambda: "`no name` is no name of an" in shown(app))
        await answer(app, pilot, "two")
        await until(pilot, lambda: "written" in told(app))
    assert [one.name for one in experiments(folder / "vm_launch.experiments.toml")] == ["one", "two"]


@pytest.mark.slow
async def test_side_by_side_and_alone(launch):
    async with workbench(launch, size=(160, 40)) as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: "5 Experiments" in screen_text(app))
        await until(pilot, lambda: "4 Charts" not in screen_text(app))
        await until(pilot, lambda: "1 Source" in screen_text(app))
        await pilot.press("alt+4")
        await until(pilot, lambda: "4 Charts" in screen_text(app))
        await until(pilot, lambda: "5 Experiments" not in screen_text(app))
        await pilot.press("alt+5")
        await until(pilot, lambda: "5 Experiments" in screen_text(app))


@pytest.mark.slow
async def test_arrows_turn_the_views_from_each_of_them(launch):
    async with workbench(launch, size=NARROW) as (app, pilot):
        await pilot.press("f7")
        await fill(app, pilot, "Q=1..2 p=0.2,0.8", "", "throughput(useVM), population(User3)")
        await pilot.press("enter")
        await ended(app, pilot)
        results = app.query_one(ExperimentsPane).results
        assert results.views == ["chart 1", "chart 2", "points"]
        for view in ("chart 2", "points", "chart 1"):
            await pilot.press("right")
            await until(pilot, lambda view=view: results.view == view)
        await pilot.press("left")
        await until(pilot, lambda: results.view == "points")
        assert app.focused is app.query_one(PointsTable)


async def test_points_that_came_after_a_drawing_are_drawn_too(launch):
    async with workbench(launch) as (app, pilot):
        await pilot.press("f7")
        await fill(app, pilot, "Q=1..3", "", "population(User3)")
        await pilot.press("enter")
        await ended(app, pilot)
        pane = app.query_one(ExperimentsPane)
        found = pane.results.found
        first, *others = found.points.values()
        for last in (pane.show_stopped, None):
            pane.begin(found.head)
            pane.results._next_drawing = 0.0
            pane.results.add([first])
            pane.results._next_drawing = time.monotonic() + (0.3 if last is None else 1_000)
            pane.results.add(others)
            assert len(pane.results._rows) == 1
            if last is not None:
                last()
            await until(pilot, lambda: len(pane.results._rows) == 3)


async def test_an_experiment_that_another_run_came_before_says_so(launch):
    async with workbench(launch) as (app, pilot):
        await pilot.press("f7")
        await fill(app, pilot, "Q=20..60", "", "population(User3)")
        await pilot.press("enter")
        await until(pilot, lambda: "of 41 points" in screen_text(app))
        await pilot.press("f5")
        await until(pilot, lambda: "another run came before it" in shown(app))
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])
