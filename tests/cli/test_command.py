"""The command as a user runs it: output, JSON, exit statuses, and never a traceback."""

import subprocess
import sys

import pytest

from tests.cli.command import ROOT, VM_LAUNCH, answer, pepa


def test_solve_prints_the_promised_json():
    status, report = answer("solve", VM_LAUNCH, "Q=5", "C=1", "p=0.8")
    assert status == 0
    assert (report["states"], report["transitions"]) == (966, 2940)
    assert report["parameters"]["Q"] == 5
    assert report["population"]["User3"] == pytest.approx(4.207518, abs=1e-6)


def test_solve_prints_tables_for_people():
    done = pepa("solve", VM_LAUNCH, "--explain", "--response-time", "User1,User2")
    assert done.returncode == 0
    for text in (
        "966 states",
        "GTH elimination",
        "useVM",
        "User[5]",
        "84.2 %",
        "mean response time of User1, User2: 14.77",
    ):
        assert text in done.stdout


def test_derive_says_the_shape_in_words():
    done = pepa("derive", VM_LAUNCH, "C=2", "Q=4")
    assert "985 of 1,200 states are transient" in " ".join(done.stdout.split())
    status, report = answer("derive", VM_LAUNCH, "C=2", "Q=4")
    assert (status, report["transient_states"], report["recurrent_classes"]) == (0, 985, 1)


def test_check_says_well_formed():
    done = pepa("check", VM_LAUNCH)
    assert done.returncode == 0
    assert "well formed" in done.stdout
    assert answer("check", VM_LAUNCH) == (0, {"model": VM_LAUNCH, "problems": []})


def test_check_lists_every_problem_with_its_place(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("P = (a, r).Q;\nP")
    status, report = answer("check", str(path))
    assert status == 1
    assert [(p["code"], p["line"], p["column"], p["end_column"]) for p in report["problems"]] == [
        ("undefined-rate", 1, 9, 10), ("undefined-process", 1, 12, 13),
    ]  # fmt: skip
    shown = pepa("check", str(path)).stdout
    assert f"{path}:1:9: error: rate `r` is not defined" in shown
    assert "2 errors, 0 warnings" in shown


BAD = {
    "empty": b"",
    "binary": b"\x7fELF\0\1\2",
    "latin": "P = (a, 1).Pé;\nP".encode("latin-1"),
    "large": b"// x\n" * 2**16,
    "errors": "\n".join(f"P{i} = (a, r{i}).P{i}" for i in range(50)).encode(),
    "number": b"P = (a, 1e999).P;\nP",
    "rate": b"P = (a, 1e18).P;\nP",
    "array": b"P = (a, 1).Q; Q = (b, 1).P;\nP[1e18]",
    "nested": b"P = (a, 1).P;\n" + b"(" * 20_000 + b"P" + b")" * 20_000,
    "unclosed": b"(" * 20_000,
    "undriven": b"P = (a, infty).P;\nP",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("verb", ["check", "solve"])
def test_bad_models_get_clear_errors(tmp_path, name, verb):
    path = tmp_path / f"{name}.pepa"
    path.write_bytes(BAD[name])
    done = pepa(verb, str(path))
    assert done.returncode == 1
    assert "error" in done.stdout + done.stderr
    status, report = answer(verb, str(path))
    assert status == 1
    assert report.get("problems") or report.get("error")


@pytest.mark.parametrize("path", ["models", "models/none.pepa", "/dev/null/x"])
def test_paths_that_are_no_models(path):
    done = pepa("check", path)
    assert done.returncode == 1
    assert "hint" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["solve", VM_LAUNCH, "Z=1"], 1, "no parameter `Z`"),
        (["solve", VM_LAUNCH, "Q=2.5"], 1, "whole number"),
        (["solve", VM_LAUNCH, "p=2"], 1, "negative"),
        (["solve", VM_LAUNCH, "Q"], 2, "expected NAME=VALUE"),
        (["solve", VM_LAUNCH, "Q=1", "Q=2"], 2, "`Q` is there twice"),
        (["sweep", VM_LAUNCH, "Q=1", "Q=2..3", "--measure", "1"], 2, "`Q` is there twice"),
        (["solve", VM_LAUNCH, "Q=many"], 2, "not a number"),
        (["solve", VM_LAUNCH, "Q=inf"], 2, "not a finite number"),
        (["solve"], 2, "MODEL"),
        (["fly"], 2, "No such command"),
        (["solve", VM_LAUNCH, "--method", "magic"], 1, "no method `magic`"),
        (["derive", VM_LAUNCH, "--max-states", "100"], 3, "limit of 100 states"),
        (["solve", VM_LAUNCH, "Q=12", "--iterations", "1", "--method", "Gauss-Seidel"], 3, "no steady state"),
        (["solve", VM_LAUNCH, "--response-time", "Usr"], 1, "no local derivative"),
    ],
)
def test_wrong_requests(arguments, status, said):
    done = pepa(*arguments)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve"],
        ["solve", "--json"],
        ["ode"],
        ["simulate", "--precision", "0.2"],
        ["sweep", "p=0.1:0.9:0.1", "--measure", "1"],
    ],
)
def test_a_reader_that_stops_is_no_failure(arguments):
    verb, *rest = arguments
    command = [sys.executable, "-c", "from pepa.cli.main import main; main()", verb, VM_LAUNCH, *rest]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_a_small_model_is_solved_without_scipy_or_rich():
    code = (
        "import sys; from pepa.cli.main import pepa\n"
        "try: pepa.main(['solve', 'models/vm_launch.pepa', '--json'], standalone_mode=False)\n"
        "finally: print([m for m in ('scipy', 'rich', 'textual', 'plotext') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "unasked"),
    [
        (["solve", "Q=10"], ["scipy", "lark", "numpy.ma", "numpy.random", "pepa.query.measure", "pepa.query.passage"]),
        (["solve"], ["pepa.query.lumped", "pepa.markov.steady.error_bound"]),
        (["solve", "Q=16"], ["scipy"]),  # 51,357 states
        (["solve", "Q=6"], ["logging", "decimal", "pepa.net.composite", "pepa.language.occurrences"]),
        (["solve", "Q=7"], ["pepa.query.told_solution", "pepa.markov.space.distributions", "pepa.language.saving"]),
        (["solve", "--help"], ["numpy", "lark", "rich"]),
        (["check"], ["numpy", "lark", "pepa.markov", "pepa.query"]),
        (["simulate", "--until", "9", "--replications", "3"], ["scipy.stats", "scipy.optimize", "scipy.sparse"]),
    ],
)
def test_what_is_not_asked_for_is_not_imported(arguments, unasked):
    verb, *rest = arguments
    code = (
        "import sys; from pepa.cli.main import pepa\n"
        f"try: pepa.main([{verb!r}, 'models/vm_launch.pepa', *{rest!r}, '--json'], standalone_mode=False)\n"
        f"finally: print([m for m in {unasked!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.strip() == "[]"


def test_a_large_tree_is_not_taken_apart_at_the_end():
    code = (
        "import atexit; import pepa.cli.main as it\n"
        "atexit.register(print, 'in order'); it.MANY = LIMIT\n"
        "it.sys.argv = ['pepa', 'check', 'models/vm_launch.pepa']\n"
        "it.main()"
    )
    for limit, is_in_order in ((-1, False), (100_000, True)):
        command = [sys.executable, "-c", code.replace("LIMIT", str(limit))]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        assert "well formed" in done.stdout
        assert ("in order" in done.stdout) is is_in_order


def test_format_checks_shows_and_writes(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_bytes(b"\xef\xbb\xbfr=1.0; // why\r\nP=(a,r).P;\r\nP\r\n")
    before = path.read_bytes()
    checked = pepa("format", str(path), "--check")
    assert (checked.returncode, path.read_bytes()) == (1, before)
    assert "would be formatted" in checked.stdout
    shown = pepa("format", str(path), "--diff")
    assert (shown.returncode, path.read_bytes()) == (0, before)
    assert {"-r=1.0; // why", "+r = 1.0;  // why"} <= set(shown.stdout.splitlines())
    assert pepa("format", str(path)).returncode == 0
    assert path.read_bytes() == b"\xef\xbb\xbfr = 1.0;  // why\r\nP = (a, r).P;\r\nP\r\n"
    assert pepa("format", str(path), "--check").returncode == 0
    path.write_text("P = (a, 1.P;\nP")
    refused = pepa("format", str(path))
    assert (refused.returncode, path.read_text()) == (1, "P = (a, 1.P;\nP")
    assert f"{path}:1:" in refused.stderr
