"""Apps, their workers, pools and studies killed at random moments: what was typed is there, files are whole."""

import contextlib
import os
import random
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pepa.study.kept import cache_file
from tests.cli.command import ROOT, VM_LAUNCH, answer
from tests.models import model_text
from tests.workbench.screens import screen_text, solved, until, workbench
from tests.workbench.terminal import in_a_terminal
from workbench.document import opened, recovered, state_folder
from workbench.widgets.editor import PepaEditor

pytestmark = pytest.mark.slow
AT_ONCE = 3  # apps
KEPT_WITHIN = 2.0  # seconds after a key
DRAWN = re.compile(rb"send=10|r1=10| 966 ")
KEYS = b"abcdefghijklmnopqrstuvwxyz0123456789 "
STUDY = ["sweep", VM_LAUNCH, "r5=0.01:2:0.01", "Q=5", "--measure", "throughput(useVM)"]


class Typist:
    """Types into an app at random, now and then running or saving, until a random moment; then kills it."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.path = folder / f"m{seed}.pepa"
        self.before = model_text("vm_launch")
        self.path.write_text(self.before)
        self.child, self.terminal = in_a_terminal(self.path)
        self.lives = self.random.uniform(0.2, 8)  # seconds from its start, or for most from when it can be typed into
        self.dies = time.monotonic() + (self.lives if self.random.random() < 0.25 else 60)
        self.pace = self.random.choice([0.02, 0.1, 0.2])  # of 200 keys a second: a held key repeats 30 times
        self.typed = []  # when, what
        self.seen = b""

    def act(self):
        """Type once; return whether the app lives."""
        if select.select([self.terminal], [], [], 0)[0]:
            with contextlib.suppress(OSError):
                self.seen += os.read(self.terminal, 1 << 20)
        if time.monotonic() >= self.dies:
            os.kill(self.child, signal.SIGKILL)
            self.dies = time.monotonic()
            return False
        if not DRAWN.search(self.seen):
            return True
        self.dies = min(self.dies, time.monotonic() + self.lives)
        self.lives = 60
        if self.random.random() < self.pace:
            key = self.random.choice(KEYS)
            os.write(self.terminal, bytes([key]))
            self.typed.append((time.monotonic(), chr(key)))
        elif self.random.random() < 0.01:
            os.write(self.terminal, self.random.choice([b"\x1b[15~", b"\x13"]))  # F5, Ctrl+S
        return True

    def losses(self):
        """Return what is wrong with what is left."""
        os.waitpid(self.child, 0)
        os.close(self.terminal)
        on_disk = self.path.read_text()
        text = recovered(opened(self.path)) or on_disk
        due = "".join(key for at, key in self.typed if at < self.dies - KEPT_WITHIN)
        if not on_disk.endswith(self.before):
            yield f"{self.path}: the file is torn"
        if not text.startswith(due):
            yield f"{self.path}: typed {due!r}, kept {text[: len(due)]!r}"


def orphans():
    """Return the worker processes that have lost their app."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == 1 and b"workbench.engine.worker" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def test_an_app_killed_at_any_moment_has_kept_what_was_typed(tmp_path, faults):
    wrong, typed = [], 0
    for first in range(0, faults, AT_ONCE):
        typists = [Typist(tmp_path, seed) for seed in range(first, min(first + AT_ONCE, faults))]
        living = list(typists)
        while living:
            living = [typist for typist in living if typist.act()]
            time.sleep(0.005)
        for typist in typists:
            wrong += typist.losses()
            typed += len(typist.typed)
    until_gone = time.monotonic() + 5
    while orphans() and time.monotonic() < until_gone:
        time.sleep(0.1)
    assert not wrong
    assert not orphans()
    assert typed > 10 * faults
    opened(tmp_path / "m0.pepa")
    assert not [part for folder in (tmp_path, state_folder()) for part in folder.rglob("*.before")]


async def test_a_worker_killed_at_any_moment_costs_nothing(faults):
    chance = random.Random(1)
    async with workbench() as (app, pilot):
        await solved(app, pilot)
        for _ in range(faults // 4):
            await pilot.press(chance.choice(KEYS.decode()).replace(" ", "space"), "backspace")
            await pilot.press(*chance.choice([["f5"], ["f6"], ["alt+2"], ["f8"], ["alt+1"]]))
            await pilot.pause(chance.uniform(0, 0.3))
            with contextlib.suppress(ProcessLookupError):  # another is not there yet
                os.kill(app._engine._main.process.pid, signal.SIGKILL)
            await pilot.pause(chance.uniform(0, 0.3))
            await pilot.press("alt+1")
        assert app.query_one(PepaEditor).text == model_text("vm_launch")
        await pilot.pause(1)
        await solved(app, pilot)
        await until(pilot, lambda: "966 states" in screen_text(app))


def kept_at():
    """Return when each point was written."""
    try:
        with contextlib.closing(sqlite3.connect(cache_file())) as file:
            return dict(file.execute("SELECT key, at FROM points"))
    except sqlite3.Error:
        return {}


def of_group(group):
    """Return the processes of a group."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if os.getpgid(int(process.name)) == group:
                found.append(int(process.name))
    return found


def test_a_study_killed_again_and_again_loses_no_point_and_solves_none_twice(faults):
    chance = random.Random(2)
    code = "from pepa.cli.main import main; main()"
    command = [sys.executable, "-c", code, *STUDY, "--processes", "2"]
    kills, before = 0, {}
    while kills < faults // 8:
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as child:
            time.sleep(chance.uniform(0.3, 2.0))
            one_of_the_pool = [each for each in of_group(child.pid) if each != child.pid]
            if one_of_the_pool and chance.random() < 0.5:  # it goes on without it, until it is killed itself
                os.kill(chance.choice(one_of_the_pool), signal.SIGKILL)
                time.sleep(chance.uniform(0, 1.0))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            kills += 1
        after = kept_at()
        assert {name: after.get(name) for name in before} == before
        before = after
        if len(before) == 200:
            cache_file().unlink()
            before = {}
    status, resumed = answer(*STUDY, "--processes", "1")
    assert status == 0
    assert {name: at for name, at in kept_at().items() if name in before} == before
    assert len(kept_at()) == 200
    assert resumed == answer(*STUDY, "--processes", "1", "--fresh")[1]


def test_a_store_damaged_anywhere_is_solved_again(faults):
    chance = random.Random(3)
    few = [*STUDY[:2], "r5=1,2,3,4", "Q=2", *STUDY[4:], "--processes", "1"]
    fresh = answer(*few)
    whole = cache_file().read_bytes()
    for _ in range(faults):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 10, 200])):
            at = chance.randrange(len(damaged))
            damaged[at : at + chance.choice([1, 1, 50])] = chance.randbytes(chance.choice([0, 1, 1, 50]))
        cache_file().write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(1, len(damaged))])])
        assert answer(*few) == fresh
