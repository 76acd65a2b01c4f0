"""`pepa check` for people and for programs, and the pages of `pepa help`."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pepa.cli.main import pepa


@pytest.fixture
def run(capsys):
    def ran(*arguments):
        status = pepa.main(list(arguments), standalone_mode=False)
        return status or 0, capsys.readouterr().out

    return ran


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "a, b.pepa"
    path.write_text("R = 1;\nP = (a, R).P + (b, 0).P;\nQ = (a, 1).Q;\nP <a> P\n", encoding="utf-8")
    return str(path)


def test_warnings_are_chosen_by_their_codes(run, model):
    def codes(*options):
        status, out = run("check", model, "--json", *options)
        assert status == 0
        return {problem["code"] for problem in json.loads(out)["problems"]}

    everything = codes()
    assert {"upper-case-rate", "zero-rate", "unused-process"} <= everything
    assert codes("--ignore", "zero-rate,unused-process") == everything - {"zero-rate", "unused-process"}
    assert codes("--select", "zero-rate", "--select", "upper-case-rate") == {"zero-rate", "upper-case-rate"}
    with pytest.raises(click.UsageError, match="did you mean `zero-rate`"):
        run("check", model, "--ignore", "zero-rat")


def test_problems_for_editors_and_for_github(run, model, tmp_path):
    status, out = run("check", model, "--format", "line", "--select", "zero-rate")
    assert (status, out) == (0, f"{model}:2:20: warning: the rate of `b` is 0: it never happens [zero-rate]\n")
    status, out = run("check", model, "--format", "github", "--select", "zero-rate")
    named = model.replace(",", "%2C")
    assert out.startswith(f"::warning file={named},line=2,endLine=2,col=20,endColumn=20,title=zero-rate::the rate of")
    wrong = tmp_path / "wrong.pepa"
    wrong.write_text("P = (a, 1).P;\nP <a% P\n", encoding="utf-8")
    status, out = run("check", str(wrong), "--format", "github", "--select", "zero-rate")
    assert (status, out[:8]) == (1, "::error ")
    assert "\n" not in out.rstrip("\n")


def test_help_has_the_pages_of_checks_and_the_topics_of_the_manual(run):
    assert "Client <ask> Server" in run("help", "unshared-action")[1]
    assert run("help", "language")[1].startswith("# The language")
    assert "unshared-action" in run("help")[1]
    with pytest.raises(click.UsageError, match="did you mean `self-loop`"):
        run("help", "self-lop")


def test_a_check_of_a_long_model_says_how_far_it_is(tmp_path):
    path, number = tmp_path / "long.pepa", 40_000
    path.write_text("".join(f"P{i} = (a{i % 50}, 1.0).P{(i + 1) % number};\n" for i in range(number)) + "P0\n")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from pepa.cli.main import main; main()", "check", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True) as check:
        os.close(theirs)
        said = "".join(_read(ours))
        told = check.stdout.read()
    os.close(ours)
    assert check.returncode == 0
    assert "well formed" in told
    assert re.search(r"check: [a-z ]+ \d+,000", said)
    assert "Ctrl+C cancels" in said
    assert said.endswith("\r")  # the line is gone at the end


def _read(terminal):
    """Yield what is written to a terminal until nobody has it open."""
    with contextlib.suppress(OSError):
        while data := os.read(terminal, 4096):
            yield data.decode(errors="replace")


def test_several_models_have_one_status_and_each_is_named(run, model, tmp_path):
    right, missing = tmp_path / "right.pepa", tmp_path / "missing.pepa"
    right.write_text("n = 2;\nP = (a, 1).P;\nP[n]\n", encoding="utf-8")
    status, out = run("check", model, str(right), "--select", "zero-rate")
    assert status == 0
    assert f"{model}:2:20: warning" in out
    assert f"{right}: well formed" in out
    status, out = run("check", str(right), str(missing), model, "--json", "--select", "zero-rate")
    report = json.loads(out)["models"]
    assert status == 1
    assert [Path(one["model"]).name for one in report] == ["right.pepa", "missing.pepa", "a, b.pepa"]
    assert report[0]["problems"] == []
    assert "missing.pepa" in report[1]["error"]
    assert [problem["code"] for problem in report[2]["problems"]] == ["zero-rate"]
    wrong = tmp_path / "wrong.pepa"
    wrong.write_text("P = (a, 1).P;\nP <a% P\n", encoding="utf-8")
    for form, begins in (("line", f"{wrong}:2:"), ("github", f"::error file={wrong},line=2")):
        status, out = run("check", str(right), str(wrong), model, "--format", form, "--select", "zero-rate")
        lines = out.splitlines()
        assert (status, len(lines)) == (1, 2)
        assert lines[0].startswith(begins)
    status, out = run("check", str(right), str(right), "n=3", "--format", "text")
    assert (status, out.count("P[3]")) == (0, 2)  # what is set is set in each
    assert run("check", str(right), str(model), "n=3", "--json")[0] == 1


def test_a_model_whose_name_has_an_equals_sign_is_a_model(run, tmp_path):
    path = tmp_path / "a=1.pepa"
    path.write_text("P = (a, 1).P;\nP\n", encoding="utf-8")
    assert run("check", str(path), str(path))[0] == 0


def test_of_very_many_components_the_first_are_named(run, tmp_path):
    path = tmp_path / "many.pepa"
    path.write_text(
        "".join(f"P{number} = (a{number}, 1).P{number};\n" for number in range(1_234))
        + " || ".join(f"P{number}" for number in range(1_234))
    )
    status, out = run("check", str(path), "--ignore", "self-loop")
    assert status == 0
    assert out.splitlines()[-1].startswith("components: P0, P1, P2, ")
    assert out.splitlines()[-1].endswith(", P99 and 1,134 more")
