"""What is written to the terminal, held against a terminal that draws every cell anew."""

import io

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.events import Resize
from textual.geometry import Region, Size
from textual.strip import Strip

from tests.workbench.screens import until, workbench
from workbench.terminal import screen_diff
from workbench.terminal.screen_diff import DiffUpdate

ROWS, COLUMNS = 4, 30
CONSOLE = Console(color_system="256", force_terminal=True, width=COLUMNS)
STYLES = st.builds(
    Style,
    color=st.sampled_from([None, "red", "#ffffff", "color(44)"]),
    bgcolor=st.sampled_from([None, "blue", "#102030"]),
    bold=st.sampled_from([None, True]),
    italic=st.sampled_from([None, True]),
    strike=st.sampled_from([None, None, True]),
    underline=st.sampled_from([None, None, True]),
    reverse=st.sampled_from([None, None, True]),
)
TEXTS = st.text("ab .─日", max_size=12) | st.integers(1, COLUMNS).map(lambda count: " " * count)
LINES = st.lists(st.tuples(TEXTS, STYLES | st.none()), min_size=1, max_size=5)
SCREENS = st.lists(st.lists(LINES, min_size=ROWS, max_size=ROWS), min_size=1, max_size=4)


def strips(screen):
    return [Strip([Segment(text, style) for text, style in line]).adjust_cell_length(COLUMNS) for line in screen]


def terminal():
    screen = pyte.Screen(COLUMNS, ROWS)
    return screen, pyte.Stream(screen)


def cells(screen):
    """Return what is seen of every cell: of a blank one no more than its ground and the lines through it."""
    seen = []
    for y in range(ROWS):
        for x in range(COLUMNS):
            one = screen.buffer[y][x]
            shows = one.data != " " or one.reverse or one.underscore or one.strikethrough
            drawn = (one.fg, one.bold, one.italics) if shows else ()
            seen.append((one.data, one.bg, one.reverse, one.underscore, one.strikethrough, *drawn))
    return seen


@pytest.mark.parametrize("erases", [True, False])
@settings(max_examples=150)
@given(SCREENS)
def test_the_terminal_shows_what_was_drawn(erases, screens):
    shadow = {}
    shown, written = terminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen_diff, "erases_in_colour", lambda: erases)
        for screen in map(strips, screens):
            pieces = [[Strip([segment]) for segment in line] for line in screen]
            update = LayoutUpdate(pieces, Region(0, 0, COLUMNS, ROWS))
            written.feed(DiffUpdate(shadow, update).render_segments(CONSOLE))
            whole, plainly = terminal()
            for y, line in enumerate(screen, 1):
                drawn = "".join(
                    style.render(text, color_system=CONSOLE._color_system) if style else text for text, style, _ in line
                )
                plainly.feed(f"\x1b[{y};1H\x1b[0m{drawn}")
            assert cells(shown) == cells(whole)


def update(lines, style=None):
    strips = [[Strip([Segment(line, style)])] for line in lines]
    return LayoutUpdate(strips, Region(0, 0, len(lines[0]), len(lines)))


def test_the_screen_layer_writes_only_what_changed():
    console = Console(file=io.StringIO(), force_terminal=True, color_system="256")
    shadow, screen = {}, pyte.Screen(20, 2)
    terminal = pyte.Stream(screen)
    screens = [
        ["hello world         ", "second line         "],
        ["hello there         ", "second line         "],
        ["hello there         ", "2nd line    and more"],
        ["                    ", "                    "],
    ]
    sizes = []
    for lines in screens:
        written = DiffUpdate(shadow, update(lines, Style(color="red"))).render_segments(console)
        terminal.feed(written)
        sizes.append(len(written))
        assert screen.display == lines
    assert sizes[1] < sizes[0] / 2
    assert DiffUpdate(shadow, update(screens[-1], Style(color="red"))).render_segments(console) == ""


def test_a_change_of_style_alone_is_written():
    console = Console(file=io.StringIO(), force_terminal=True, color_system="256")
    shadow = {}
    DiffUpdate(shadow, update(["abc"])).render_segments(console)
    assert "abc" in DiffUpdate(shadow, update(["abc"], Style(bold=True))).render_segments(console)


@pytest.mark.parametrize("text", ["e\u0301x", "\U0001f469\u200d\U0001f4bbx", "x\u0301\u0302y"])
def test_marks_and_joiners_are_written_with_what_they_change(text):
    console = Console(file=io.StringIO(), force_terminal=True, color_system="256")
    whole = LayoutUpdate([[Strip([Segment(text)])]], Region(0, 0, 4, 1))
    apart = LayoutUpdate([[Strip([Segment(text[0]), Segment(text[1:], Style(bold=True))])]], Region(0, 0, 4, 1))
    assert text[:-1] in DiffUpdate({}, whole).render_segments(console)
    assert text[:2] in DiffUpdate({}, apart).render_segments(console)


def test_only_what_changed_is_written_and_blanks_by_their_number(monkeypatch):
    monkeypatch.setattr(screen_diff, "erases_in_colour", lambda: True)
    shadow = {}

    def wrote(text):
        line = Strip([Segment(text, Style(bgcolor="blue"))]).adjust_cell_length(COLUMNS)
        return DiffUpdate(shadow, LayoutUpdate([[line]], Region(0, 0, COLUMNS, 1))).render_segments(CONSOLE)

    assert wrote("a" + " " * 20 + "b") == "\x1b[1;1H\x1b[44ma\x1b[20X\x1b[20Cb\x1b[0m\x1b[8X"
    assert wrote("a" + " " * 20 + "c") == "\x1b[1;22H\x1b[0;44mc\x1b[0m".replace("0;44", "44")
    assert not wrote("a" + " " * 20 + "c")


def test_an_attribute_ends_by_itself_and_the_cursor_goes_on_in_its_row(monkeypatch):
    monkeypatch.setattr(screen_diff, "erases_in_colour", lambda: True)
    usual, bold = Style(color="red", bgcolor="blue"), Style(color="red", bgcolor="blue", bold=True)
    shadow = {}

    def wrote(*parts):
        strips = [Strip([Segment(text, style)]) for text, style in parts]
        return DiffUpdate(shadow, LayoutUpdate([strips], Region(0, 0, COLUMNS, 1))).render_segments(CONSOLE)

    assert wrote(("one", usual), ("two", bold), ("three 78901234", usual)) == (
        "\x1b[1;1H\x1b[31;44mone\x1b[1mtwo\x1b[22mthree 78901234\x1b[0m"
    )
    assert wrote(("oNe", usual), ("two", bold), ("tHree 78901_34", usual)) == (
        "\x1b[1;2H\x1b[31;44mN\x1b[5CH\x1b[9C_\x1b[0m"
    )
    assert wrote(("oNe", usual), ("two", bold), ("THrEe 78901_34", usual)).endswith("mTHrE\x1b[0m")


def test_what_is_outside_of_the_terminal_is_not_drawn():
    """A terminal draws into its last column, or line, what is to go behind it."""
    lines = [[Strip([Segment("─" * 10 + "日" + "b" * 9 + "│")])] for _ in range(3)]
    shadow = {}
    shown = pyte.Screen(11, 2)
    update = LayoutUpdate(lines, Region(0, 0, 21, 3))
    pyte.Stream(shown).feed(DiffUpdate(shadow, update, size=Size(11, 2)).render_segments(CONSOLE))
    assert shown.display == ["─" * 10 + " "] * 2
    assert shadow.keys() == {0, 1}
    assert all(x < 10 for row in shadow.values() for x in row)


async def test_all_is_painted_anew_after_any_resize(tmp_path, monkeypatch):
    """Two resizes in a row may look like none, and the terminal has cut off what did not fit meanwhile."""
    (tmp_path / "m.pepa").write_text("P = (a, 1).P;\nP\n")
    monkeypatch.setattr(App, "_display", lambda *parts: parts[-1] and parts[-1].render_segments(CONSOLE))
    async with workbench(tmp_path / "m.pepa", (80, 24)) as (app, pilot):
        await until(pilot, lambda: app._shadow_size == app.size, 10)
        before = app._shadow
        app.post_message(Resize(app.size, app.size))
        await until(pilot, lambda: app._shadow is not before, 10)
        await until(pilot, lambda: [len(row) for row in app._shadow.values()] == [80] * 24, 10)
