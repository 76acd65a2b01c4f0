"""A process that is defined and no component comes to is said to be that, wherever a local derivative is wanted."""

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.explore.place import typed
from pepa.net.compile import compile_model, load
from pepa.query.analysis import compile_text
from pepa.query.asking import Asking
from pepa.query.kind import Kind
from pepa.query.measure import understood
from tests.models import derive

TEXT = """// two that work, and one that is left over
Ready   = (begin, 2).Working;
Working = (finish, 3).Ready;
Broken  = (mend, 1).Ready;
Also    = Ready;
Both    = Ready || Working;
Both
"""
SAID = "`Broken` is defined at line 4 but never reached"


@pytest.mark.parametrize(
    "measure",
    ["population(Broken)", "sojourn(Broken = 1)", "mean(Broken)", "variance(Broken + Ready)", "responsetime(Broken)"],
)
def test_a_measure_of_what_is_never_reached(measure):
    with pytest.raises(PepaError, match=SAID):
        understood([measure], compile_text(TEXT).net, Kind.EXACT)


@pytest.mark.parametrize("question", ["P=? [ F<=1 Broken >= 2 ]", "S=? [ Broken = 1 ]", "passage(Broken -> finish)"])
def test_a_question_about_what_is_never_reached(question):
    with pytest.raises(PepaError, match=SAID):
        Asking(derive(TEXT), Control()).answer(question)


def test_what_is_typed_of_a_state():
    with pytest.raises(PepaError, match=SAID):
        typed("Broken=1", compile_text(TEXT).net)


def test_only_processes_that_a_component_could_be_are_unreached():
    assert compile_model(load(TEXT)[0]).unreached == {"Broken": 4}
    assert compile_model(load("P = (a, 1).P;\nP\n")[0]).unreached == {}


def test_one_that_is_not_reached_at_these_rates_has_a_value():
    text = TEXT.replace("Working = (finish, 3).Ready;", "Working = (finish, 3).Ready + (fail, 0).Broken;")
    assert compile_model(load(text)[0]).unreached == {}


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("On = Work; Work = (do, 1).Rest + (chat, 2).On; Rest = (wake, 2).On; On[2]", "Work", "On"),
        ("On = Mid; Mid = Work; Work = (do, 1).Rest; Rest = (wake, 2).On; On[2]", "Work", "On"),
        ("On = Mid; Mid = Work; Work = (do, 1).Rest; Rest = (wake, 2).On; On[2]", "Mid", "On"),
        ("Same = On; On = (do, 1).Rest; Rest = (wake, 2).On; On[2]", "Same", "On"),
        ("Same = Rest; On = (do, 1).Rest; Rest = (wake, 2).On; On[2]", "Same", "Rest"),
    ],
)
def test_another_name_of_a_local_derivative_is_told_with_it(text, name, other):
    net = compile_text(text).net
    for asked in (f"population({name})", f"mean({name})", f"utilisation({name})"):
        with pytest.raises(PepaError, match=f"`{name}` is named `{other}` in this model") as caught:
            understood([asked], net, Kind.EXACT)
        assert caught.value.hint == f"ask for `{other}`"
    understood([f"population({other})"], net, Kind.EXACT)


def test_both_names_are_names_where_both_are_come_to():
    net = compile_text("On = Work; Work = (do, 1).Rest; Rest = (wake, 2).On + (go, 1).Work; On[2]").net
    assert net.known_as == {}
    understood(["population(On)", "population(Work)"], net, Kind.EXACT)


@pytest.mark.parametrize(
    ("asked", "said"),
    [("Broken", SAID), ("2 * Broken", SAID), ("Also", "named `Ready`"), ("1 / Also", "named `Ready`")],
)
def test_a_name_alone_of_what_is_never_reached(asked, said):
    with pytest.raises(PepaError, match=said):
        understood([asked], compile_text(TEXT).net, Kind.EXACT)


def test_a_name_alone_of_what_is_hidden():
    with pytest.raises(PepaError, match="`a` is hidden"):
        understood(["a"], compile_text("P = (a, 1).Q; Q = (b, 1).P; P/{a}").net, Kind.EXACT)
