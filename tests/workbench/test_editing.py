"""The text area: what is typed, pasted, undone and redone in windows of any size; what keys do to lines and words."""

import random

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App
from textual.widgets import Input

from workbench.widgets.editing.brackets import partner
from workbench.widgets.editing.faithful import LEFT, SPARE, _differing, _splice, steps_aside
from workbench.widgets.editing.line_edits import commented, indented, outdented
from workbench.widgets.editing.lines import Lines
from workbench.widgets.editing.words import word_at
from workbench.widgets.editor import PepaEditor


class Host(App[None]):
    CSS = "PepaEditor { border: none; padding: 0; } * { scrollbar-size: 1 1; }"

    def compose(self):
        yield PepaEditor("", id="editor")
        yield Input(id="other")


PIECES = ["x", "\n", "P = (a, r).Q;\n", "\t", "é", "e\u0301", "漢", "(", "<a>", ";", "\r\n", "\x0c", "\u2028", 90 * "w"]
ACTIONS = [
    "cursor_up", "cursor_down", "cursor_left", "cursor_right", "cursor_word_left(True)", "cursor_word_right",
    "cursor_line_start", "cursor_line_end(True)", "cursor_page_up", "cursor_page_down(True)", "text_start(True)",
    "text_end", "cut", "paste", "delete_left", "delete_right", "delete_word_left", "delete_word_right",
    "delete_to_start_of_line", "delete_to_end_of_line_or_delete_line", "indent", "outdent", "move_lines(-1)",
    "move_lines(1)", "duplicate_line", "toggle_comment", "toggle_wrap", "undo", "undo", "redo",
]  # fmt: skip


async def one_step(pilot, editor, chance):
    what = chance.random()
    if what < 0.25:
        editor.replace_typed(chance.choice(PIECES))
    elif what < 0.4:
        text = "".join(chance.choice(PIECES) for _ in range(chance.randrange(60)))
        await editor._on_paste(events.Paste(text))
    elif what < 0.85:
        await editor.run_action(chance.choice(ACTIONS))
    elif what < 0.93:
        editor.styles.width, editor.styles.height = chance.randrange(4, 90), chance.randrange(2, 30)
    else:
        await pilot.pause()


async def edits_undone_and_redone(seeds):
    app = Host()
    async with app.run_test(size=(100, 35)) as pilot:
        editor = app.query_one(PepaEditor)
        for seed in seeds:
            chance = random.Random(seed)
            start = "".join(chance.choice(PIECES) for _ in range(chance.randrange(12)))
            editor.load_text(start)
            start = editor.text
            for _ in range(chance.randrange(1, 16)):
                await one_step(pilot, editor, chance)
                row, column = editor.cursor_location
                assert editor.clamp_visitable((row, column)) == (row, column), seed
            await pilot.pause()
            end = editor.text
            assert editor.document.lines == end.split("\n"), seed
            assert editor.document._widths == list(Lines(end)._widths), seed
            while editor.history.undo_stack:
                editor.undo()
            assert editor.text == start, seed
            await pilot.pause()
            while editor.history.redo_stack:
                editor.redo()
            await pilot.pause()
            while editor.history.undo_stack:
                editor.undo()
            assert editor.text == start, seed
        assert app._exception is None


async def test_edits_in_windows_of_any_size_are_undone():
    await edits_undone_and_redone(range(12))


@pytest.mark.slow
async def test_edits_in_windows_of_any_size_are_undone_at_length():
    await edits_undone_and_redone(range(1000, 11_000))


async def test_undo_of_a_paste_that_brought_a_scrollbar():
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.load_text("r = 1.0;\nP = (a, r).P;\nP\n")
        editor.focus()
        app.post_message(events.Paste("".join(f"// line {number}\n" for number in range(30))))
        await pilot.pause()
        assert editor.document.line_count == 34
        await pilot.press("ctrl+z")
        assert editor.text == "r = 1.0;\nP = (a, r).P;\nP\n"
        await pilot.press("ctrl+y")
        assert editor.document.line_count == 34


STEPS = [
    ("ctrl+underscore",), ("alt+up",), ("alt+down",), ("ctrl+d",), ("shift+down", "tab"), ("shift+tab",),
    ("ctrl+k",), ("ctrl+w",), ("enter",), ("x",), ("ctrl+x",), ("shift+right", "ctrl+x"),
]  # fmt: skip


@pytest.mark.parametrize("keys", STEPS)
async def test_redo_brings_text_and_selection_to_where_the_keys_brought_them(keys):
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.load_text("one\n  two = (a, r).two;\nthree\nfour\n")
        editor.focus()
        editor.move_cursor((1, 7))
        await pilot.press(*keys[:-1])
        before = editor.text, editor.selection
        await pilot.press(keys[-1])
        after = editor.text, editor.selection
        assert after[0] != before[0]
        await pilot.press("ctrl+z")
        assert (editor.text, editor.selection) == before
        editor.move_cursor((3, 0))
        await pilot.press("ctrl+y")
        assert (editor.text, editor.selection) == after


async def typed(text, *keys, at=(0, 0)):
    """Return text, cursor and selection of an editor after keys."""
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.load_text(text)
        editor.focus()
        editor.move_cursor(at)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        return editor.text, editor.cursor_location, editor.selected_text, app.focused


@pytest.mark.parametrize(
    ("text", "at", "keys", "after", "cursor"),
    [
        ("  P = Q", (0, 7), ["enter", "x"], "  P = Q\n  x", (1, 3)),
        ("  P = Q", (0, 7), ["enter", "enter", "x"], "  P = Q\n\n  x", (2, 3)),
        ("  P = Q\n    ", (1, 2), ["enter", "ctrl+z", "x"], "  P = Q\n  x  ", (1, 3)),
        ("P", (0, 1), ["tab", "x"], "P x", (0, 3)),
        ("a\nb\nc", (0, 0), ["shift+down", "shift+down", "tab"], "  a\n  b\nc", (2, 0)),
        ("  a\n b\nc", (0, 0), ["shift+down", "shift+down", "shift+tab"], "a\nb\nc", (2, 0)),
        ("a\nb\nc", (1, 1), ["alt+up"], "b\na\nc", (0, 1)),
        ("a\nb\nc", (1, 1), ["alt+down"], "a\nc\nb", (2, 1)),
        ("a\nb\nc", (0, 1), ["alt+up"], "a\nb\nc", (0, 1)),
        ("a\nb", (0, 1), ["ctrl+d"], "a\na\nb", (1, 1)),
        ("a\nb", (0, 1), ["ctrl+underscore"], "// a\nb", (0, 4)),
        ("  // a\nb", (0, 5), ["ctrl+underscore"], "  a\nb", (0, 2)),
        ("a\nb\nc", (0, 0), ["ctrl+end", "x", "ctrl+home", "y"], "ya\nb\ncx", (0, 1)),
        ("ab\ncd", (0, 1), ["alt+down", "ctrl+z"], "ab\ncd", (0, 1)),
        ("e\u0301x", (0, 0), ["right", "y"], "e\u0301yx", (0, 3)),
    ],
)
async def test_keys_of_lines(text, at, keys, after, cursor):
    found = await typed(text, *keys, at=at)
    assert found[:2] == (after, cursor)


async def test_tab_right_after_escape_leaves():
    text, _, _, focused = await typed("P", "escape", "tab")
    assert (text, focused.id) == ("P", "other")
    text, _, _, focused = await typed("P", "escape", "x", "tab")
    assert (text, focused.id) == ("x P", "editor")


async def test_two_clicks_take_a_word_and_three_a_line():
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.load_text("r = 1;\nP1' = (act, r).Q;\n")
        await pilot.pause()
        await pilot.click(editor, offset=(editor.gutter_width + 8, 1), times=2)
        assert editor.selected_text == "act"
        await pilot.click(editor, offset=(editor.gutter_width + 1, 1), times=2)
        assert editor.selected_text == "P1'"
        await pilot.click(editor, offset=(editor.gutter_width + 1, 1), times=3)
        assert editor.selected_text == "P1' = (act, r).Q;\n"


async def test_pages_are_whole():
    app = Host()
    async with app.run_test(size=(40, 14)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.load_text("\n".join(f"{number:<80}" for number in range(100)))
        editor.focus()
        await pilot.pause()
        rows = editor.scrollable_content_region.height
        await pilot.press("pagedown", "pagedown")
        assert editor.cursor_location[0] == 2 * rows
        assert editor.scroll_offset.y == 2 * rows
        await pilot.press("pageup")
        assert editor.cursor_location[0] == rows


async def test_the_end_of_a_long_line_moves_by_windows_and_its_size_with_it():
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.load_text("x" * 200)
        editor.focus()
        await pilot.press("end")
        seen = set()
        for _ in range(100):
            await pilot.press("y")
            seen.add((editor.scroll_offset.x, editor.virtual_size.width))
            left = editor.cursor_screen_offset.x - editor.gutter_width
            assert 0 <= left < editor.scrollable_content_region.width - editor.gutter_width
            assert editor.scroll_offset.x == editor.max_scroll_x
        assert len(seen) <= 4


@pytest.mark.parametrize("window", [1, 3, 10, 75, 150])
def test_a_window_goes_sideways_no_further_than_it_must(window):
    places = [steps_aside(column, window) for column in range(1000)]
    assert places == sorted(places)
    for column, left in enumerate(places):
        step = max(1, window - min(LEFT, window // 4))
        assert left % step == 0
        assert left - step < max(1, column + SPARE - window) <= max(1, left)


@pytest.mark.parametrize(
    ("text", "bracket", "place"),
    [
        ("(a, (b))", (0, 0), (0, 7)),
        ("P <a, b> Q", (0, 7), (0, 2)),
        ("(a\n b)", (0, 0), (1, 2)),
        ("(a; b)", (0, 0), None),
    ],
)
def test_partners_of_brackets(text, bracket, place):
    lines = text.split("\n")
    assert partner(lines, lines[bracket[0]][bracket[1]], bracket) == place


def test_lines_there_and_back():
    lines = ["P", "", "  Q", "\tR"]
    assert outdented(indented(lines)) == lines
    assert commented(commented(lines)) == lines
    assert commented(["// a", "b"]) == ["// // a", "// b"]


@pytest.mark.parametrize(("column", "word"), [(0, "ab'"), (3, "ab'"), (4, ""), (5, "1.5e-3"), (12, '"q r"')])
def test_words(column, word):
    line = 'ab\'  1.5e-3 "q r"'
    start, end = word_at(line, column)
    assert line[start:end] == word


def test_only_what_differs_is_replaced():
    chance = random.Random(7)
    for _ in range(500):
        old = [chance.choice("abc") for _ in range(chance.randrange(1, 7))]
        new = [chance.choice("abc") for _ in range(chance.randrange(1, 7))]
        if old == new:
            continue
        document = Lines("\n".join(old))
        start, end, piece = _splice(old, new, *_differing(old, new))
        document.replace_range(start, end, piece)
        assert document.lines == new
        assert document.get_size(4).width == max(map(cell_len, new))
