"""Writing files: whole or not at all, and with all that belongs to the file beside its text.

A new text takes the place of the old file at one stroke (a temporary file, renamed). Where that would lose something,
hard links, an owner, an extended attribute, it is written into the old file, with the old text kept beside until done.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; owner, group, mode, hard links and extended attributes stay as they are.

    A symbolic link is followed, so that the file it names is the one written. Raises OSError: for what is no regular
    file, and for what must not be written, too.
    """
    target = _resolved(path)
    before = _file_there(target)
    if before is None:
        write_new(target, text)
        return
    data = _encoded(text)
    if before.st_nlink > 1 or not _replaced(target, before, data):
        _overwritten(target, data)


def write_new(path: Path, text: str, *, waits: bool = True) -> None:
    """Write a new file of that name whole or not at all; a file or link of that name gives way. Raises OSError.

    Where it need not outlive a failure of power it `waits` for no disk: that can take as long as a disk likes.
    """
    with _beside(path, _encoded(text), waits=waits) as new:
        _let_be_read(new)
        _take_place(new, path, waits=waits)


@contextlib.contextmanager
def written_in_pieces(path: Path) -> Iterator[TextIO]:
    """Give a file for a text too long to be held, which is that of the path once the block ends as it should.

    A symbolic link is followed. Raises OSError: for what is no regular file, and for what must not be written, too.
    """
    target = _resolved(path)
    _file_there(target)
    with _beside(target, b"") as new:
        _let_be_read(new)
        with new.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _take_place(new, target)


def put_on_disk(path: Path) -> None:
    """Wait until a file is on disk, if it is there."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _file_there(target: Path) -> os.stat_result | None:
    """Return what is known of a file that is to be written, None where there is none.

    Raises OSError where it must not be.
    """
    try:
        found = target.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is a directory, a device or a pipe, not a file", str(target))
    if not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, "it is read-only", str(target))
    return found


def _let_be_read(new: Path) -> None:
    """Give a new file the mode that new files have here."""
    umask = os.umask(0)
    os.umask(umask)
    new.chmod(0o666 & ~umask)


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise OSError(errno.EILSEQ, f"line {line} has a character that is no Unicode") from None


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # what pathlib makes of a loop
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None
    except ValueError:
        raise OSError(errno.EINVAL, "no file can have such a name", str(path)) from None


@contextlib.contextmanager
def _beside(target: Path, data: bytes, suffix: str = ".part", *, waits: bool = True) -> Iterator[Path]:
    """Give a file on disk beside the target; it is removed where it has not taken another's place."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=suffix)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if waits:
                os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _take_place(new: Path, target: Path, *, waits: bool = True) -> None:
    new.replace(target)
    if waits:
        put_on_disk(target.parent)  # the name is on disk as well; not every file system can say so


def _replaced(target: Path, before: os.stat_result, data: bytes) -> bool:
    """Whether a new file took the place of the old one; it does not where it cannot be all that the old one was."""
    try:
        with _beside(target, data) as new:
            if not _alike(new, target, before):
                return False
            _take_place(new, target)
            return True
    except PermissionError:
        return False  # nothing can be made in this folder


def _alike(new: Path, target: Path, before: os.stat_result) -> bool:
    """Give a new file the owner, mode and extended attributes of another; return whether it has them all then."""
    with contextlib.suppress(OSError):
        if (new.stat().st_uid, new.stat().st_gid) != (before.st_uid, before.st_gid):
            os.chown(new, before.st_uid, before.st_gid)
        new.chmod(stat.S_IMODE(before.st_mode))
        wanted = _attributes(target)
        for name in _attributes(new).keys() - wanted.keys():
            os.removexattr(new, name)
        for name, value in wanted.items():
            if _attributes(new).get(name) != value:
                os.setxattr(new, name, value)
    after = new.stat()
    same = [getattr(after, part) == getattr(before, part) for part in ("st_uid", "st_gid", "st_mode")]
    return all(same) and _attributes(new) == _attributes(target)


def _attributes(path: Path) -> dict[str, bytes]:
    try:
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return {}  # a file system that has none
        raise


def _overwritten(target: Path, data: bytes) -> None:
    """Write into a file. Room is made first; where writing fails all the same, the old text is written back."""
    with _safe_copy(target) as old, target.open("r+b", buffering=0) as file:
        try:
            _make_room(file.fileno(), len(data))
            _write_all(file.fileno(), data)
        except BaseException:
            _write_all(file.fileno(), old)
            raise


@contextlib.contextmanager
def _safe_copy(target: Path) -> Iterator[bytes]:
    """Give the old bytes, kept beside the file meanwhile (or among temporary files, where nothing can be made there).

    The copy is left where the block ends by a failure that left the file with neither text.
    """
    old = target.read_bytes()
    folder = target.parent if os.access(target.parent, os.W_OK) else Path(tempfile.gettempdir())
    with _beside(folder / target.name, old, ".before") as copy:
        try:
            yield old
        except BaseException as error:
            if target.read_bytes() != old:
                kept = copy.rename(copy.with_suffix(".kept"))
                raise OSError(
                    errno.EIO, f"{error.strerror if isinstance(error, OSError) else error}; the old text is in {kept}"
                ) from error
            raise


def _make_room(descriptor: int, size: int) -> None:
    before = os.fstat(descriptor).st_size
    if size > before:
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            os.ftruncate(descriptor, before)
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise


def _write_all(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)
