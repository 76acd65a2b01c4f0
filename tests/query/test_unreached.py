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
