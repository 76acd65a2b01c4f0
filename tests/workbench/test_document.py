"""A document and its file, whatever happens to either: no text is lost, and what would be is known before."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pepa.control.error import PepaError
from workbench import document as documents
from workbench.document import (
    Document,
    begun_from,
    file_key,
    forget,
    is_same,
    kept_texts,
    opened,
    recovered,
    recovery_file,
    remember,
)  # fmt: skip
from workbench.line_ends import as_before, plain
from workbench.merging import HERE, MIDDLE, THERE, differences, merged
from workbench.presence import Presence
from workbench.recovery_slot import RecoverySlot

TEXTS = st.text("ab\n", max_size=6)
RAW = st.text("ab\n\r", max_size=6)
STEPS = st.lists(
    st.tuples(st.just("edit"), TEXTS) | st.tuples(st.just("disk"), RAW)
    | st.tuples(st.sampled_from(["save", "gone", "look", "see", "keep", "discard", "reopen"]), st.just("")),
    max_size=10,
)  # fmt: skip


@given(RAW, STEPS)
@settings(max_examples=100)
@example("a\rb", [("disk", "a\nb"), ("keep", ""), ("save", "")])
def test_a_file_holds_what_was_saved_and_a_document_knows_whether_it_does(tmp_path_factory, raw, steps):
    path = tmp_path_factory.mktemp("m") / "m.pepa"
    path.write_bytes(raw.encode())
    document, text = opened(path), plain(raw)
    for what, new in steps:
        if what == "edit":
            document, text = document.edited(new), new
        elif what == "disk":
            path.write_bytes(new.encode())
        elif what == "gone":
            path.unlink(missing_ok=True)
        elif what == "look":
            document = document.looked_for()
            assert document.gone == (not path.exists() and not document.new)
        elif what in ("see", "keep") and (found := document.on_disk()) is not None:
            document = document.seen(found) if what == "see" else document.kept(found)
            assert document.on_disk() is None
            assert document.saved == plain(found)
        elif what == "save":
            document = document.written()
            assert plain(path.read_bytes().decode()) == text
            assert (document.dirty, document.on_disk(), document.gone, document.new) == (False, None, False, False)
        elif what == "discard":
            document = document.discarded()
            text = document.text
            assert not document.dirty
        elif what == "reopen" and path.exists():
            document = opened(path)
            text = document.text
        assert document.text == text
        there = path.read_bytes().decode() if path.exists() else None
        changed = document.on_disk()
        assert changed is None if there is None else (changed == there) == (there != document.raw or document.new)
        if there is not None and changed is None and not document.dirty:
            assert plain(there) == text  # leaving without a question loses nothing


@given(st.text("a\n", max_size=5), st.sampled_from(["\r\n", "\r", "\n"]), st.sampled_from(["\r\n", "\r", "\n"]))
def test_keeping_the_own_line_ends_is_a_change_where_the_file_has_others(text, own, others):
    mine = Document(text, text, None, text.replace("\n", own))
    kept = mine.kept(text.replace("\n", others))
    assert kept.dirty == (own != others and "\n" in text)
    assert as_before(text, kept.form or kept.raw) == text.replace("\n", own)


def test_names_say_what_is_known_of_the_file(tmp_path):
    path = tmp_path / "m.pepa"
    document = opened(path)
    assert (document.name, document.dirty, document.on_disk()) == ("m.pepa (new)", False, None)
    path.write_text("x")
    assert document.on_disk() == "x"  # another made it meanwhile
    saved = document.edited("y").written()
    assert saved.name == "m.pepa"
    path.unlink()
    gone = saved.looked_for()
    assert (gone.name, gone.dirty) == ("m.pepa (not on disk)", True)
    assert (gone.discarded().name, gone.discarded().dirty) == ("m.pepa (new)", False)
    assert Document("", "", None).name == "untitled"
    with pytest.raises(PepaError, match="no file name"):
        Document("x", "", None).written()
    with pytest.raises(PepaError):
        opened(tmp_path / "none" / "m.pepa")


def test_saving_under_another_name_takes_the_form_there_and_a_slot_of_its_own(tmp_path):
    first, second = tmp_path / "a.pepa", tmp_path / "b.pepa"
    first.write_bytes(b"a\r\nb\r\n")
    document = replace(opened(first), slot=3).edited("a\nc\n")
    other = document.written(second)
    assert second.read_bytes() == b"a\r\nc\r\n"
    assert first.read_bytes() == b"a\r\nb\r\n"
    assert (other.path, other.slot) == (second, 0)
    assert document.written().slot == 3


ANY = st.text(st.characters(exclude_categories=()), max_size=30)


@given(ANY, RAW, st.booleans(), st.integers(1, 9))
def test_unsaved_text_is_there_again_with_the_file_it_began_from(tmp_path_factory, text, raw, new, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("s")))
        patch.setattr(documents, "PIECE", piece)
        documents._raw_in_json.cache_clear()
        path = tmp_path_factory.getbasetemp() / "m.pepa"
        left = Document(text, text + "saved", path, raw, new=new)
        remember(left)
        found = Document("other than any\0", "", path, "x")
        whole = recovered(found)
        assert whole == json.loads(json.dumps(text)).encode("utf-8", "replace").decode()
        assert recovered(replace(found, text=whole)) is None
        begun = begun_from(found)
        assert (begun.raw, begun.saved, begun.new) == (raw, plain(raw), new)
        assert kept_texts() == {file_key(path)}
        assert recovered(replace(found, slot=1)) is None
        remember(replace(left, saved=text))  # all is saved
        assert recovered(found) is None
        assert kept_texts() == frozenset()
        assert begun_from(found) == found


NONE = ["", "[]", "{", '{"version": 2, "text": "x"}', '{"text": "x"}', '{"version": 1, "text": 5}', '{"version": 1}']


@pytest.mark.parametrize("content", [*NONE, "\xff", "[" * 9_000], ids=range(len(NONE) + 2))
def test_what_else_stands_in_a_recovery_file_is_not_believed(tmp_path, content):
    document = Document("a", "a", tmp_path / "m.pepa", "a")
    file = recovery_file(document.path, 0)
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="latin-1")
    assert recovered(document) is None
    assert begun_from(document) == document
    forget(document)
    assert not file.exists()


def test_a_file_is_one_however_its_path_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.pepa").touch()
    (tmp_path / "link.pepa").symlink_to("m.pepa")
    one, *others = (tmp_path / "m.pepa", tmp_path / "." / ".." / tmp_path.name / "m.pepa", tmp_path / "link.pepa")
    for other in others:
        assert is_same(one, other)
        assert file_key(one) == file_key(other)
    assert not is_same(one, tmp_path / "n.pepa")
    assert not is_same(None, None)
    assert file_key(None) != file_key(one)


HOLDS = """import sys, pathlib
from workbench.presence import Presence
sign = Presence(pathlib.Path(sys.argv[1])); sign.enter(); print("there", flush=True); sys.stdin.read()"""


def test_who_else_has_a_file_open_is_told_by_host_and_process(tmp_path, monkeypatch):
    path, other = tmp_path / "m.pepa", tmp_path / "n.pepa"
    monkeypatch.setattr("socket.gethostname", lambda: "node-7.cluster.example")
    own = Presence(path)
    own.enter()
    assert own.others() == []
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(path)], stdin=-1, stdout=-1, text=True) as process:
        process.stdout.readline()
        assert [one.rpartition("-")[2] for one in own.others()] == [str(process.pid)]
        assert Presence(other).others() == []
        process.kill()  # its sign stays, its lock does not
        process.wait()
        assert own.others() == []
    second = Presence(path)
    second.enter()
    (host,) = own.others()
    assert host.rpartition("-")[0] == "node-7.cluster.example"
    second.leave()
    assert own.others() == []
    own.leave()


def test_slots_are_taken_from_the_first_and_first_where_a_text_was_left(tmp_path):
    path = tmp_path / "m.pepa"
    slots = [RecoverySlot(path) for _ in range(3)]
    for slot in slots:
        slot.take()
    assert [slot.number for slot in slots] == [0, 1, 2]
    slots[1].leave()
    again = RecoverySlot(path)
    again.take()
    assert again.number == 1
    remember(Document("left", "", path, slot=4))
    last = RecoverySlot(path)
    last.take()
    assert last.number == 4
    other = RecoverySlot(tmp_path / "n.pepa")
    other.take()
    assert other.number == 0
    for slot in (slots[0], slots[2], again, last, other):
        slot.leave()


LINES = st.lists(st.sampled_from("abcd"), min_size=1, max_size=7)


@given(LINES, LINES, LINES)
def test_of_a_merge_each_side_can_be_told_apart(base, mine, theirs):
    found = merged("\n".join(base), "\n".join(mine), "\n".join(theirs))
    lines = found.text.split("\n")
    assert lines.count(HERE) == lines.count(MIDDLE) == lines.count(THERE) == found.conflicts
    sides, within = {"here": [], "there": []}, ("here", "there")
    for line in lines:
        if line in (HERE, MIDDLE, THERE):
            within = {HERE: ("here",), MIDDLE: ("there",), THERE: ("here", "there")}[line]
            continue
        for side in within:
            sides[side].append(line)
    for one in set(mine) - set(base):  # what one side alone wrote is there
        assert one in sides["here"]
    for one in set(theirs) - set(base):
        assert one in sides["there"]
    for one in set(base) - set(mine) - set(theirs):  # and what both took away is not
        assert one not in lines


def test_how_texts_differ_is_told():
    assert differences("a\nb", "a\nc").split("\n")[:2] == ["--- here", "+++ on disk"]
    assert differences("a\nb", "a\nc").split("\n")[-2:] == ["-b", "+c"]
    assert "alike" in differences("a", "a")
