"""Where a state is in the text of its model."""

from pepa.explore.lit import lit
from pepa.explore.place import initial, typed
from pepa.explore.steps import Steps
from pepa.net.compile import load
from pepa.query.analysis import compile_text
from tests.models import model_text


def words(text, place=""):
    net = compile_text(text).net
    counts = typed(place, net) if place else initial(net)
    found = lit(load(text)[0], net, counts, Steps(net).activities(counts))
    return ([text[span.start : span.end] for span in spans] for spans in (found.here, found.can))


def test_names_of_places_and_what_can_happen():
    here, can = words(model_text("vm_launch"), "User3=2 User2 User1=2 CM4 N1 TC5")
    assert here == ["User1", "User2", "User3", "CM4", "N1", "TC5"]
    shared = ["forward_N_id_To_User, r17", "end, r13"]
    assert can == [*shared, "useVM, r18", *shared, "end, r13", "end, r13"]


def test_places_without_a_name_are_told_by_what_leads_out():
    here, can = words("P = (a, 1).(b, 2).P;\nP[2]", '"(b, 2).P"=1')
    assert here == ["P", "b, 2"]
    assert can == ["a, 1"]
