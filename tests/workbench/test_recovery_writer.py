"""Recovery files of long texts are written beside the keys, and never behind what came later."""

import asyncio

from workbench import recovery_writer
from workbench.document import forget, opened, recovered
from workbench.recovery_writer import RecoveryWriter


async def test_long_texts_are_kept_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(recovery_writer, "LONG", 10)
    path, other = tmp_path / "m.pepa", tmp_path / "other.pepa"
    path.write_text("old\n" * 10)
    writer = RecoveryWriter(print)
    for number in range(20):
        writer.keep(opened(path).edited(f"text {number} ×" * 40_000))
        writer.keep(opened(other).edited(f"another {number}"))
        await asyncio.sleep(0)
    await writer.settled()
    assert recovered(opened(path)) == "text 19 ×" * 40_000
    assert recovered(opened(other)) == "another 19"
    writer.keep(opened(path).edited("changed again " * 100_000))
    writer.keep(opened(path))  # saved
    await writer.settled()
    assert recovered(opened(path)) is None
    forget(opened(other))


async def test_what_cannot_be_written_is_told(tmp_path, monkeypatch):
    folder = tmp_path / "readonly"
    folder.write_text("")  # no folder
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    told = []
    writer = RecoveryWriter(told.append)
    for long in (10**9, 1):
        monkeypatch.setattr(recovery_writer, "LONG", long)
        writer.keep(opened(None).edited("new"))
        await writer.settled()
    assert len(told) == 2
