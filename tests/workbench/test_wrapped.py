"""Rows of lines: as Textual has them, but for the time it takes where nothing is wrapped."""

from hypothesis import given
from hypothesis import strategies as st
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset

from tests.workbench.screens import told, until, workbench
from workbench.widgets.editing.columns import TAB
from workbench.widgets.editing.lines import Lines
from workbench.widgets.editing.wrapped import MOST_WRAPPED, Wrapped
from workbench.widgets.editor import PepaEditor

LINES = st.lists(st.text("ab \t漢é", max_size=12), min_size=1, max_size=6)


@given(LINES, st.integers(0, 9), LINES, st.tuples(*[st.integers(0, 12)] * 4))
def test_rows_are_those_of_textual(lines, width, new, place):
    text = "\n".join(lines)
    ours, theirs = Wrapped(Lines(text), width, TAB), WrappedDocument(Lines(text), width, TAB)
    alike(ours, theirs)
    top, bottom = sorted((place[0] % len(lines), place[1] % len(lines)))
    start, end = sorted(((top, place[2] % (len(lines[top]) + 1)), (bottom, place[3] % (len(lines[bottom]) + 1))))
    for one in (ours, theirs):
        done = one.document.replace_range(start, end, "\n".join(new))
        one.wrap_range(start, end, done.end_location)
    assert ours.document.text == "\n".join(ours.document.lines)
    assert ours.document.get_size(TAB) == Lines(ours.document.text).get_size(TAB)
    alike(ours, theirs)


PLACE = st.tuples(*[st.integers(0, 40)] * 4)


@given(LINES, st.lists(st.tuples(PLACE, LINES, st.booleans()), max_size=8))
def test_the_whole_text_is_that_of_the_lines_whenever_it_is_asked_for(lines, edits):
    document = Lines("\n".join(lines))
    for (top, bottom, left, right), new, looks in edits:
        rows = document.line_count
        document.replace_range((top % rows, left), (bottom % rows, right), "\n".join(new))
        if looks:
            assert document.text == "\n".join(document.lines)
    assert document.text == "\n".join(document.lines)


def alike(ours, theirs):
    assert ours.height == theirs.height
    assert [ours._offset_to_line_info[row] for row in range(ours.height)] == theirs._offset_to_line_info
    for line, text in enumerate(theirs.document.lines):
        assert ours.get_offsets(line) == theirs.get_offsets(line)
        assert ours.get_sections(line) == theirs.get_sections(line)
        for column in range(len(text) + 1):
            assert ours.location_to_offset((line, column)) == theirs.location_to_offset((line, column))
    for row in range(-1, theirs.height + 2):
        for x in range(-1, 12):
            assert ours.offset_to_location(Offset(x, row)) == theirs.offset_to_location(Offset(x, row))


async def test_very_many_lines_are_not_wrapped(tmp_path):
    path = tmp_path / "long.pepa"
    path.write_text("\n" * (MOST_WRAPPED + 1))
    async with workbench(path) as (app, pilot):
        await pilot.press("shift+f6")
        await pilot.pause()
        await until(pilot, lambda: "more than 100,000 lines is not wrapped" in told(app))
        assert not app.query_one(PepaEditor).soft_wrap
