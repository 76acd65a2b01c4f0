"""What the worker answers about states and steps, asked directly."""

import csv

import numpy as np
import pytest

from pepa.control.error import PepaError
from tests.models import model_text
from workbench.engine.session import Session
from workbench.engine.state_table import StateTable
from workbench.engine.stepping import Stepping

LIMITS = {"tolerance": 1e-12, "most_states": 10**6}
CLASSES = "A = (a, 1).B + (b, 1).C; B = (c, 1).B; C = (d, 1).D; D = (e, 0).D;\nA"


def quiet(_):
    pass


def solved(text, **also):
    session = Session()
    session.solve(quiet, text=text, **LIMITS, **also)
    return session


def test_states_come_by_number_and_by_probability():
    table = StateTable(solved(model_text("vm_launch")))
    ranked = table.states(quiet, 0, 966, order=("probability", True))
    probability = table.session.solved.steady.probability
    assert ranked["total"] == 966
    assert np.all(np.diff(probability[ranked["states"]]) <= 0)
    assert table.states(quiet, 10, 20)["states"] == list(range(10, 20))


def test_columns_are_groups_or_expressions():
    table = StateTable(solved(model_text("vm_launch")))
    answer = table.states(quiet, 950, 953, columns=["CM", "User3", "User3 / 5", "enabled(useVM)"], pinned=[0])
    assert answer["rows"][2][3:] == ["CM", "4", "0.8000", "1"]
    assert answer["pinned"][0][0] == "0"
    assert answer["pinned"][0][3:] == ["CM", "0", "0", "0"]
    with pytest.raises(PepaError, match="no local derivative"):
        table.states(quiet, 0, 5, columns=["Usr3"])


def test_the_next_match_and_its_row():
    table = StateTable(solved(model_text("vm_launch")))
    shown = {"condition": "User3 >= 3", "order": ("User2", True)}
    row = table.find(quiet, 0, "TC5 = 1", False, **shown)["row"]
    state = table.states(quiet, row, row + 1, **shown)["states"][0]
    assert table.row_of(quiet, state, **shown) == {"row": row}
    assert table.find(quiet, 0, "deadlock", False, **shown) == {"row": None}


def test_a_table_is_written_whole(tmp_path):
    table = StateTable(solved(model_text("vm_launch")))
    path = tmp_path / "states.csv"
    answer = table.write_states(quiet, str(path), "User3 >= 3", ("probability", True), ["User3", "CM"])
    rows = list(csv.reader(path.read_text().splitlines()))
    assert rows[0] == ["state", "probability", "class", "User3", "CM"]
    assert len(rows) == answer["rows"] + 1
    assert float(rows[1][1]) == table.session.solved.steady.probability.max()
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(PepaError, match="cannot write"):
        table.write_states(quiet, str(tmp_path / "no" / "x.csv"), "", ("#", False), [])


def test_without_a_run_the_table_says_what_to_do():
    with pytest.raises(PepaError, match="no state space yet"):
        StateTable(Session()).states(quiet, 0, 5)
    table = StateTable(solved(model_text("queue"), derive_only=True))
    assert table.states(quiet, 0, 1)["rows"][0][1] == ""
    with pytest.raises(PepaError, match="not known here"):
        table.states(quiet, 0, 1, order=("probability", True))


def test_a_step_tells_what_the_chain_knows():
    text = model_text("client_server")
    session = solved(text)
    stepping, chain = Stepping(session), session.derived.chain
    for state in (0, 17, 199):
        detail = stepping.step(quiet, text, {"number": state}, origins=True)
        assert detail["state"] == state
        assert detail["probability"] == session.solved.steady.probability[state]
        assert detail["exit"] == pytest.approx(chain.rate[chain.source == state].sum())
        assert {one["state"] for one in detail["origins"]} == set(chain.source[chain.target == state].tolist())
    with pytest.raises(PepaError, match="no state 9999"):
        stepping.step(quiet, text, {"typed": "9,999"})


def test_a_step_needs_no_run():
    text = model_text("vm_launch").replace("Q = 5;", "Q = 5000000;")
    stepping = Stepping(Session())
    detail = stepping.step(quiet, text, {"typed": "User1=7"})
    assert (detail["state"], detail["kind"]) == (None, "not derived")
    assert [one["action"] for one in detail["activities"]] == ["generate_Kvm", "receiveRequest"]
    with pytest.raises(PepaError, match="once they are derived"):
        stepping.step(quiet, text, {"number": 3})
    passed = stepping.stroll(quiet, text, {"typed": ""}, 20, seed=3)["passed"]
    assert len(passed) == 20
    assert stepping.step(quiet, text, {"members": passed[-1]["members"]})["members"] == passed[-1]["members"]


def test_kinds_of_states_are_told():
    session = solved(CLASSES)
    rows = StateTable(session).states(quiet, 0, 4)["rows"]
    assert {row[3]: row[2] for row in rows} == {"A": "transient", "B": "class 1", "C": "transient", "D": "deadlock"}
    assert Stepping(session).step(quiet, CLASSES, {"typed": "D"})["activities"] == []


def test_words_to_type_are_offered():
    words = Stepping(Session()).state_words(quiet, model_text("vm_launch"))["words"]
    assert {"deadlock", "probability", "User3", "CM.CM3", "enabled(useVM)"} <= set(words)


def test_ways_lead_here_or_to_a_condition_derived_or_not():
    text = model_text("vm_launch")
    session = solved(text)
    for stepping in (Stepping(session), Stepping(Session())):
        there = stepping.way(quiet, text, {"typed": ""}, "User3 = 1")
        assert there["length"] == 14
        here = stepping.way(quiet, text, {"members": there["steps"][-1]["members"]}, "")
        assert here["length"] == 14
        with pytest.raises(PepaError, match="no state that can be reached"):
            stepping.way(quiet, text, {"typed": ""}, "deadlock")
        with pytest.raises(PepaError, match="is ever here"):
            stepping.way(quiet, text, {"typed": "User3=2 CM3 N3 TC5"}, "")
    near = Stepping(Session()).way(quiet, text, {"typed": "User0=2 User=3"}, "", likeliest=True)
    assert [step["action"] for step in near["steps"]] == ["generate_Kvm"] * 2
    likely = Stepping(session).way(quiet, text, {"number": 965}, "", likeliest=True)
    assert likely["probability"] >= Stepping(session).way(quiet, text, {"number": 965}, "")["probability"]


def test_steps_go_by_the_values_turned():
    text = "r = 2.0; n = 3; P = (a, r).Q; Q = (b, 1).P; P[n]"
    session = solved(text)
    stepping = Stepping(session)
    assert stepping.step(quiet, text, {"typed": ""})["exit"] == pytest.approx(6)
    there = stepping.step(quiet, text, {"typed": ""}, overrides={"r": 5.0, "n": 4.0})
    assert there["exit"] == pytest.approx(20)
    assert there["state"] is None  # the chain is of other values
    assert "11 states" in " ".join(session.advise(quiet, text, {"n": 10.0})["sentences"])
