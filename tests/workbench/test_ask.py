"""The query line: what the worker answers, and what one sees and does with it."""

import json

import pytest

from pepa.control.error import PepaError
from pepa.query.analysis import compile_text
from pepa.query.asking import understood
from tests.models import MODELS
from tests.workbench.screens import replace, screen_text, until, workbench
from workbench.engine.asked import Asked
from workbench.engine.session import Session
from workbench.engine.state_table import StateTable
from workbench.panes.ask import AskPane
from workbench.panes.solver import SolverPane
from workbench.panes.states import StatesPane

SMALL = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"


def quiet(_):
    pass


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.pepa"
    path.write_text(SMALL)
    return path


def test_answers_are_plain_and_share_a_chain():
    asked = Asked(Session())
    found = {
        line: asked.ask(quiet, text=SMALL, overrides={"r": 2.0}, question=line)
        for line in ("passage(P: P -> Q)", "S=? [ P >= 2 ]", "P>0.9 [ F<=1 Q > 0 ]", "work", "P + Q")
    }
    json.dumps(found)
    assert found["passage(P: P -> Q)"]["words"] == "mean 0.5000, standard deviation 0.5000"
    assert found["passage(P: P -> Q)"]["curve"]["distribution"][0] == 0
    assert found["S=? [ P >= 2 ]"]["words"].startswith("0.5 ±")
    assert found["P>0.9 [ F<=1 Q > 0 ]"]["words"] == "true; holds in 4 of 4 states"
    assert found["work"]["words"].startswith("3 in the long run")
    assert {one["kind"] for one in found.values()} == {"passage", "number", "truth"}
    with pytest.raises(PepaError, match="no measure"):
        asked.ask(quiet, text=SMALL, overrides={}, question="trhoughput(work)")


def test_what_is_earned_up_to_a_time_has_a_curve_that_ends_there():
    asked = Asked(Session())
    found = asked.ask(quiet, text=SMALL, overrides={}, question="R{work}=? [ C<=4 ]")
    curve = found["curve"]
    words = float(found["words"].split(" ±")[0])
    assert (curve["time"][0], curve["time"][-1]) == (0.0, 4.0)
    assert curve["distribution"][-1] == pytest.approx(words, abs=1e-8)
    assert curve["distribution"][0] == 0
    assert curve["density"][0] == pytest.approx(3.0)  # all three work at first
    assert max(curve["error"]) < 1e-8
    json.dumps(found)
    for without in ("R{work}>=2 [ C<=4 ]", "R{work}=? [ C ]", "R{work}=? [ I=4 ]", "R{work}=? [ C<=0 ]"):
        assert not asked.ask(quiet, text=SMALL, overrides={}, question=without).get("curve")


def test_what_is_reached_by_a_time_has_a_curve_that_ends_there():
    asked = Asked(Session())
    found = asked.ask(quiet, text=SMALL, overrides={}, question="P=? [ F<=0.5 Q = 3 ]")
    curve = found["curve"]
    assert (curve["time"][-1], curve["distribution"][0]) == (0.5, 0.0)
    assert curve["distribution"][-1] == pytest.approx(float(found["words"].split(" ±")[0]), abs=1e-8)
    sure = asked.ask(quiet, text=SMALL, overrides={}, question="P=? [ F<=2 Q + P = 3 ]")
    assert sure["curve"]["distribution"] == [1.0] * len(sure["curve"]["time"])
    never = asked.ask(quiet, text=SMALL, overrides={}, question="P=? [ F<=2 Q > 3 ]")
    assert max(never["curve"]["distribution"]) == 0.0
    json.dumps([found, sure, never])
    for without in ("P=? [ F[1,2] Q = 3 ]", "P=? [ F Q = 3 ]", "P>0.1 [ F<=2 Q = 3 ]", "P=? [ X Q = 3 ]"):
        assert not asked.ask(quiet, text=SMALL, overrides={}, question=without).get("curve")


@pytest.mark.parametrize(
    "line",
    [
        "P=? [ (Q < 2) U<=T Q = 2 ]",
        "P=? [ G<=T Q < 2 ]",
        "P=? [ (P > 1) W<=T Q = 3 ]",
        "P=? [ F<=T P>0.5 [ F<=1 Q = 3 ] ]",
        "P=? [ G<=T !(P>0.5 [ F<=1 Q = 3 ]) ]",
    ],
)
def test_every_property_up_to_a_time_has_a_curve(line):
    """The curve is followed forward from one state, an answer backward from all."""
    asked = Asked(Session())
    curve = asked.ask(quiet, text=SMALL, overrides={}, question=line.replace("T", "0.8"))["curve"]
    assert len(curve["time"]) > 100
    for number in (len(curve["time"]) // 4, len(curve["time"]) // 2, -1):
        there = asked.ask(quiet, text=SMALL, overrides={}, question=line.replace("T", repr(curve["time"][number])))
        half = curve["error"][number] + 1e-10
        assert curve["distribution"][number] == pytest.approx(float(there["words"].split(" ±")[0]), abs=half)
    assert max(curve["error"]) < 1e-8
    json.dumps(curve)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_model_has_examples_with_a_meaning(path):
    examples = Asked(Session()).question_words(quiet, path.read_text())["examples"]
    assert len(examples) >= 3
    for question, _ in examples:
        understood(question, compile_text(path.read_text()).net)


def test_other_methods_have_a_distribution_at_the_same_times_or_say_why_not():
    asked, line = Asked(Session()), "passage(P: P -> Q)"
    end = asked.ask(quiet, text=SMALL, overrides={}, question=line)["curve"]["time"][-1]
    others = asked.by_others(quiet, text=SMALL, overrides={}, question=line, until=end)
    assert list(others["others"]) == ["fluid", "simulation"]
    assert all(one["time"][-1] == end for one in others["others"].values())
    several = asked.by_others(quiet, text=SMALL, overrides={}, question="passage(P: P -> Q > 1)", until=end)
    assert list(several["refused"]) == ["fluid", "simulation"]
    whole = asked.by_others(quiet, text=SMALL, overrides={}, question="passage(P > 1 -> Q > 1)", until=end)
    assert (list(whole["others"]), list(whole["refused"])) == (["simulation"], ["fluid"])
    json.dumps([others, several, whole])


def test_a_property_filters_the_states_by_itself_and_once_asked():
    session = Session()
    session.solve(quiet, text=SMALL, tolerance=1e-12, most_states=100)
    table, line = StateTable(session), "P>=0.8 [ F<=1 Q = 3 ] | Q = 3"
    assert table.states(quiet, 0, 9, condition=line)["total"] == 1
    asked = "P>=0.5 [ F<=1 Q >= 2 ]"
    answer = Asked(session).ask(quiet, text=SMALL, overrides={}, question=asked)
    assert asked in session.holding
    total = table.states(quiet, 0, 9, condition=asked)["total"]
    assert answer["words"].endswith(f"holds in {total} of 4 states")
    with pytest.raises(PepaError, match="a number is no condition"):
        table.states(quiet, 0, 9, condition="P=? [ F<=1 Q = 3 ]")


async def ask(app, pilot, line, words):
    await pilot.press("f10")
    app.focused.value = line
    await pilot.press("enter")
    await until(pilot, lambda: words in screen_text(app))


async def test_one_line_asks_anything(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        await pilot.press("f10")
        await until(pilot, lambda: "how likely, in the syntax of PRISM" in screen_text(app))
        await pilot.press(*"P", "greater_than_sign")
        await until(pilot, lambda: app.query_one(".offers").display or "P>" in screen_text(app))
        await ask(app, pilot, "P=? [ F<=1 Q >= 2 ]", " ± ")
        await ask(app, pilot, "P=? [ F<=1 R >= 2 ]", "no local derivative")
        await ask(app, pilot, "passage(P: P -> Q)", "mean 1.000")
        await until(pilot, lambda: "50 % by 0.6931" in screen_text(app))
        await until(pilot, lambda: "P=? [ F<=1 Q >= 2 ]" in screen_text(app))  # the last answers stay
        await pilot.press("tab", "home")
        before = app.query_one("#ask-chart").reading
        await pilot.press("right", "right")
        assert app.query_one("#ask-chart").reading != before
        await until(pilot, lambda: app.query_one("#ask-chart").reading in screen_text(app))
        await pilot.press("v")
        await until(pilot, lambda: "density  by time" in screen_text(app))
        await pilot.press("v", "enter")
        await until(pilot, lambda: "4 states of the chain" in screen_text(app))
        await until(pilot, lambda: "r=1, as written" in screen_text(app))
        await pilot.press("escape", "A")
        await until(pilot, lambda: "x simulation" in screen_text(app))
        await until(pilot, lambda: "exact" in screen_text(app))
        await pilot.resize_terminal(200, 50)
        await pilot.press("e")
        assert app.focused.value == "passage(P: P -> Q)"
        replace(app, "1.0", "4.0")
        await until(pilot, lambda: "~ passage(P: P -> Q)" in screen_text(app))
        await ask(app, pilot, "P>=0.5 [ F<=0.25 Q >= 2 ]", "holds in")
        await pilot.press("tab", "enter")  # not run yet: it is, and then filtered
        await until(pilot, lambda: "where P>=0.5 [ F<=0.25 Q >= 2 ]" in screen_text(app))
        assert app.query_one(StatesPane).has_focus_within
        await pilot.press("f10", "up", "up")
        assert app.query_one(AskPane).main.value == "passage(P: P -> Q)"


async def test_escape_leaves_the_line_for_the_answers_and_letters_are_keys_then():
    async with workbench(size=(80, 24)) as (app, pilot):
        pane = app.query_one(AskPane)
        await pilot.press("f10")
        await until(pilot, lambda: pane.main.has_focus)
        await pilot.press("escape", "e")  # there is nothing to edit yet
        await until(pilot, lambda: not pane.main.has_focus and pane.has_focus_within)
        assert pane.main.value == ""
        await pilot.press("tab", "shift+tab", "f10", *"1 + 2", "enter")
        await until(pilot, lambda: pane.chosen is not None)
        await pilot.press("f10", "escape", "e")
        await until(pilot, lambda: pane.main.has_focus)
        assert pane.main.value == "1 + 2"


async def test_escape_leaves_the_settings_of_the_solver():
    async with workbench(size=(80, 24)) as (app, pilot):
        pane = app.query_one(SolverPane)
        await pilot.press("alt+3", "tab")
        await until(pilot, lambda: app.focused.id == "tolerance")
        await pilot.press("escape", "a")
        await until(pilot, lambda: "goes back" in screen_text(app))
        assert pane.main.has_focus
        assert app.query_one("#tolerance").value == "1e-12"
