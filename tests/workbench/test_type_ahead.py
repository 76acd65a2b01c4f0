"""Keys that come several at once, as over a slow line: each does what it would have done alone."""

import pytest
from textual import events
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tests.workbench import screens
from tests.workbench.screens import until, workbench
from workbench.panes.experiments import ExperimentsPane
from workbench.terminal.type_ahead import TypeAhead
from workbench.widgets.editor import PepaEditor
from workbench.widgets.find_bar import FindBar

KEYS = {"\b": "backspace", "\n": "enter", "\t": "tab", "<": "left", "^": "home", "$": "end", "~": "escape"}


def burst(app, keys):
    """Post keys at once: a character is itself, some signs stand for keys without one."""
    screens.burst(app, *(KEYS.get(key, key) for key in keys))


class Dialog(ModalScreen):
    BINDINGS = [("escape", "dismiss", "Close")]

    def compose(self):
        yield Input(id="asked")


class Host(TypeAhead):
    BINDINGS = [("ctrl+n", "ask", "Ask")]

    def compose(self):
        with Vertical():
            yield Input(id="one")
            yield Input(id="two")

    def action_ask(self):
        self.push_screen(Dialog())


@pytest.mark.parametrize(
    ("keys", "one", "two"),
    [
        ("ab\bc", "ac", ""),
        ("abc^x$y", "xabcy", ""),
        ("ab<c\tde\b", "acb", "d"),
        ("a\tb\t^c", "ca", "b"),
        ("abcdefgh" * 40 + "\b" * 318, "ab", ""),
    ],
)
async def test_keys_are_done_in_their_order(keys, one, two):
    async with Host().run_test() as pilot:
        first, second = pilot.app.query_one("#one", Input), pilot.app.query_one("#two", Input)
        first.focus()
        await pilot.pause()
        burst(pilot.app, keys)
        await until(pilot, lambda: (first.value, second.value) == (one, two))


async def test_pasted_text_keeps_its_place_among_keys():
    async with Host().run_test() as pilot:
        first = pilot.app.query_one("#one", Input)
        first.focus()
        await pilot.pause()
        burst(pilot.app, "ab\b")
        pilot.app.post_message(events.Paste("paste"))
        burst(pilot.app, "\bx")
        await until(pilot, lambda: first.value == "apastx")


async def test_keys_go_on_after_the_widget_that_heard_one_has_gone():
    async with Host().run_test() as pilot:
        app, first = pilot.app, pilot.app.query_one("#one", Input)
        first.focus()
        await pilot.pause()
        app.post_message(events.Key("ctrl+n", None))
        await until(pilot, lambda: isinstance(app.screen, Dialog))
        burst(app, "ab~cd")  # Esc closes the dialog that hears it
        await until(pilot, lambda: first.value == "cd")
        await pilot.press("e")
        await until(pilot, lambda: first.value == "cde")


async def test_the_text_and_the_form_take_bursts():
    async with workbench() as (app, pilot):
        await pilot.pause()
        editor = app.query_one(PepaEditor)
        before = editor.text
        burst(app, "ab\bc\nx<y^z")
        await until(pilot, lambda: editor.text == "ac\nzyx" + before)
        app.post_message(events.Key("f7", None))
        burst(app, "~")
        form = app.query_one(ExperimentsPane).form
        app.post_message(events.Key("alt+1", None))
        burst(app, "q")
        await until(pilot, lambda: editor.text == "ac\nzqyx" + before)
        assert form.form["vary"] == ""


MODEL = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, r).P;\n\nP <work> Q\n"


@pytest.mark.parametrize(
    ("keys", "after"),
    [
        ("find and rep\nwork\n\tserve", MODEL),
        ("go to a line\n3\nx", MODEL.replace("Q =", "xQ =")),
        ("duplicate-nothing-like-it\n~x", "x" + MODEL),
        ("repaint\nx", "x" + MODEL),
        ("rename\nspeed\n", MODEL.replace("r)", "speed)").replace("r =", "speed =")),
    ],
)
async def test_what_is_typed_behind_a_command_of_the_menu_is_for_that(tmp_path, keys, after):
    path = tmp_path / "m.pepa"
    path.write_text(MODEL)
    async with workbench(path) as (app, pilot):
        editor = app.query_one(PepaEditor)
        app.post_message(events.Key("ctrl+p", None))
        burst(app, keys)
        await until(pilot, lambda: len(app.screen_stack) == 1 and not app.keys_wait and editor.text == after)
        if "serve" in keys:
            bar = app.query_one(FindBar)
            await until(pilot, lambda: [one.value for one in bar.query(Input)] == ["work", "serve"])
