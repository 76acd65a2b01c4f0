"""Saving: whole or not at all, and with all that belongs to the file beside its text."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pepa.control.error import NoRoom, unwritten
from pepa.language.saving import write_new, write_whole

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def failing(monkeypatch, name, number):
    """Let a function of `os` fail from its first call on."""

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, fail)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("old, and long enough")
    return path


def left_over(path):
    return [entry.name for entry in path.parent.iterdir() if entry.name.startswith(".")]


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o4755, 0o666])
def test_a_file_is_written_whole_and_keeps_its_mode(path, mode):
    path.chmod(mode)
    write_whole(path, "new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert path.stat().st_mode & 0o7777 == mode
    assert left_over(path) == []


def test_a_link_stays_a_link(path, tmp_path):
    link = tmp_path / "link.pepa"
    link.symlink_to(path)
    write_whole(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    path.unlink()
    write_whole(link, "anew")
    assert path.read_text() == "anew"


@pytest.mark.parametrize("text", ["new", "a new text that is longer than the old one"])
def test_hard_links_stay_one_file(path, tmp_path, text):
    other = tmp_path / "other"
    os.link(path, other)
    write_whole(path, text)
    assert other.read_text() == text
    assert path.samefile(other)
    assert left_over(path) == []


def test_extended_attributes_stay(path):
    try:
        os.setxattr(path, "user.origin", b"a paper")
    except OSError:
        pytest.skip("this file system has none")
    write_whole(path, "new")
    assert os.getxattr(path, "user.origin") == b"a paper"
    assert path.read_text() == "new"


def test_an_attribute_that_cannot_be_copied_has_the_text_written_in_place(path, monkeypatch):
    try:
        os.setxattr(path, "user.origin", b"a paper")
    except OSError:
        pytest.skip("this file system has none")
    failing(monkeypatch, "setxattr", errno.EPERM)
    before = path.stat().st_ino
    write_whole(path, "new")
    assert path.stat().st_ino == before
    assert (path.read_text(), os.getxattr(path, "user.origin")) == ("new", b"a paper")


@ROOT_ONLY
def test_owner_and_group_stay(path):
    os.chown(path, 1234, 2345)
    write_whole(path, "new")
    assert (path.stat().st_uid, path.stat().st_gid, path.read_text()) == (1234, 2345, "new")


def test_an_owner_that_cannot_be_given_has_the_text_written_in_place(path, monkeypatch):
    if os.geteuid() == 0:
        os.chown(path, 1234, 2345)
    else:
        monkeypatch.setattr("pepa.language.saving._alike", lambda *_: False)
    failing(monkeypatch, "chown", errno.EPERM)
    before = path.stat()
    write_whole(path, "new")
    after = path.stat()
    assert (after.st_ino, after.st_uid, path.read_text()) == (before.st_ino, before.st_uid, "new")


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file(path, monkeypatch, name):
    failing(monkeypatch, name, errno.ENOSPC)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_text() == "old, and long enough"
    assert left_over(path) == []


@pytest.mark.parametrize("name", ["posix_fallocate", "ftruncate", "write"])
def test_a_failed_write_in_place_leaves_the_old_text(path, tmp_path, monkeypatch, name):
    os.link(path, tmp_path / "other")
    calls, real = [], getattr(os, name)

    def fail(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        return real(*arguments)

    monkeypatch.setattr(os, name, fail)
    with pytest.raises(OSError, match="quota"):
        write_whole(path, "a new text that is longer than the old one")
    assert path.read_text() == "old, and long enough"
    assert left_over(path) == []


def test_where_not_even_the_old_text_can_be_written_back_it_is_kept_and_named(path, tmp_path, monkeypatch):
    os.link(path, tmp_path / "other")
    real = os.write

    def half(descriptor, data):
        if len(calls) < 1:
            calls.append(real(descriptor, data[:3]))
            return 3
        raise OSError(errno.EIO, "the disk has gone")

    calls = []
    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match=r"the old text is in .*\.kept") as raised:
        write_whole(path, "a new text")
    assert Path(str(raised.value).split(" is in ")[1]).read_text() == "old, and long enough"


def test_read_only_files_and_what_is_no_file_are_refused(path, tmp_path, monkeypatch):
    loop, pipe = tmp_path / "loop", tmp_path / "pipe"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    for wrong, said in ((loop, "symbolic links"), (pipe, "a pipe"), (tmp_path, "a directory")):
        with pytest.raises(OSError, match=said):
            write_whole(wrong, "new")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OSError, match="read-only"):
        write_whole(path, "new")
    assert path.read_text() == "old, and long enough"


def test_half_a_character_is_refused_with_its_line(path):
    with pytest.raises(OSError, match="line 2"):
        write_whole(path, "a\n\ud800")
    assert path.read_text() == "old, and long enough"


def test_a_new_file_takes_the_place_of_a_link_or_a_hard_link(path, tmp_path):
    for make in (os.symlink, os.link):
        name = tmp_path / "output"
        make(path, name)
        write_new(name, "new")
        assert (name.read_text(), name.is_symlink(), path.read_text()) == ("new", False, "old, and long enough")
        name.unlink()


@pytest.mark.slow
@ROOT_ONLY
@pytest.mark.skipif(shutil.which("mount") is None, reason="there is no mount")
@pytest.mark.parametrize("linked", [False, True])
def test_a_full_disk_loses_nothing(tmp_path, linked):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], check=False)
    if done.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        path = tmp_path / "m.pepa"
        path.write_text("old" * 1000)
        if linked:
            os.link(path, tmp_path / "other")
        for size in (70_000, 60_000, 30_000):
            with pytest.raises(OSError, match="No space"):
                write_whole(path, "x" * size + "y" * 40_000)
            assert path.read_text() == "old" * 1000
            assert left_over(path) == []
        write_whole(path, "small")
        assert path.read_text() == "small"
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_no_file_can_have_is_told_as_what_cannot_be_written(tmp_path, name):
    with pytest.raises(OSError, match="no file can have such a name"):
        write_whole(tmp_path / name, "text")


def test_where_the_disk_is_full_the_hint_is_to_make_room(tmp_path):
    full = unwritten(tmp_path, OSError(errno.ENOSPC, "No space left on device"), "name another file")
    assert isinstance(full, NoRoom)
    assert full.hint == "make room there, or name another file"
    assert unwritten(tmp_path, OSError(errno.EROFS, "Read-only"), "name another file").hint == "name another file"
