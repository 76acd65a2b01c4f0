"""Points on disk: what makes one the same, and that a study goes on where it was killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from pepa.study.kept import OLDEST, Kept, cache_file, key
from pepa.study.solving import Outcome, Row, Setting
from tests.cli.command import ROOT, VM_LAUNCH, answer, pepa
from tests.models import model_text

SETTING = Setting(model_text("queue"), (("a", 1.0),), (("m", "population(P)"),))
OUTCOME = Outcome(3, (Row({"m": 0.1 + 0.2}, {"m": 1e-17}),), "exact")


def kept(tmp_path, **options):
    return Kept(tmp_path / "points.sqlite", **options)


def test_a_point_reads_back_to_the_last_digit(tmp_path):
    points = kept(tmp_path)
    points.keep([("k", OUTCOME)])
    assert points.found(["k", "l"]) == {"k": Outcome(0, OUTCOME.rows, "exact")}
    points.close()
    assert kept(tmp_path).found(["k"])["k"].rows == OUTCOME.rows
    assert kept(tmp_path, fresh=True).found(["k"]) == {}


def test_every_point_is_there_at_once_for_who_comes_after_a_kill(tmp_path):
    points = kept(tmp_path)
    for number in range(50):
        points.keep([(str(number), OUTCOME)])
        assert kept(tmp_path).found([str(number)])


def test_points_that_failed_are_tried_again(tmp_path):
    points = kept(tmp_path)
    points.keep([("k", Outcome(0, (), reason="no memory"))])
    assert points.found(["k"]) == {}


def test_many_keys_are_looked_up(tmp_path):
    points = kept(tmp_path)
    points.keep((str(number), OUTCOME) for number in range(1700))
    assert len(points.found([str(number) for number in range(2000)])) == 1700


def test_what_a_point_depends_on_makes_its_key():
    same = key(SETTING, (("b", 2.0),), 1e-12)
    assert key(Setting(SETTING.model, (("b", 2.0),), SETTING.measures), (("a", 1.0),), 1e-12) == same
    others = [
        key(SETTING, (("b", 3.0),), 1e-12),
        key(SETTING, (("b", 2.0),), 1e-9),
        key(Setting(SETTING.model, SETTING.fixed, (("m", "population(Q)"),)), (("b", 2.0),), 1e-12),
        key(Setting(SETTING.model, SETTING.fixed, SETTING.measures, "fluid"), (("b", 2.0),), 1e-12),
        key(Setting(SETTING.model, SETTING.fixed, SETTING.measures, seed=2), (("b", 2.0),), 1e-12),
        key(Setting(SETTING.model, SETTING.fixed, SETTING.measures, times=(1.0,)), (("b", 2.0),), 1e-12),
    ]
    assert len({same, *others}) == len(others) + 1


MODEL = "r = 1.5; s = 2 * r; n = 3;\nP = (a, r).Q;\nQ = (b, s).P + (c, 0.1).Q;\nP[n] || (P <a> Q)\n"


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ("// more\n" + MODEL.replace(";", " ;\n /* and more */"), True),  # it says the same
        (MODEL.replace("1.5", "1.50e0").replace("(P <a> Q)", "((P) <a> (Q))"), True),
        (MODEL.replace("r = 1.5", "r = 7"), True),  # which is replaced in each point
        (MODEL.replace("r = 1.5", "r = 2 * n"), True),
        (MODEL.replace("n = 3", "n = 4"), False),
        (MODEL.replace("2 * r", "2 + r"), False),
        (MODEL.replace("0.1", "0.2"), False),
        (MODEL.replace("P <a> Q", "P <b> Q"), False),
        (MODEL.replace("(a, r)", "(d, r)"), False),
        (MODEL.replace("P[n] || (P <a> Q)", "(P <a> Q) || P[n]"), False),
        (MODEL.replace("Q", "R"), False),
        (MODEL.replace("P[n]", "P[n"), False),
    ],
)
def test_a_point_is_of_what_a_text_says(changed, same):
    def of(text):
        return key(Setting(text, (), (("m", "population(P)"),)), (("r", 2.0),), 1e-12)

    assert (of(changed) == of(MODEL)) == same


def test_old_points_are_let_go(tmp_path):
    kept(tmp_path).keep([("k", OUTCOME)])
    with sqlite3.connect(tmp_path / "points.sqlite") as file:
        file.execute("UPDATE points SET at = ?", (time.time() - OLDEST - 60,))
    assert kept(tmp_path).found(["k"]) == {}


def test_a_damaged_file_is_made_anew_and_what_is_no_file_is_an_error(tmp_path):
    (tmp_path / "points.sqlite").write_text("this is no database, and long enough to be seen as none" * 40)
    points = kept(tmp_path)
    points.keep([("k", OUTCOME)])
    assert points.found(["k"])
    (tmp_path / "folder" / "points.sqlite").mkdir(parents=True)
    with pytest.raises(OSError, match=r"points\.sqlite"):
        kept(tmp_path / "folder")


def test_where_points_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("PEPA_CACHE", str(tmp_path))
    assert cache_file() == tmp_path / "pepa-workbench" / "points.sqlite"
    monkeypatch.delenv("PEPA_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_file().is_relative_to(tmp_path / "xdg")


def test_a_study_goes_on_without_a_place_for_its_points(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PEPA_CACHE", str(tmp_path / "file"))
    done = pepa("sweep", VM_LAUNCH, "Q=1", "--measure", "population(User3)")
    assert done.returncode == 0
    assert "points are not kept" in done.stderr
    assert "0.8820" in done.stdout


SWEEP = ["sweep", VM_LAUNCH, "r5=0.01:2:0.01", "Q=5", "--measure", "throughput(useVM)"]


def times_of_points():
    """Return when each point was written."""
    try:
        with sqlite3.connect(cache_file()) as file:
            return dict(file.execute("SELECT key, at FROM points"))
    except sqlite3.Error:
        return {}


@pytest.mark.parametrize("processes", ["2", pytest.param("1", marks=pytest.mark.slow)])
def test_a_killed_study_goes_on_where_it_was_to_the_same_result(processes):
    code = "from pepa.cli.main import main; main()"
    command = [sys.executable, "-c", code, *SWEEP, "--processes", processes, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True) as child:
        until = time.monotonic() + 30
        while len(times_of_points()) < 20 and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(child.pid, signal.SIGKILL)
    before = times_of_points()
    assert 20 <= len(before) < 200
    status, resumed = answer(*SWEEP, "--processes", processes)
    assert status == 0
    after = times_of_points()
    assert {name: after[name] for name in before} == before  # none was solved again
    assert len(after) == 200
    _, fresh = answer(*SWEEP, "--processes", "1", "--fresh")
    assert resumed == fresh


def test_an_interrupted_study_says_what_it_has():
    code = "from pepa.cli.main import main; main()"
    command = [sys.executable, "-c", code, *SWEEP, "--processes", "2"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        until = time.monotonic() + 30
        while len(times_of_points()) < 20 and time.monotonic() < until:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "of 200 points are solved; run it again to go on" in errors
    assert "Traceback" not in errors
