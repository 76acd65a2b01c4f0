"""Files that are models, and files that are not."""

import pytest

from pepa.control.error import PepaError
from pepa.language.source import read_source, write_whole


def test_a_model_is_read_without_its_byte_order_mark(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_bytes(b"\xef\xbb\xbfP = (a, 1).P;")
    assert read_source(path) == "P = (a, 1).P;"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\x7fELF\0\0", "binary"), (b"P\n\xff", "2: not UTF-8"), (b"x" * (10 * 2**20), "10.0 MiB")],
)
def test_what_is_no_model_is_said(tmp_path, content, message):
    path = tmp_path / "m.pepa"
    path.write_bytes(content)
    with pytest.raises(PepaError, match=message):
        read_source(path)


def test_directories_and_missing_files(tmp_path):
    with pytest.raises(PepaError, match="directory"):
        read_source(tmp_path)
    with pytest.raises(PepaError, match="No such file"):
        read_source(tmp_path / "none.pepa")


def test_a_file_is_written_whole_and_keeps_its_mode(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, "new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".part"] == []


def test_a_link_stays_a_link(tmp_path):
    path, link = tmp_path / "m.pepa", tmp_path / "link.pepa"
    path.write_text("old")
    link.symlink_to(path)
    write_whole(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "m.pepa"
    path.write_text("old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert len(list(tmp_path.glob(".*"))) == 0
