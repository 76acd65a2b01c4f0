"""What the worker answers, asked directly; and the worker as a process."""

import io
import json
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from pepa.control.error import PepaError
from pepa.language.problem import ModelError
from tests.models import MODELS, model_text
from tests.workbench.terminal import in_a_terminal, shown
from workbench.document import opened, recovered
from workbench.engine.frames import HEADER, LONG, MANY, decoding, encode, read
from workbench.engine.session import MOST_TOLD, Session
from workbench.engine.state_table import StateTable
from workbench.engine.stepping import Stepping

LIMITS = {"tolerance": 1e-12, "most_states": 10**6}


def quiet(_):
    pass


def solved(text):
    session = Session()
    return session, session.solve(quiet, text=text, **LIMITS)


def test_frames_read_back_and_end():
    long = {"a": "×\ud800" * LONG, "b": "b" * (LONG + 1), "c": {"d": "short"}}
    stream = io.BytesIO(encode({"a": 1, "b": "×"}) + encode(long) + encode({}) + b"\x05")
    assert read(stream) == {"a": 1, "b": "×"}
    assert read(stream) == long
    assert read(stream) == {}
    assert read(stream) is None


def test_large_objects_of_an_answer_are_read_in_short_steps():
    members = {f"r{number}": number for number in range(3 * MANY + 1)}
    frame = {"id": 1, "kind": "done", "answer": {"few": {"a": 1}, "many": members, "more": members, "none": None}}
    data = encode({**frame, "text": "t" * (LONG + 1)})
    body, behind = HEADER.unpack(data[: HEADER.size])
    body += HEADER.size
    assert len(data) == body + behind
    steps = [len(step["answer"].get("more", {})) for step in decoding(data[HEADER.size : body], data[body:])]
    assert steps == [0, 0, 0, 0, 0, MANY, 2 * MANY, 3 * MANY, 3 * MANY + 1]
    assert read(io.BytesIO(data)) == {**frame, "text": "t" * (LONG + 1)}


def test_a_check_tells_problems_and_parameters():
    session = Session()
    fine = session.check(quiet, text=model_text("queue"))
    assert fine["problems"] == []
    assert fine["parameters"]["arrival"] == 1.5
    wrong = session.check(quiet, text="P = (a, r).P;\nP")
    assert wrong["parameters"] is None
    assert wrong["problems"][0]["code"] == "undefined-rate"


def test_a_check_that_is_refused_tells_why(monkeypatch):
    def refused(_):
        raise PepaError("no", "try less")

    monkeypatch.setattr("workbench.engine.session.check_text", refused)
    answer = Session().check(quiet, text="P = (a, 1).P;\nP\n")
    assert [(one["message"], one["hint"], one["line"]) for one in answer["problems"]] == [("no", "try less", 2)]
    assert answer["parameters"] is None


def test_of_very_many_problems_a_check_tells_the_errors_first_and_counts_the_rest():
    unused = "".join(f"r{number} = 1.0;\n" for number in range(MOST_TOLD + 20))
    fine = Session().check(quiet, text=f"{unused}P = (a, 1.0).P;\nP")
    assert [problem["line"] for problem in fine["problems"]] == list(range(1, MOST_TOLD + 1))
    assert fine["more"] == {"warning": 20}
    wrong = Session().check(quiet, text=f"{unused}P = (a, s).P;\nP")
    assert [problem["severity"] for problem in wrong["problems"]].count("error") == 1
    assert wrong["more"] == {"warning": 21}


def test_answers_are_plain_json():
    session, report = solved(model_text("vm_launch"))
    json.dumps(report)
    json.dumps(StateTable(session).states(quiet, start=0, stop=5))
    json.dumps(Stepping(session).step(quiet, model_text("vm_launch"), {"number": 0}))


def test_a_failed_run_keeps_the_last_state_space():
    session, _ = solved(model_text("queue"))
    with pytest.raises(ModelError):
        session.solve(quiet, text="P", **LIMITS)
    assert session.derived is not None


@pytest.fixture
def process():
    command = [sys.executable, "-m", "workbench.engine.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        yield worker
        worker.kill()


def test_the_worker_answers_and_dies_with_the_app(process):
    assert read(process.stdout) == {"id": 0, "kind": "ready"}
    process.stdin.write(encode({"id": 7, "op": "check", "text": "P = (a, 1).P;\nP"}))
    process.stdin.flush()
    answer = {"problems": [], "more": {}, "parameters": {}, "sizes": [], "through": {}}
    assert read(process.stdout) == {"id": 7, "kind": "done", "answer": answer}
    process.stdin.close()
    assert process.wait(timeout=5) == 0


def test_the_worker_can_be_cancelled_and_goes_on(process):
    read(process.stdout)
    text = model_text("vm_launch").replace("Q = 5;", "Q = 60;")
    process.stdin.write(encode({"id": 1, "op": "solve", "text": text, "tolerance": 1e-12, "most_states": 10**8}))
    process.stdin.flush()
    assert read(process.stdout)["kind"] == "progress"
    began = time.monotonic()
    process.stdin.write(encode({"id": 0, "op": "cancel", "of": 1}) + encode({"id": 2, "op": "check", "text": "P"}))
    process.stdin.flush()
    while (frame := read(process.stdout))["kind"] == "progress":
        pass
    assert frame == {"id": 1, "kind": "cancelled"}
    assert time.monotonic() - began < 5
    assert read(process.stdout)["id"] == 2


def test_a_long_check_is_told_and_can_be_cancelled(process):
    read(process.stdout)
    ring = "".join(f"P{number} = (a, 1.0).P{number + 1};\n" for number in range(60_000)) + "P60000 = (a, 1.0).P0;\nP0"
    process.stdin.write(encode({"id": 1, "op": "check", "text": ring}) + encode({"id": 2, "op": "check", "text": ring}))
    process.stdin.flush()
    told = read(process.stdout)
    assert (told["kind"], told["stage"]) == ("progress", "check")
    process.stdin.write(encode({"id": 0, "op": "cancel", "of": 2}) + encode({"id": 0, "op": "cancel", "of": 1}))
    process.stdin.flush()
    while (frame := read(process.stdout))["kind"] == "progress":
        pass
    assert frame == {"id": 1, "kind": "cancelled"}
    assert read(process.stdout) == {"id": 2, "kind": "cancelled"}  # it was not even begun


@pytest.mark.parametrize("stopped", [False, True], ids=["at once", "both at once"])
def test_a_terminated_app_keeps_what_was_typed(tmp_path, stopped):
    path = tmp_path / "m.pepa"
    path.write_text(MODELS[0].read_text())
    child, terminal = in_a_terminal(path)
    shown(terminal, b"send=10")
    if stopped:  # so that it finds the signal before the keys, or beside them
        os.kill(child, signal.SIGSTOP)
    os.write(terminal, b"%" * 150)  # more than are dealt with at once
    os.kill(child, signal.SIGTERM)
    os.kill(child, signal.SIGCONT)
    shown(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 128 + signal.SIGTERM
    os.close(terminal)
    text = recovered(opened(path))
    assert text is not None
    assert text.startswith("%" * 150 + "//")


def test_an_app_stopped_from_outside_goes_on_when_continued_and_ends(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(MODELS[0].read_text())
    child, terminal = in_a_terminal(path)
    before = termios.tcgetattr(terminal)
    shown(terminal, b"send=10")
    for number in range(3):
        os.kill(child, signal.SIGSTOP)
        os.waitpid(child, os.WUNTRACED)
        os.kill(child, signal.SIGCONT)
        shown(terminal, b"send=10")  # all is drawn again
        os.write(terminal, b"%" * (number + 1))
    os.kill(child, signal.SIGTERM)
    shown(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 128 + signal.SIGTERM
    assert termios.tcgetattr(terminal) == before
    os.close(terminal)
    text = recovered(opened(path))
    assert text is not None
    assert text.startswith("%" * 6 + "//")


def test_an_app_terminated_while_it_starts_leaves_the_terminal_as_it_was(tmp_path):
    child, terminal = in_a_terminal(tmp_path / "new.pepa")
    before = termios.tcgetattr(terminal)
    seen = shown(terminal, b"\x1b[?1049h")
    os.kill(child, signal.SIGHUP)
    seen += shown(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 128 + signal.SIGHUP
    assert seen.rfind(b"\x1b[?1049l") > seen.rfind(b"\x1b[?1049h") >= 0
    assert termios.tcgetattr(terminal) == before
    os.close(terminal)


@pytest.mark.parametrize("continued", [False, True], ids=["hung up", "hung up and continued"])
def test_an_app_whose_terminal_is_gone_ends(tmp_path, continued):
    child, terminal = in_a_terminal(tmp_path / "new.pepa")
    shown(terminal, b"Problem")
    os.close(terminal)
    if continued:  # as the system does to what was stopped
        os.kill(child, signal.SIGCONT)
    until = time.monotonic() + 15
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < until:
        time.sleep(0.05)
    if ended == (0, 0):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert ended[0] == child


@pytest.mark.slow
def test_the_worker_does_not_grow_with_runs_and_edits():
    session, text = Session(), model_text("vm_launch")
    grown = 0.0
    for run in range(350):
        session.check(quiet, text=f"{text}\n// {run}")
        session.solve(quiet, text=text, overrides={"r5": 1.0 + run / 1000}, **LIMITS)
        if run == 50:
            grown = resident()
    assert resident() - grown < 3.0


def resident():
    """Return the memory this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


def test_what_makes_a_fluid_doubtful_stands_beside_its_chart():
    few = "P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).S; S = (b, 1).R;\nP[2] <a> R[2]"
    (rough,) = Session().follow(quiet, few, "fluid", 4.0, None)["notes"]
    assert rough.startswith("fluid mean and band are rough")
    ends = "P = (a, 1).Q + (b, 1).R; Q = (c, 1).Q; R = (d, 1).R; P"
    assert any("recurrent classes" in note for note in Session().follow(quiet, ends, "fluid", 4.0, None)["notes"])
    assert Session().follow(quiet, "P = (a, 1).Q; Q = (b, 1).P;\nP[50]", "fluid", 4.0, None)["notes"] == []
