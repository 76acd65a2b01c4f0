"""Settings that last, and a terminal that knows ASCII only."""

import re
import tomllib

import pytest
from rich.cells import cell_len
from textual.binding import Binding

from pepa.control.error import PepaError
from tests.models import MODELS
from tests.workbench.screens import screen_text, told, until
from workbench.app import Workbench, adjustable
from workbench.document import opened
from workbench.key_settings import unknown_keys
from workbench.panes.ask import AskPane
from workbench.settings import CHECKS, Settings, read_settings, settings_file, template, with_theme, written_settings
from workbench.terminal.plain import plain
from workbench.terminal.screen_diff import DiffUpdate
from workbench.widgets.time_chart import SIGNS


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


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("# vi = 1\n  vi = 'yes'", ":2:3: vi cannot be 'yes'", "true or false"),
        ("theme = 'nrd'", ":1:1: theme cannot", "did you mean nord?.*one of .*textual-dark"),
        ("theme = 'zzzzz'", "theme cannot", "it can be one of .*nord"),
        ('[keys]\n"app.run" = "ctrl+nonsense"', ":2:2: the key of app.run cannot be 'ctrl", "as in"),
        ('keys."app.run" = "f5,Ctrl+R"', ":1:7: the key of app.run", "did you mean ctrl.r?"),
        ('[keys]\n"app.run" = "shift+ctrl+r"', "the key of app.run", "did you mean ctrl.shift.r?"),
        ('[keys]\n"app.run" = "ctrl+s"', ":2:2: .*'ctrl.s': app.save has it", "or give app.save another"),
        ('[keys]\n"app.keys" = "!"', "exclamation_mark': states.findings has it", "another"),
        ('[keys]\n"app.run" = "up"', r"'up': source.\(A line up\) has it", "that is free$"),
        ('[keys]\n"charts.follow" = "u"', "charts.until has it", "another"),
        ("vi = 1\n[keys]\n'app.run' = 'q+'\n'a' = ''", "has 3 faults", "^1:1 vi .*\n3:2 the key.*\n4:2 no key"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_can_be(text, said, hint):
    write(text)
    with pytest.raises(PepaError, match=said) as found:
        read_settings(adjustable)
    assert re.search(hint, found.value.hint)


def test_keys_may_change_places_and_be_shared_by_strangers():
    swapped = '[keys]\n"app.run" = "ctrl+s"\n"app.save" = "f5"\n"charts.follow" = "r"\n'
    write(swapped + '"source.find" = "alt+f,?,+,é"\n')
    with pytest.raises(PepaError, match=r"'question_mark': app\.keys has it"):
        read_settings(adjustable)
    write(swapped + '"source.find" = "alt+f,+,é"\n')
    assert len(read_settings(adjustable).keys) == 4


@pytest.mark.parametrize("data", [b"\0\1", b"vi = true\n# \xff", None])
def test_a_file_that_is_no_text_is_not_taken_for_a_model(data):
    write("")
    if data is None:
        settings_file().unlink()
        settings_file().mkdir()
    else:
        settings_file().write_bytes(data)
    with pytest.raises(PepaError, match=r"settings\.toml") as found:
        read_settings(adjustable)
    assert "model" not in str(found.value)


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\n#\n# theme = 'x'\n", '\n#\ntheme = "nord"\n'),
        ("# theme = 'x'\ntheme = 'y'\n", "# theme = 'x'\ntheme = \"nord\"\n"),  # what is set, not what could be
        ("'theme' = 'y'  # mine\r\n", "'theme' = \"nord\"  # mine\r\n"),
        ("vi = true\n[keys]\n# theme = 'x'\n", "theme = \"nord\"\nvi = true\n[keys]\n# theme = 'x'\n"),
        ("# the theme = dark\n", 'theme = "nord"\n# the theme = dark\n'),
        ("#theme='x' # [keys]\r\n[keys]", 'theme = "nord"\r\n[keys]'),
    ],
)
def test_a_theme_is_put_where_it_is_set_and_nothing_else_is_touched(text, found):
    assert with_theme(text, "nord") == found
    assert tomllib.loads(found)["theme"] == "nord"


async def test_an_app_goes_by_its_settings_and_keeps_the_theme_that_is_chosen():
    settings = Settings(theme="nord", tolerance=1e-9, most_states=500, keys={"app.run": "alt+r"}, ascii=True)
    model = next(path for path in MODELS if path.stem == "vm_launch")
    app = Workbench(opened(model), settings=settings, amiss=PepaError("the file is odd", "mend it"))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: "the file is odd" in told(app))
        assert app.theme == "nord"
        await until(pilot, lambda: screen_text(app).count("Alt+r runs the model") == 4)  # in the header and three panes
        await pilot.press("alt+r")
        await until(pilot, lambda: "500" in told(app) or "500 states" in screen_text(app))
        await until(pilot, lambda: "1e-09" in screen_text(app))
        app.theme = "dracula"
        await until(pilot, lambda: settings_file().exists())
        assert read_settings(adjustable).theme == "dracula"
        strips = app.screen._compositor.render_update(full=True)
        drawn = DiffUpdate({}, strips, ascii_only=True).render_segments(app.console)
        assert drawn.isascii()
        assert not DiffUpdate({}, strips).render_segments(app.console).isascii()


@pytest.mark.parametrize(
    ("cell", "drawn"),
    [("█", "#"), ("é", "e"), ("e\u0301", "e"), ("⣿", "#"), ("⠀", " "), ("漢", "??"), ("a", "a"), ("☀\ufe0f", "??")],
)
def test_a_cell_in_ascii_is_as_wide(cell, drawn):
    assert plain(cell, cell_len(cell)) == drawn


def test_in_ascii_a_bar_is_no_sign_and_curves_by_two_methods_differ():
    assert plain("\N{LOWER ONE EIGHTH BLOCK}", 1) not in "-+."
    drawn = ["".join(plain(cell, 1) for cell in sign) for sign in SIGNS.values()]
    assert len({*drawn}) == len(drawn)


async def test_in_ascii_keys_are_told_in_words():
    app = Workbench(opened(None), settings=Settings(ascii=True))
    async with app.run_test(size=(120, 40)):
        keys = [app.get_key_display(Binding(key, "x")) for key in ("enter", "up", "shift+down", "ctrl+left", "f5")]
        assert keys == ["Enter", "Up", "Shift+Down", "^Left", "F5"]
        assert "Up earlier" in str(app.query_one(AskPane).border_subtitle)


@pytest.mark.parametrize("key", ["alt+[", "alt+O", "alt+left_square_bracket", "alt+shift+o", "f5,alt+["])
def test_what_other_keys_begin_with_is_refused_with_a_hint(key):
    (found,) = unknown_keys(key)
    assert found[0] in key
    assert "Esc [" in found[1]
    assert list(unknown_keys("alt+o,alt+],alt+r")) == []
