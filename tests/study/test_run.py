"""Points shared among processes: who solves what, what a dying process costs, how a run is stopped."""

import contextlib
import itertools
import os
import signal
import time
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import SimpleNamespace

import pytest

from pepa.control.control import Control
from pepa.control.processes import processes
from pepa.study import crews
from pepa.study import run as run_module
from pepa.study.crews import crew
from pepa.study.design import grid
from pepa.study.kept import Kept
from pepa.study.run import Crew, run
from pepa.study.solving import BATCH_SECONDS, Setting, batches, solved
from tests.models import model_text


class Stop(Exception):
    pass


def setting(model="vm_launch", measures=("throughput(useVM)",), fixed=(), **options):
    return Setting(model_text(model), tuple(fixed), tuple((m, m) for m in measures), **options)


def no_executor():
    raise AssertionError("processes were started")


def points(**ranges):
    return [tuple(point.items()) for point in grid(ranges)]


def outcomes(of, wanted, workers=None, kept=None, control=None):
    found = list(run([of] * len(wanted), wanted, control or Control(), workers, kept))
    return sorted(found, key=lambda outcome: outcome.index)


def values(found):
    return [outcome.rows[0].values if outcome.rows else outcome.reason for outcome in found]


def impatient(number, patience=0.0):
    return Crew(lambda: processes(number), number, patience)


def test_points_of_one_structure_go_together():
    wanted = points(Q=(1.0, 2.0), p=(0.1, 0.5, 0.9))
    found = batches([setting()] * 6, wanted)
    assert [len(batch.points) for batch in found] == [3, 3]
    assert [dict(batch.anchor)["Q"] for batch in found] == [1.0, 2.0]
    assert [index for batch in found for index, _ in batch.points] == list(range(6))


def test_a_batch_ends_after_its_time():
    wanted = points(p=[0.001 * k for k in range(1, 900)])
    (batch,) = batches([setting()] * len(wanted), wanted)
    began = time.monotonic()
    found = solved(batch, Control())
    assert 1 <= len(found) < len(wanted)
    assert time.monotonic() - began < BATCH_SECONDS + 2


def test_quick_points_never_leave_this_process(monkeypatch):
    found = outcomes(setting(), points(p=(0.2, 0.5)), Crew(no_executor, 2, patience=60.0))
    assert len(found) == 2
    monkeypatch.setattr(crews, "ALONE", 60.0)
    with crew(2, None) as workers:
        assert workers.patience == 60.0
        assert outcomes(setting(), points(p=(0.2, 0.5)), workers) == found


@pytest.mark.parametrize(("number", "called"), [(30, False), (300, True)])
def test_the_crew_is_called_in_only_for_what_takes_long(number, called, monkeypatch):
    clock = itertools.count(0.0, 0.02)  # two readings a point at least
    monkeypatch.setattr(run_module, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    wanted = points(p=[k / 1000 for k in range(1, number)])
    with pytest.raises(AssertionError) if called else contextlib.nullcontext():
        outcomes(setting(fixed=[("Q", 1.0)]), wanted, Crew(no_executor, 2, patience=0.5))


def test_slow_points_are_begun_here_and_ended_by_the_crew():
    wanted = points(Q=(1.0, 2.0, 16.0, 17.0))
    alone = outcomes(setting(), wanted)
    assert outcomes(setting(), wanted, impatient(2, patience=0.05)) == alone


def test_one_point_left_is_solved_here(tmp_path):
    wanted = points(p=(0.2, 0.5))
    kept = Kept(tmp_path / "points.sqlite")
    outcomes(setting(), wanted[:1], kept=kept)
    found = outcomes(setting(), wanted, Crew(lambda: None, 2), kept)
    assert [outcome.index for outcome in found] == [0, 1]
    kept.close()


class Fragile(Executor):
    """Solves at once, and breaks on a batch with a lethal point in it, as a pool does whose process dies."""

    lethal = 2

    def submit(self, function, batch, control):
        future = Future()
        if any(index == self.lethal for index, _ in batch.points):
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(function(batch, control))
        return future


def test_a_point_that_kills_its_process_fails_alone():
    wanted = points(p=(0.1, 0.2, 0.3, 0.4, 0.5))
    found = outcomes(setting(), wanted, Crew(Fragile, 2))
    assert [bool(outcome.reason) for outcome in found] == [index == Fragile.lethal for index in range(5)]
    assert found[Fragile.lethal].reason == "the process that solved it died, which may be for want of memory"


def test_an_error_of_the_solver_is_told_with_its_point():
    class Failing(Fragile):
        def submit(self, function, batch, control):
            future = Future()
            if any(index == 1 for index, _ in batch.points):
                future.set_exception(ValueError("no such thing"))
            else:
                future.set_result(function(batch, control))
            return future

    found = outcomes(setting(), points(p=(0.1, 0.2, 0.3)), Crew(Failing, 1))
    assert [outcome.reason for outcome in found] == ["", "ValueError: no such thing", ""]


def test_a_broken_pool_is_opened_again_and_its_points_are_solved():
    opened, victim = [], []

    def executors():
        opened.append(1)
        return processes(2)

    def report(_):
        workers = [process for process in Path("/proc").glob("[0-9]*") if _is_worker(process)]
        if not victim and len(workers) >= 2:
            victim.append(workers[0])
            os.kill(int(workers[0].name), signal.SIGKILL)

    wanted = points(Q=(14.0, 15.0, 16.0, 17.0))
    found = outcomes(setting(), wanted, Crew(executors, 2), control=Control(report=report))
    assert victim
    assert len(opened) >= 2
    assert values(found) == values(outcomes(setting(), wanted))


def _is_worker(process):
    """Whether a process is one of a pool of this one."""
    try:
        parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        return parent == os.getpid() and b"spawn_main" in (process / "cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.parametrize("workers", [None, 2])
def test_a_run_can_be_stopped_and_keeps_what_is_done(tmp_path, workers):
    wanted = points(p=[0.001 * k for k in range(1, 900)])

    def until_stopped(crew):
        kept, found = Kept(tmp_path / "points.sqlite"), []

        def report(_):
            if found:
                raise Stop

        with contextlib.suppress(Stop):
            for outcome in run([setting()] * len(wanted), wanted, Control(report=report), crew, kept):
                found.append(outcome)
        kept.close()
        return found

    found = until_stopped(workers and impatient(workers))
    assert 0 < len(found) < len(wanted)
    assert {outcome.index for outcome in found} <= {outcome.index for outcome in until_stopped(None)}


def test_points_of_an_earlier_run_are_told_before_the_next_is_solved(tmp_path):
    wanted, kept, said = points(Q=(1.0, 2.0, 3.0)), Kept(tmp_path / "points.sqlite"), []
    outcomes(setting(), wanted[:2], kept=kept)
    outcomes(setting(), wanted, kept=kept, control=Control(report=lambda progress: said.append(progress.message)))
    kept.close()
    assert said[0] == "2 of 3 points"
