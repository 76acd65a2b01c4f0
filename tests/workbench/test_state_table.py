"""The table of states, held against the whole of it as written: filtered, sorted, searched, in pages."""

import csv
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.control.error import PepaError
from workbench.engine import state_table
from workbench.engine.session import Session
from workbench.engine.state_table import StateTable
from workbench.engine.stepping import Stepping

TEXT = """r = 2.0; s = 0.5;
P = (a, r).Q; Q = (b, 1).P + (give_up, s).R; R = (c, 3).P;
Up = (a, infty).Up + (fail, 0.1).Down; Down = (mend, 1).Up;
P[4] <a> Up
"""
LIMITS = {"tolerance": 1e-12, "most_states": 10**6}


def quiet(_):
    pass


def solved(text=TEXT, **also):
    session = Session()
    session.solve(quiet, text=text, **LIMITS, **also)
    return StateTable(session)


TABLE = solved()
SIZE = TABLE.session.derived.space.size
NAMES = ["P", "Q", "R", "Up"]
COLUMNS = ["P + 0", "Q", "R", "Up + 0"]  # P and Up by themselves are the groups
WHOLE = [
    {"#": int(row[0]), "probability": float(TABLE.session.solved.steady.probability[int(row[0])]),
     **{name: int(value) for name, value in zip(NAMES, row[3:], strict=True)}}
    for row in TABLE.states(quiet, 0, SIZE, columns=COLUMNS)["rows"]
]  # fmt: skip
CONDITIONS = {
    "": lambda _: True,
    "P >= 2": lambda row: row["P"] >= 2,
    "Up = 0 & Q > 0": lambda row: row["Up"] == 0 and row["Q"] > 0,
    "Q + R = 3 | P = 4": lambda row: row["Q"] + row["R"] == 3 or row["P"] == 4,
    "!(R < 2)": lambda row: row["R"] >= 2,
    "enabled(a)": lambda row: row["P"] > 0 and row["Up"] == 1,
    "P = 4 & R = 1": lambda _: False,
    "init": lambda row: row["P"] == 4 and row["Up"] == 1,
    "probability > 0.01": lambda row: row["probability"] > 0.01,
}
ORDERS = st.tuples(st.sampled_from(["#", "Q", "R", "probability"]), st.booleans())
WISHES = st.sampled_from(list(CONDITIONS)), ORDERS


def expected(condition, order):
    """Return the numbers of the states that the table is to show; those that are alike are in order of numbers."""
    rows = [row for row in WHOLE if CONDITIONS[condition](row)]
    column, falls = order
    return [row["#"] for row in sorted(rows, key=lambda row: -row[column] if falls else row[column])]


@given(*WISHES, st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=60)
def test_pages_are_those_of_the_whole_table(condition, order, start, more):
    states = expected(condition, order)
    page = TABLE.states(quiet, start, start + more, condition, order, columns=COLUMNS)
    assert page["total"] == len(states)
    assert page["states"] == states[start : start + more]
    by_number = {row["#"]: row for row in WHOLE}
    for state, row in zip(page["states"], page["rows"], strict=True):
        assert row[0] == f"{state:,}"
        assert [int(cell) for cell in row[3:]] == [by_number[state][name] for name in NAMES]


@given(*WISHES, st.sampled_from([one for one in CONDITIONS if one]), st.integers(0, 40), st.booleans())
@settings(max_examples=60)
def test_the_next_row_found_is_the_nearest_that_way_round_the_end(condition, order, wanted, row, back):
    states = expected(condition, order)
    row = min(row, max(0, len(states) - 1))
    found = TABLE.find(quiet, row, wanted, back, condition, order)["row"]
    by_number = {each["#"]: each for each in WHOLE}
    fitting = [at for at, state in enumerate(states) if CONDITIONS[wanted](by_number[state])]
    if not fitting:
        assert found is None
        return
    beyond = [at for at in fitting if (at < row if back else at > row)]
    assert found == ((beyond or fitting)[-1] if back else (beyond or fitting)[0])


@given(*WISHES)
@settings(max_examples=40)
def test_a_state_is_in_the_row_in_which_it_is_shown(condition, order):
    states = expected(condition, order)
    for state in range(0, SIZE, 3):
        row = TABLE.row_of(quiet, state, condition, order)["row"]
        assert row == (states.index(state) if state in states else None)


@pytest.mark.parametrize("chunk", [1, 7, 10**6])
@pytest.mark.parametrize("condition", ["", "P >= 2", "P = 4 & R = 1"])
def test_what_is_written_are_all_the_rows_in_their_order_in_full(tmp_path, monkeypatch, chunk, condition):
    monkeypatch.setattr(state_table, "CHUNK", chunk)
    path = tmp_path / "states.csv"
    path.write_text("before")
    path.chmod(0o600)
    order = ("probability", True)
    told = TABLE.write_states(quiet, str(path), condition, order, ["R", "R / 3"])
    head, *rows = csv.reader(path.read_text().splitlines())
    assert head == ["state", "probability", "class", "R", "R / 3"]
    assert told == {"path": str(path), "rows": len(rows)}
    assert [int(row[0]) for row in rows] == expected(condition, order)
    probability = TABLE.session.solved.steady.probability
    for row in rows:
        assert float(row[1]) == probability[int(row[0])]
        assert float(row[4]) == int(row[3]) / 3
    assert [one.name for one in tmp_path.iterdir() if one.suffix != ""] == ["states.csv"]


def places(folder):
    """Return places at which nothing can be written."""
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    return ["", "/", "..", f"{folder}/folder", f"{folder}/pipe", f"{folder}/none/x.csv", "\0", f"{folder}/{'x' * 300}"]


@pytest.mark.parametrize("at", range(8))
def test_a_place_where_nothing_can_be_written_is_told_and_nothing_is_left(tmp_path, monkeypatch, at):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    place = places(folder)[at]
    before = sorted(folder.iterdir())
    with pytest.raises(PepaError, match="cannot write"):
        TABLE.write_states(quiet, place, "", ("#", False), [])
    assert sorted(folder.iterdir()) == before


def test_a_table_that_is_not_written_to_its_end_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(state_table, "CHUNK", 5)
    path = tmp_path / ("n" * 250)
    path.write_text("before")

    def cancel(progress):
        if progress.done and progress.done > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TABLE.write_states(cancel, str(path), "", ("#", False), [])
    assert path.read_text() == "before"
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    rows = TABLE.write_states(quiet, str(link), "", ("#", False), [])["rows"]
    assert link.is_symlink()
    assert path.read_text().count("\n") == rows + 1


def test_every_state_can_be_typed_as_it_is_told():
    stepping = Stepping(TABLE.session)
    chain = TABLE.session.derived.chain
    for state in range(SIZE):
        detail = stepping.step(quiet, TEXT, {"number": state}, origins=True)
        for place in ({"typed": detail["typed"]}, {"typed": f"{state:,}"}, {"members": detail["members"]}):
            assert stepping.step(quiet, TEXT, place)["state"] == state
        assert detail["initial"] == (state == 0)
        assert detail["probability"] == WHOLE[state]["probability"]
        assert {one["state"] for one in detail["activities"]} == {*chain.target[chain.source == state].tolist()}
        assert {one["state"] for one in detail["origins"]} == {*chain.source[chain.target == state].tolist()}
        rates = sum(one["rate"] for one in detail["activities"])
        assert detail["exit"] == pytest.approx(rates)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_stroll_goes_by_activities_that_are_open_and_can_be_written_and_walked_again(tmp_path, seed):
    stepping = Stepping(Session())  # nothing is derived
    start = stepping.step(quiet, TEXT, {"typed": "Q=2 Down"})
    passed = stepping.stroll(quiet, TEXT, {"members": start["members"]}, 25, seed=seed)["passed"]
    assert passed == stepping.stroll(quiet, TEXT, {"typed": "Q=2 Down"}, 25, seed=seed)["passed"]
    here = start
    for step in passed:
        there = [
            one for one in here["activities"] if one["action"] == step["action"] and one["members"] == step["members"]
        ]
        assert step["rate"] in [pytest.approx(one["rate"]) for one in there]
        assert step["seconds"] > 0
        here = stepping.step(quiet, TEXT, {"members": step["members"]})
    way = {"found": "", "start": {"members": start["members"]}, "steps": passed}
    told = stepping.write_way(quiet, TEXT, str(tmp_path / "way.json"), way)
    again = stepping.replay(quiet, TEXT, told["path"])
    assert [step["action"] for step in again["steps"]] == [step["action"] for step in passed]
    assert again["steps"][-1]["members"] == here["members"]
    other = TEXT.replace("give_up", "give_in")
    with pytest.raises(PepaError):
        stepping.step(quiet, other, {"members": here["members"]}, way=way)


def test_the_table_of_an_older_run_is_not_kept():
    table = solved()
    order = ("Q", True)
    before = table.states(quiet, 0, 3, "Q > 0", order)
    row = table.find(quiet, 0, "R = 2", False, "Q > 0", order)["row"]
    table.session.solve(quiet, text=TEXT.replace("P[4]", "P[2]"), **LIMITS)
    after = table.states(quiet, 0, 3, "Q > 0", order)
    assert (
        before["total"]
        > after["total"]
        == sum(1 for state in table.states(quiet, 0, 99, columns=["Q"])["rows"] if int(state[3]) > 0)
    )
    assert table.find(quiet, 0, "R = 2", False, "Q > 0", order)["row"] is None
    assert row is not None
    assert table.states(quiet, 0, 1, pinned=[0, SIZE - 1, -1])["pinned"][0][0] == "0"
    assert len(table.states(quiet, 0, 1, pinned=[0, SIZE - 1, -1])["pinned"]) == 1
