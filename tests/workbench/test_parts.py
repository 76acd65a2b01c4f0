"""Widgets, documents and the screen layer, each by itself."""

import io
import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from textual.app import App
from textual.containers import Vertical

from pepa.control.error import PepaError
from pepa.pictures.bar import bar, shortened
from tests.workbench.screens import screen_text, until
from workbench.document import Document, forget, opened, recovered, remember
from workbench.widgets.bar_chart import Bar, change_text, chart
from workbench.widgets.row_table import PAGE, RowTable


def test_documents_are_saved_whole_and_recovered(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("old")
    edited = opened(path).edited("new")
    assert edited.dirty
    remember(edited)
    assert recovered(opened(path)) == "new"
    saved = edited.written()
    assert (path.read_text(), saved.dirty, recovered(opened(path))) == ("new", False, None)
    remember(saved.edited("newer"))
    forget(saved)
    assert recovered(opened(path)) is None


def test_documents_that_cannot_be_written_say_so(tmp_path):
    with pytest.raises(PepaError, match="no file name"):
        Document("x", "", None).written()
    with pytest.raises(PepaError, match="cannot write"):
        Document("x", "", tmp_path / "none" / "m.pepa").written()


def test_broken_recovery_files_are_no_recovery(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = tmp_path / "m.pepa"
    path.write_text("old")
    remember(opened(path).edited("new"))
    file = next((tmp_path / "pepa-workbench" / "recovery").iterdir())
    for content in ("", "[]", '{"version": 99, "text": "x"}', '{"version": 1, "text": 5}'):
        file.write_text(content)
        assert recovered(opened(path)) is None


@pytest.mark.parametrize(
    "values", [[], [0.0], [1.0, 0.5, 0.0], [float("nan"), 1.0], [float("inf"), 1.0], [1e-300, 1e300]]
)
@pytest.mark.parametrize("width", [0, 1, 2, 30, 300])
def test_bars_of_any_values_at_any_width(values, width):
    largest = max((value for value in values if math.isfinite(value)), default=0.0)
    assert all(len(bar(value, largest, width)) <= width for value in values)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.integers(2, 150))
@settings(max_examples=60)
def test_bars_are_as_long_as_their_values(values, width):
    largest = max(values)
    for value in values:
        cells = width * value / largest if largest else 0.0
        assert len(bar(value, largest, width)) == pytest.approx(cells, abs=1.0)


@pytest.mark.parametrize(
    ("now", "was", "text"),
    [
        (2.0, 1.0, "▲ 100.0%"),
        (0.5, 1.0, "▼ 50.0%"),
        (1.0, 1.0, "="),
        (1.0, 0.0, "▲ new"),
        (0.0, 0.0, "="),
        (1.0, None, ""),
    ],
)
def test_changes_read_without_colour(now, was, text):
    assert change_text(now, was) == text


def test_charts_fit_their_width():
    bars = [Bar("a very long name of an action that goes on", 1.0, 2.0), Bar("b", 0.25, 0.25)]
    for width in (40, 80, 200):
        console = Console(file=io.StringIO(), width=width)
        console.print(chart(bars, width, "unit"))
        lines = console.file.getvalue().splitlines()
        assert len(lines) == 3
        assert all(len(line) <= width for line in lines)


async def test_a_table_of_a_million_million_rows():
    asked = []

    class Owner(Vertical):
        def compose(self):
            yield RowTable(id="table")

        def on_row_table_page_wanted(self, event):
            asked.append(event.start)
            rows = [f"row {row}" for row in range(event.start, event.end)]
            self.query_one(RowTable).fill(event.start, rows, event.generation)

    class Rows(App[None]):
        def compose(self):
            yield Owner()

    app = Rows()
    async with app.run_test(size=(40, 10)) as pilot:
        table = app.query_one(RowTable)
        table.show_rows(10**12)
        table.focus()
        await until(pilot, lambda: "row 0" in screen_text(app))
        await pilot.press("end")
        await until(pilot, lambda: f"row {10**12 - 1}" in screen_text(app))
        assert len(asked) <= 3
        assert all(start % PAGE == 0 for start in asked)
        table.show_rows(5)
        table.fill(0, ["stale"] * 5, generation=0)
        await pilot.pause()
        assert "stale" not in "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def test_nothing_slow_is_imported_before_the_first_paint():
    code = (
        "import sys, workbench.app, workbench.document\n"
        "late = {'numpy', 'scipy', 'lark', 'plotext', 'click', 'markdown_it', 'hashlib', 'pepa.language.statements'}\n"
        "print([m for m in sys.modules if m in late or m.startswith('workbench.widgets.editing.vi')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("argument", "said"), [("models", "directory"), ("/dev/null/x", "cannot read")])
def test_what_is_no_model_is_said_before_the_app_starts(argument, said):
    done = subprocess.run(
        [sys.executable, "-m", "workbench", argument], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_labels_too_long_differ_still():
    labels = ["Customer.Customer", "Customer.Waiting", "Customer.Choose", "Customer.Angry"]
    for width in (8, 11, 15):
        short = [shortened(label, width) for label in labels]
        assert len(set(short)) == len(labels)
        assert all(len(label) <= width for label in short)
    assert shortened("serve", 8) == "serve"
