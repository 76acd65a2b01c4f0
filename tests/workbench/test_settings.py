"""Settings that last, and a terminal that knows ASCII only."""

import tomllib

import pytest

from pepa.control.error import PepaError
from tests.models import MODELS
from tests.workbench.screens import screen_text, told, until
from workbench.app import Workbench, adjustable
from workbench.document import opened
from workbench.settings import CHECKS, Settings, read_settings, settings_file, template, with_theme, written_settings
from workbench.terminal.plain import plain
from workbench.terminal.screen_diff import DiffUpdate


def ids():
    return [binding.id for binding in adjustable()]


def write(text):
    path = settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_a_file_all_is_usual_and_a_written_one_changes_nothing():
    assert read_settings(adjustable) == Settings()
    path = written_settings(adjustable())
    assert read_settings(adjustable) == Settings()
    path.write_text(path.read_text().replace("# ascii = false ", "ascii = true "))
    assert read_settings(adjustable) == Settings(ascii=True)
    assert written_settings(adjustable()).read_text().count("ascii = true") == 1  # it is not written again


def test_every_line_of_the_template_may_be_set():
    lines = [line.removeprefix("# ") if "=" in line else line for line in template(adjustable()).splitlines()]
    write("\n".join(lines))
    found = read_settings(adjustable)
    assert set(found.keys) == set(ids())
    assert len(set(ids())) == len(found.keys) > 40


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("them = 'nord'", "sets 'them', which is none"),
        ("theme = 'nrd'", "theme cannot be 'nrd'"),
        ("tolerance = 0.0", "tolerance cannot be 0.0"),
        ("tolerance = nan", "tolerance cannot be nan"),
        ("tolerance = true", "tolerance cannot be True"),
        ("most-states = 1.5", "most-states cannot be 1.5"),
        ("most-states = inf", "most-states cannot be inf"),
        ("digits = 1", "digits cannot be 1"),
        ("digits = 4.0", "digits cannot be 4.0"),
        ("keys = 3", "keys must be a table"),
        ('[keys]\n"app.rum" = "f5"', "no key is for 'app.rum'"),
        ('[keys]\n"app.run" = ""', "the key of app.run cannot be ''"),
        ("theme = ", "is not TOML"),
        ("a = " + "[" * 2_000, "is not TOML"),
        ("digits = " + "9" * 5_000, "is not TOML"),
    ],
)
def test_what_cannot_be_is_said(text, said):
    write(text)
    with pytest.raises(PepaError, match=said):
        read_settings(adjustable)


ODD = ["['a']", "{a = 1}", "[]", "1979-05-27", "07:32:00", "-1", "-inf", "0x" + "f" * 9_999]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("name", [*CHECKS, "keys", "keys.'app.run'"])
def test_a_value_of_any_type_is_told(name, value):
    write(f"{name} = {value}")
    with pytest.raises(PepaError, match=r"settings\.toml") as found:
        read_settings(adjustable)
    assert len(found.value.message) < 300


@pytest.mark.parametrize("text", ["", "# mine\n# theme = 'x'\n[keys]\n", "theme='nord'\nascii = true\n"])
def test_a_theme_is_kept_and_all_else_stays(text):
    found = with_theme(with_theme(text, "nord"), "dracula")
    assert tomllib.loads(found)["theme"] == "dracula"
    assert found.count("theme") == 1
    assert [line for line in text.splitlines() if "theme" not in line] == [
        line for line in found.splitlines() if "theme" not in line
    ]


async def test_an_app_goes_by_its_settings_and_keeps_the_theme_that_is_chosen():
    settings = Settings(theme="nord", tolerance=1e-9, most_states=500, keys={"app.run": "alt+r"}, ascii=True)
    model = next(path for path in MODELS if path.stem == "vm_launch")
    app = Workbench(opened(model), settings=settings, amiss=PepaError("the file is odd", "mend it"))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: "the file is odd" in told(app))
        assert app.theme == "nord"
        await pilot.press("alt+r")
        await until(pilot, lambda: "500" in told(app) or "500 states" in screen_text(app))
        assert "1e-09" in screen_text(app)
        app.theme = "dracula"
        await until(pilot, lambda: settings_file().exists())
        assert read_settings(adjustable).theme == "dracula"
        strips = app.screen._compositor.render_update(full=True)
        drawn = DiffUpdate({}, strips, ascii_only=True).render_segments(app.console)
        assert drawn.isascii()
        assert not DiffUpdate({}, strips).render_segments(app.console).isascii()


@pytest.mark.parametrize(
    ("cell", "drawn"), [("█", "#"), ("é", "e"), ("e\u0301", "e"), ("⣿", "#"), ("⠀", " "), ("漢", "??"), ("a", "a")]
)
def test_a_cell_in_ascii_is_as_wide(cell, drawn):
    assert plain(cell) == drawn
