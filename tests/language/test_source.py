"""Files that are models, and files that are not."""

import os
import socket
from pathlib import Path

import pytest

from pepa.control.error import PepaError
from pepa.language.source import NoSuchFile, read_bytes, read_source


def test_a_model_is_read_without_its_byte_order_mark(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_bytes(b"\xef\xbb\xbfP = (a, 1).P;")
    assert read_source(path) == "P = (a, 1).P;"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\x7fELF\0\0", "binary"), (b"P\n\xff", "2: not UTF-8")],
)
def test_what_is_no_model_is_said(tmp_path, content, message):
    path = tmp_path / "m.pepa"
    path.write_bytes(content)
    with pytest.raises(PepaError, match=message):
        read_source(path)


def test_directories_and_missing_files(tmp_path):
    with pytest.raises(PepaError, match="directory"):
        read_source(tmp_path)
    with pytest.raises(NoSuchFile, match="No such file"):
        read_source(tmp_path / "none.pepa")


def test_what_is_too_large_is_not_read_whatever_it_says(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_bytes(b"x" * (3 * 2**20))
    with pytest.raises(PepaError, match=r"3\.0 MiB; at most 2 MiB"):
        read_bytes(path, 2 * 2**20)
    assert len(read_bytes(path, 3 * 2**20)) == 3 * 2**20
    endless = Path("/proc/self/smaps")  # says 0 bytes
    with pytest.raises(PepaError, match="without an end"):
        read_bytes(endless, 100)


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "loop", "NUL", "long", "memory"])
def test_what_is_no_regular_file_is_never_waited_for(tmp_path, kind):
    path = tmp_path / "m.pepa"
    server = socket.socket(socket.AF_UNIX)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        server.bind(str(path))
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path = Path({"NUL": "a\0b", "long": "x" * 300, "device": "/dev/zero", "memory": "/proc/self/mem"}[kind])
    with server, pytest.raises(PepaError) as raised:
        read_source(path)
    assert raised.value.hint
