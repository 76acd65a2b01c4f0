"""What the top line says of parameters and of the analysis, cut to its room by whole pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.query.kind import Kind
from tests.workbench.screens import screen_text, until
from workbench.parameters import Parameters
from workbench.standing import Standing
from workbench.status import StatusLines, _changed, _fitting, _reached, _tabs, figure
from workbench.told_keys import TellsKeys

PANES = ["source", "solver", "charts"]
REACHED = "  Alt+digit"


@pytest.mark.parametrize(
    ("value", "said"),
    [(1.0, "1"), (0.1234567, "0.123457"), (1e20, "1e+20"), (3, "3"), ("2*infty", "2*infty"), (None, "None")],
)
def test_a_parameter_in_a_few_digits(value, said):
    assert figure(value) == said


def test_what_is_turned_stands_with_what_it_was():
    assert _changed({"r": 1.0, "s": "infty"}, {"r": 2.5, "s": 3.0}, 60) == "r 1→2.5  s infty→3  "
    assert _changed({"r": 1.0}, {}, 60) == ""
    assert _changed({}, {"gone": 1.0}, 60) == "gone None→1  "


@given(st.dictionaries(st.text("abcde", min_size=1, max_size=40), st.floats(1, 1e9), max_size=5), st.integers(0, 90))
def test_what_is_turned_has_its_name_cut_for_the_room(overrides, width):
    found = _changed(dict.fromkeys(overrides, 1.0), overrides, width)
    assert len(found) <= width


LONG = "the_rate_at_which_a_customer_leaves_the_queue_unserved"


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("stale", [False, True])
async def test_how_a_run_stands_is_never_cut_for_names(width, stale):
    class Lines(TellsKeys):
        usual_keys = {f"app.{name}": "f5" for name in ("run", *PANES)}

        def compose(self):
            yield StatusLines(PANES)

    app = Lines()
    async with app.run_test(size=(width, 4)) as pilot:
        lines = app.query_one(StatusLines)
        lines.document, lines.dirty, lines.changed, lines.beside = f"{LONG}.pepa", True, True, 2
        lines.parameters = Parameters({LONG: 1.0, "r": 2.0})
        lines.overrides = {LONG: 0.123456, f"{LONG}_too": 7.0}
        lines.standing, lines.stale = Standing(states=687_225, seconds=12.3, solved=True), stale
        await pilot.pause()
        said = "687,225 states  ~ stale" if stale else "687,225 states  solved 12.3 s ✓"
        top = screen_text(app).splitlines()[0]
        assert top.endswith(said)
        assert "●" in top
        lines.changed, lines.beside = False, 0
        await pilot.pause()
        top = screen_text(app).splitlines()[0]
        assert top.endswith(said)
        assert "the" in top


names = st.text("abcde", min_size=1, max_size=8)


@given(st.dictionaries(names, st.floats(0, 1e9) | st.just("infty"), max_size=9), st.integers(0, 90))
def test_parameters_are_named_as_far_as_there_is_room(parameters, width):
    found = _fitting(parameters.items(), width)
    assert len(found) <= width
    pieces = [f"{name}={value}  " if value == "infty" else f"{name}={value:g}  " for name, value in parameters.items()]
    whole = "".join(pieces)
    shown = found.removesuffix("…")
    assert whole.startswith(shown)
    assert shown in {"".join(pieces[:number]) for number in range(len(pieces) + 1)}
    if len(whole) <= width:
        assert found == whole


@pytest.mark.parametrize(
    ("run", "stale", "said"),
    [
        (Standing(states=1234, seconds=0.25), False, "1,234 states  derived 250 ms ✓"),
        (Standing(states=8, seconds=0.999, solved=True), False, "8 states  solved 999 ms ✓"),
        (Standing(states=8, seconds=1.0, solved=True), False, "8 states  solved 1.0 s ✓"),
        (Standing(states=8, deadlocks=1, seconds=2.0, solved=True), False, "8 states · 1 deadlock  solved 2.0 s ✓"),
        (Standing(states=8, deadlocks=2, seconds=2.0, solved=True), True, "8 states · 2 deadlocks  ~ stale"),
        (Standing(states=8, seconds=2.0, solved=True, certain=False), False, "8 states  ✗ not certain"),
        (Standing(kind=Kind.FLUID), False, "≈ fluid, not exact"),
        (Standing(kind=Kind.FLUID), True, "≈ fluid  ~ stale"),
    ],
)
def test_the_analysis_in_a_few_words(run, stale, said):
    lines = StatusLines(PANES)
    lines.set_reactive(StatusLines.standing, run)
    lines.set_reactive(StatusLines.stale, stale)
    assert lines.analysis() == said
    lines.set_reactive(StatusLines.running, "deriving")
    assert lines.analysis() == "deriving"


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (60, " 1 Source  2 Solver  3 Charts " + REACHED),
        (31, " 1 Source  2 Solver  3 Charts "),
        (29, " 1  2 Solver  3 " + REACHED),
        (26, " 1  2 Solver  3 "),
    ],
)
def test_tabs_are_numbers_where_not_all_names_have_room(width, said):
    found = _tabs(PANES, "solver", width, REACHED)
    assert found.plain == said
    assert [span.style for span in found.spans if "reverse" in str(span.style)] != []


@pytest.mark.parametrize(
    ("keys", "said"),
    [(["Alt+1", "Alt+2"], "  Alt+digit"), (["F1", "F2"], "  Fdigit"), (["F4", "Alt+2"], ""), (["Alt+2", "Alt+1"], "")],
)
def test_how_panes_are_reached_is_told_where_it_is_by_their_numbers(keys, said):
    assert _reached(keys) == said


@pytest.mark.parametrize("width", [60, 70, 80, 120])
async def test_how_far_a_run_is_leaves_the_name_its_place(width):
    class Lines(TellsKeys):
        usual_keys = {f"app.{name}": "f5" for name in ("run", *PANES)}

        def compose(self):
            yield StatusLines(PANES)

    app = Lines()
    async with app.run_test(size=(width, 4)) as pilot:
        lines = app.query_one(StatusLines)
        lines.document, lines.dirty = "depot.pepa", True
        lines.running = "time 0.3203 of 100, with 349,668 states and 1,204,112 transitions · Esc cancels"
        await until(pilot, lambda: screen_text(app).startswith(" depot.pepa ● "))
        top = screen_text(app).splitlines()[0]
        assert " time 0.3203 of 100" in top
        assert len(top) <= width
