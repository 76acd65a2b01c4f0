"""Asking about a path never fails, whatever it names."""

from pathlib import Path

import pytest

from pepa.language.paths import begun_anew, is_file, is_folder, is_there, resolved, typed_path


def circle(folder):
    one, other = folder / "one", folder / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    return one


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 3_000, "a\0b", "one", "one/two", ""])
def test_of_what_cannot_be_there_nothing_is(name, tmp_path):
    circle(tmp_path)
    path = tmp_path / "below" / name if not name else tmp_path / name
    assert (is_there(path), is_file(path), is_folder(path)) == (False, False, False)
    assert resolved(path).is_absolute()


def test_of_what_is_there_it_is_said_what_it_is(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("file")
    assert is_there(tmp_path / "link")
    assert is_file(tmp_path / "link")
    assert not is_folder(tmp_path / "link")
    assert is_folder(tmp_path)
    assert resolved(tmp_path / "link") == (tmp_path / "file").resolve()


def test_a_home_is_put_in_where_there_is_one(monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    assert typed_path("~/m.pepa") == Path("/somewhere/m.pepa")
    assert typed_path("~nobody-of-that-name/m.pepa") == Path("~nobody-of-that-name/m.pepa")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("../models//tmp/m.pepa", "/tmp/m.pepa"),
        ("/a/b/~/m.pepa", "~/m.pepa"),
        ("~/a//b//c", "/c"),
        ("/tmp/m~.pepa", "/tmp/m~.pepa"),
        ("~/m.pepa", "~/m.pepa"),
        ("../models/", "../models/"),
        ("//", "/"),
        ("", ""),
    ],
)
def test_a_path_typed_behind_a_folder_begins_anew(typed, meant):
    assert begun_anew(typed) == meant
    assert typed_path(typed) == typed_path(meant)
