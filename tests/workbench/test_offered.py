"""What an open dialog offers, of a folder and of files opened lately, and how a path is gone on with."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.control.error import PepaError
from workbench import offered
from workbench.document import Document, remember
from workbench.offered import UNSAVED, Kind, Offer, completed, note_recent, offers, recent

LYING = ["a.pepa", "ab.pepa", "Ab.pepa", "abc.txt", ".a.pepa", "b/", "bc/", "b c.pepa", "ä.pepa"]
NAMES = st.lists(st.sampled_from(LYING), unique=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        folder = tmp_path_factory.mktemp("models")
        patch.chdir(folder)
        yield folder


def filled(folder, names):
    for one in folder.iterdir():
        one.rmdir() if one.is_dir() else one.unlink()
    for name in names:
        (folder / name).mkdir() if name.endswith("/") else (folder / name).write_text("x")


def alike(names):
    """Return what names begin with, letter by letter."""
    first = min(names, key=len, default="")
    return next((first[:end] for end in range(len(first), 0, -1) if all(one[:end] == first[:end] for one in names)), "")


@given(NAMES, st.sampled_from(["", "a", "A", "b", "ab", "x", "."]), st.sampled_from(["", "./", "{}/"]))
@settings(max_examples=60)
def test_a_path_is_gone_on_with_as_far_as_there_is_one_way(place, names, begun, before):
    filled(place, names)
    typed = before.format(place) + begun
    found = completed(typed)
    seen = [name for name in names if not name.startswith(".") and (name.endswith((".pepa", "/")))]
    ways = [name for name in seen if name.startswith(begun)]
    assert found.startswith(typed)
    assert found[len(typed) - len(begun) :] == (alike(ways) or begun)


@given(NAMES, st.sampled_from(["", "a", "B", "ab", "x", "c"]))
@settings(max_examples=40)
def test_all_models_of_a_folder_that_hold_what_is_typed_are_offered_once(place, names, begun):
    filled(place, names)
    seen = {name for name in names if not name.startswith(".") and (name.endswith((".pepa", "/")))}
    holding = {f"{place}/{name}" for name in seen if begun.lower() in name.lower()}
    found = [one for one in offers(f"{place}/{begun}") if one.kind in (Kind.FILE, Kind.FOLDER)]
    assert sorted(one.name for one in found) == sorted(holding)
    assert all(one.name.endswith("/") == (one.kind is Kind.FOLDER) for one in found)
    last = [one.name.rstrip("/").rpartition("/")[2].lower() for one in found]
    ranks = [
        (not name.startswith(begun.lower()), one.kind is Kind.FOLDER) for name, one in zip(last, found, strict=True)
    ]
    assert ranks == sorted(ranks)
    for one in found:
        assert one.kind is Kind.FOLDER or one.document().path == place / one.name


def test_files_opened_lately_are_the_latest_first_and_no_more_than_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(offered, "MOST_RECENT", 3)
    paths = [tmp_path / f"m{number}.pepa" for number in range(5)]
    for path in paths:
        path.touch()
        note_recent(path)
    note_recent(paths[3])
    assert recent() == [str(paths[at]) for at in (3, 4, 2)]
    paths[4].unlink()
    names = [(one.name, one.about) for one in offers("") if one.kind is Kind.RECENT]
    assert names == [(str(paths[3]), ""), (str(paths[2]), "")]
    remember(Document("left", "", paths[4]))  # gone, but a text of it is kept
    assert [(one.name, one.about) for one in offers("") if one.kind is Kind.RECENT][1] == (str(paths[4]), UNSAVED)
    listed = [one.name for one in offers(f"{tmp_path}/m3")]
    assert listed == [str(paths[3])]  # once, though it lies there and was opened


@pytest.mark.parametrize("content", ["", "{}", "[", '["a", 5, "b\\n", null]', "\xff"])
def test_a_list_of_files_that_is_none_is_as_none(tmp_path, content):
    note_recent(tmp_path / "m.pepa")
    (file,) = (tmp_path / "state").glob("*/recent.json")
    file.write_text(content, encoding="latin-1")
    assert recent() == (["a"] if "a" in content else [])
    note_recent(tmp_path / "n.pepa")
    assert json.loads(file.read_text())[0] == str(tmp_path / "n.pepa")


@given(st.text("ab/é", min_size=1, max_size=60), st.integers(5, 80), st.sampled_from(["", UNSAVED]))
def test_of_a_path_too_long_its_end_is_seen(name, columns, about):
    offer = Offer(Kind.RECENT, name, about)
    line = offer.line(columns)
    if len(offer.label) <= columns:
        assert line == offer.label
        return
    assert line.startswith("recent  ")
    if "…" in line:
        assert len(line) == columns or (about and len(line) < columns)
        kept = line.removeprefix("recent  …").removesuffix(about).rstrip()
        assert name.endswith(kept)
        assert kept


def test_what_is_offered_is_a_document():
    kinds = {one.kind: one for one in reversed(offers("")) if one.kind in (Kind.NEW, Kind.EXAMPLE)}
    for one in kinds.values():
        document = one.document()
        assert (document.path, document.dirty) == (None, False)
        assert "=" in document.text
    assert offers("skeleton")[0].kind is Kind.NEW
    with pytest.raises(PepaError):
        Offer(Kind.EXAMPLE, "no such model").document()


def test_a_folder_that_cannot_be_read_offers_nothing_of_it(tmp_path):
    for typed in (f"{tmp_path}/none/m", "\0/x", "~nobody-of-that-name/x"):
        assert [one for one in offers(typed) if one.kind in (Kind.FILE, Kind.FOLDER)] == []
        assert completed(typed) == typed
