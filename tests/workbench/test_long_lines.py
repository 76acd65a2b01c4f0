"""Long lines: of them is looked at what is in the window, and what an edit changes; drawn they are as any other."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual._cells import cell_width_to_column_index
from textual.app import App
from textual.expand_tabs import expand_tabs_inline
from textual.widgets import TextArea

from pepa.language.highlight import stops
from tests.workbench.screens import told, until, workbench
from workbench.widgets.editing import coloured, columns, lines, words
from workbench.widgets.editing.columns import TAB
from workbench.widgets.editing.lines import Lines
from workbench.widgets.editing.wrapped import WIDEST
from workbench.widgets.editor import PepaEditor

KEYS = [
    "x", "(", "backspace", "quotation_mark", "backspace", "slash", "backspace", "left", "right", "ctrl+left",
    "ctrl+right", "shift+right", "up", "down", "end", "ctrl+z", "ctrl+y", "home", "shift+end", "left", "end",
    "shift+home", "right", "delete", "ctrl+left", "enter", "ctrl+delete", "ctrl+backspace",
]  # fmt: skip
KINDS = {
    "plain": "P = " + " + ".join(f"(a{number % 7}, r / 2.5).P{number}" for number in range(4_000)) + ";",
    "wide and tabs": "P = " + " + ".join(f"(a, r).P{number} /* 日本\t漢 e\u0301 */\t" for number in range(3_000)) + ";",
    "a comment": "P = Q; // " + "漢字\tr = 2.0; " * 5_000,
}
SIGNS = ["a", "(b, r)", " ", "\t", "漢", "é", "e\u0301", "/*", "*/", '"', "\U0001f469\u200d\U0001f4bb", "\x07"]
TEXTS = st.lists(st.sampled_from(SIGNS)).map("".join)


class Host(App[None]):
    CSS = "PepaEditor { border: none; padding: 0; } * { scrollbar-size: 1 1; }"

    def compose(self):
        yield PepaEditor("", id="editor")


def expanded(line):
    """Return what a line looks like as a whole."""
    return expand_tabs_inline(columns.drawn(line), TAB) + " "


def stretch_of(text, left, width):
    """Return the columns of a text from one on, half characters as blanks."""
    cells = []
    for start, end, wide in columns.split_graphemes(text)[0]:
        cells += [text[start:end], *[""] * (wide - 1)] if wide else []
        if not wide and cells:
            cells[-1] += text[start:end]
    seen = (cells[left : left + width] + [" "] * width)[:width]
    seen[0] = seen[0] or " "
    if left + width < len(cells) and cells[left + width] == "":
        seen[-1] = " "
    return "".join(seen)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("size", "shares"), [((80, 24), (0.001, 1.0)), ((200, 50), (0.5,))])
async def test_a_key_looks_at_no_more_of_a_long_line_than_is_seen(kind, size, shares, monkeypatch):
    looked = []
    real_tokens, real_behind = coloured.tokens, columns.behind

    def tokens(line, start, end):
        for token in real_tokens(line, start, end):
            looked.append(1)
            yield token

    def behind(text, column=0):
        looked.append(len(text))
        return real_behind(text, column)

    app = Host()
    async with app.run_test(size=size) as pilot:
        editor = app.query_one(PepaEditor)
        editor.load_text(f"r = 1.0;\n{KINDS[kind]}\nP\n")
        editor.focus()
        await pilot.pause()
        monkeypatch.setattr(coloured, "tokens", tokens)
        monkeypatch.setattr(columns, "behind", behind)
        for at in (int(share * len(KINDS[kind])) for share in shares):
            editor.move_cursor((1, at))
            for key in KEYS:
                looked.clear()
                await pilot.press(key)
                await pilot.pause()
                rows = [editor._render_line(y) for y in range(4)]
                assert {row.cell_length for row in rows} == {editor.region.width}, key
                assert max(looked, default=0) <= 3 * columns.PIECE, (at, key)
                assert sum(looked) <= 50 * columns.PIECE, (at, key)
                if key not in ("x", "delete", "ctrl+z", "end", "enter"):
                    continue
                line, width = editor.document.lines[1], editor.scrollable_content_region.width - editor.gutter_width
                seen = stretch_of(expanded(line), editor.scroll_offset.x, width)
                assert stretch_of(rows[1].text, editor.gutter_width, width) == seen, (at, key)


async def test_a_long_line_is_coloured_as_if_all_of_it_were():
    app = Host()
    async with app.run_test(size=(60, 5)) as pilot:
        editor = app.query_one(PepaEditor)
        for text in KINDS.values():
            editor.load_text(f"/* open\n{text}\nand */ {text}\n{text}")
            await pilot.pause()
            for row in range(1, 4):
                length = len(editor.document.lines[row])
                whole = [*editor.coloured(row, 0, length).render(app.console)]
                looks = [style for part, style, _ in whole for _ in part]
                for first in (0, 3000, length // 2 + 7, length - 50):
                    part = [*editor.coloured(row, first, first + 50).render(app.console)]
                    assert [style for text, style, _ in part for _ in text] == looks[first : first + 50], (row, first)


PLACES = st.tuples(st.integers(0, 3), st.integers(0, 40))
EDITS = st.lists(st.tuples(PLACES, PLACES, st.lists(TEXTS, min_size=1, max_size=3)), max_size=6)


@given(
    st.lists(TEXTS, max_size=3),
    st.lists(st.tuples(PLACES, PLACES, st.lists(TEXTS, min_size=1, max_size=3)), max_size=6),
)
def test_columns_of_long_lines_are_those_of_the_whole(texts, edits):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LONG", 5)
        patch.setattr(columns, "PIECE", 3)
        document = Lines("\n".join(texts))
        for start, end, new in edits:
            rows = document.line_count
            document.replace_range((start[0] % rows, start[1]), (end[0] % rows, end[1]), "\n".join(new))
        for row, line in enumerate(document.lines):
            drawn, long = columns.drawn(line), document.long_line(row)
            assert (long.text if long is not None else None) == (line if len(line) >= 5 else None)
            assert long is None or (long.stops.quote, long.stops.is_open) == (stops(line).quote, stops(line).is_open)
            for character in range(len(line) + 1):
                assert document.column(row, character) == cell_len(expand_tabs_inline(drawn[:character], TAB))
            assert document.width(row) == document.column(row, len(line))
            if "\u200d" not in line:  # what it joins Textual counts apart
                for column in range(document.width(row) + 3):
                    assert document.character(row, column) == cell_width_to_column_index(drawn, column, TAB)


@pytest.mark.parametrize("seed", range(4))
async def test_words_are_those_of_the_whole_line(seed, monkeypatch):
    monkeypatch.setattr(words, "NEAR", 3)
    chance = random.Random(seed)
    app = Host()
    async with app.run_test():
        editor = app.query_one(PepaEditor)
        for _ in range(60):
            text = "".join(chance.choice("ab_ ('\t1.漢\n") for _ in range(chance.randrange(40)))
            editor.load_text(text)
            row = chance.randrange(editor.document.line_count)
            editor.move_cursor((row, chance.randrange(len(editor.document.lines[row]) + 1)))
            assert editor.get_cursor_word_left_location() == TextArea.get_cursor_word_left_location(editor)
            assert editor.get_cursor_word_right_location() == TextArea.get_cursor_word_right_location(editor)


async def test_a_line_too_long_for_that_is_not_wrapped(tmp_path):
    path = tmp_path / "long.pepa"
    path.write_text(f"P = Q;\n// {'x' * WIDEST}\n")
    async with workbench(path) as (app, pilot):
        await pilot.press("shift+f6")
        await pilot.pause()
        await until(pilot, lambda: "more than 50,000 columns is not wrapped" in told(app))
        editor = app.query_one(PepaEditor)
        assert not editor.soft_wrap
        editor.load_text("P = Q;")
        await pilot.press("shift+f6")
        assert editor.soft_wrap
        editor.insert("y" * (WIDEST + 1))
        assert not editor.soft_wrap
