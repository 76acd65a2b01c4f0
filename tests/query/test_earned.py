"""What is earned on the way of passages, visits and sojourn times: closed forms, and what must add up."""

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text
from pepa.query.asking import Asking
from pepa.query.earned import earned
from pepa.query.exact import exact_values
from pepa.query.fluid_passage import fluid_passage
from pepa.query.kind import Kind
from pepa.query.measure import measured, understood
from pepa.query.passage import by_probe, passage, questions
from tests.models import derive, model_text, solve

RETRIED = "A = (ask, 1.0).B; B = (work, 2.0).C + (drop, 0.5).A; C = (tell, 4.0).A; A[3]"


def on_the_way(text, what, asked):
    return earned(passage(compile_text(text), asked, Control()), what)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("drop", 0.25),  # of each try 0.2 are dropped
        ("ask", 1.25),
        ("tell", 1.0),  # the end is on the way
        ("A", 1.25),
        ("B", 1.25 / 2.5),
        ("visits(member.B > 0)", 1.25),
        ("2 * member.C - member.C", 0.25),
        ("A.A >= 0", 2.0),
    ],
)
def test_closed_forms(what, value):
    found = on_the_way(RETRIED, what, questions("tell", ["tell"], "A"))
    assert found.value == pytest.approx(value, rel=1e-12)
    assert abs(found.value - value) <= found.error + 1e-15


def test_parts_of_a_way_add_up():
    text = model_text("vm_launch")
    solved = solve(text)
    values = exact_values(solved)
    whole = measured("passage(User: User1 -> User3)", values)
    (user,) = (group for group in solved.derived.net.groups if group.name == "User")
    others = [label for label in user.component.labels if label != "User3"]
    parts = [measured(f"earned({label}, User: User1 -> User3)", values) for label in others]
    assert sum(parts) == pytest.approx(whole, rel=1e-11)
    every = [measured(f"earned({action}, useVM -> useVM)", values) for action in solved.derived.net.actions]
    often = [
        solved.measures.throughput[action] / solved.measures.throughput["useVM"]
        for action in solved.derived.net.actions
    ]
    assert every == pytest.approx(often, rel=1e-9)
    probed = by_probe("User::receiveRequest:start, end{2}, forward_N_id_To_User:stop")
    assert earned(passage(solved.derived.compiled, probed, Control()), "forward_N_id_To_User").value >= 1


def test_visits_and_sojourn_times():
    values = exact_values(solve("A = (ask, 1.0).B; B = (work, 2.0).C; C = (tell, 4.0).A; A"))
    for states, stay in (("A = 1", 1.0), ("B + C = 1", 0.75)):
        assert measured(f"visits({states})", values) == pytest.approx(1 / 1.75, rel=1e-12)
        assert measured(f"sojourn({states})", values) == pytest.approx(stay, rel=1e-12)
    asking = Asking(derive("A = (ask, 1.0).B; B = (work, 2.0).A; A"), Control())
    assert asking.answer("R{visits(B = 1)}=? [ F B = 1 ]").value == pytest.approx(1.0)
    assert asking.answer("R{visits(B = 1)}=? [ S ]").value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("visits(A)", "true or false"),
        ("sojourn(nothing = 1)", "no local derivative"),
        ("earned(ask -> tell)", "of one passage"),
        ("earned(nothing, ask -> tell)", "no action or local derivative"),
        ("earned(P=? [ F A = 1 ], ask -> tell)", "no value in a state|earns nothing"),
        ("earned(tell, P: ask -> tell)", "no group"),
    ],
)
def test_what_has_no_meaning(text, said):
    with pytest.raises(PepaError, match=said):
        understood([text], compile_text(RETRIED).net, Kind.EXACT)


def test_what_is_not_known():
    never = "A = (ask, 1.0).B; B = (work, 2.0).C + (drop, 0.5).D; C = (tell, 4.0).C; D = (idle, 1.0).D; A"
    with pytest.raises(PepaError, match="never ends"):
        on_the_way(never, "drop", questions("init", ["tell"]))
    with pytest.raises(PepaError, match="exactly only"):
        earned(fluid_passage(compile_text(RETRIED).net, questions("tell", ["tell"], "A"), Control()), "drop")
    with pytest.raises(PepaError, match="needs the probabilities of states"):
        understood(["visits(A > 0)"], compile_text(RETRIED).net, Kind.FLUID)
