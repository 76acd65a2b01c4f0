"""Hints tell the keys that are set."""

import re
from pathlib import Path

import pytest

import workbench
from tests.workbench.screens import screen_text, until
from workbench.app import Workbench
from workbench.document import opened
from workbench.settings import Settings
from workbench.told_keys import key_of, set_keys, short, told
from workbench.widgets.editor import PepaEditor


@pytest.mark.parametrize(
    ("keys", "shown"), [("f5", "F5"), ("shift+f8", "shift+F8"), ("ctrl+r,f5", "ctrl+r"), ("ctrl+f12", "ctrl+F12")]
)
def test_a_key_as_people_know_it(keys, shown):
    assert told(keys) == shown


def test_a_key_in_few_columns():
    assert [short(key) for key in ("ctrl+n", "F4", "alt+n")] == ["^N", "F4", "alt+n"]


def test_the_keys_that_are_set_are_known_one_by_one():
    app = Workbench(opened(None), settings=Settings(keys={"app.run": "alt+r, f5", "states.sort": "alt+S"}))
    assert set_keys(app) == {"alt+r", "f5", "alt+S"}


async def test_hints_tell_the_keys_that_are_set(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("P = (a, r).P;\nP\n")
    keys = {"app.run": "ctrl+r", "app.step": "f9", "app.live": "f8", "source.problem": "f5", "source.fix": "f4"}
    app = Workbench(opened(path), settings=Settings(keys=keys))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "F5 next · F4 fix" in screen_text(app))
        assert "no states yet — ctrl+r runs the model; F9 steps without" in screen_text(app)
        assert key_of(app.query_one(PepaEditor), "app.disk") == "shift+F2"
        with pytest.raises(KeyError):
            key_of(app, "app.no_such")


def test_no_hint_names_a_key_of_its_own_that_can_be_set():
    named = re.compile(r"""["'].*\b(?:[Ss]hift\+)?F([2-9]|1[0-2])\b.*["']|notify.*ctrl\+[a-z]\b""")
    for path in Path(workbench.__file__).parent.rglob("*.py"):
        told_here = [line for line in path.read_text().splitlines() if named.search(line) and '"""' not in line]
        assert not told_here, path
