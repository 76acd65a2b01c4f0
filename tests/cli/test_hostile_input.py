"""What nobody means well by: nothing commands a terminal, no output leaves its folder, every end is told."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pepa.cli import derive
from pepa.cli.main import Exit
from pepa.fluid.equations import FORMATS
from pepa.language.shown import escaped, shown
from pepa.population.population import population
from pepa.query import analysis
from pepa.query.analysis import compile_text
from tests.cli.command import ROOT, VM_LAUNCH, pepa

ESCAPES = "\x1b]52;c;aGFj\x07\x1b[2J\x9b31m\x7f\r\x0b\x0c\u202e\u2028\u0085"
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
MODEL = "n = 2; r = 1.0; P = (a, r).Q; Q = (b, 2.0).P; P[n]"
EXPERIMENT = '[e]\nmodel = "m.pepa"\nmeasures = ["throughput(a)"]\n'


def quoted(text):
    return json.dumps(text).replace("\x7f", "\\u007f")


def safe(done):
    assert not HARMFUL.search(done.stdout)
    assert not HARMFUL.search(done.stderr)
    assert done.returncode in (0, 1, 2, 3)
    return done


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "m.pepa").write_text(MODEL)
    (tmp_path / "e.toml").write_text(EXPERIMENT)
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        f'"P{ESCAPES}" = (a, 1.0)."P{ESCAPES}"; "P{ESCAPES}"',
        f"P = (a{ESCAPES}, 1.0).P; P {ESCAPES}",
        f"P = (a, 1.0).P; // {ESCAPES}\nP <b{ESCAPES}> P",
    ],
    ids=["quoted", "bare", "set"],
)
def test_a_model_commands_no_terminal(folder, text):
    (folder / "m.pepa").write_bytes(text.encode())
    for options in ([], ["--json"]):
        assert safe(pepa("check", str(folder / "m.pepa"), *options)).returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [f"no{ESCAPES}.pepa"],
        [VM_LAUNCH, f"{ESCAPES}=1"],
        [VM_LAUNCH, f"Q={ESCAPES}"],
        [VM_LAUNCH, "--method", ESCAPES],
        [VM_LAUNCH, "--measure", f"throughput({ESCAPES})", "--json"],
        [VM_LAUNCH, f"--{ESCAPES}"],
        [VM_LAUNCH, "--response-time", ESCAPES],
        [VM_LAUNCH, "--tolerance", ESCAPES],
    ],
    ids=range(8),
)
def test_no_argument_commands_a_terminal(arguments):
    assert safe(pepa("solve", *arguments)).returncode in (1, 2)


def test_a_name_that_is_no_text_is_shown(tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b.pepa")
    Path(name).write_text(MODEL)
    done = safe(pepa("check", name))
    assert done.returncode == 0
    assert "\\xff␛.pepa: well formed" in done.stdout


TABLES = {
    "title": f"title = {quoted(ESCAPES)}\n",
    "about": f"about = {quoted(ESCAPES)}\n",
    "label": f"[e.measures]\n{quoted(ESCAPES)} = 'throughput(a)'\n",
    "scenario": f"[e.scenarios]\n{quoted(ESCAPES)} = {{}}\n",
    "claim": f"[[e.claims]]\nclaim = {quoted(ESCAPES)}\nholds = '1 > 0'\nnote = {quoted(ESCAPES)}\n",
    "wrong claim": f"[[e.claims]]\nclaim = 'c'\nholds = {quoted(ESCAPES)}\n",
    "chart": f"vary = {{ r = '1..3' }}\n[[e.charts]]\nx = 'r'\ntitle = {quoted(ESCAPES)}\n",
    "key": f"{quoted(ESCAPES)} = 1\n",
    "model": f"[f]\nmodel = {quoted(ESCAPES)}\nmeasures = ['1']\n",
    "name": f"[{quoted(ESCAPES)}]\nmodel = 'm.pepa'\nmeasures = ['1']\n",
    "no TOML": f"x = {ESCAPES}\n",
    "markup": "title = '[/red][bold]x[/nothing]'\n[e.measures]\n'[red]m[/blue]' = 'throughput(a)'\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_no_experiment_commands_a_terminal(folder, kind):
    text = EXPERIMENT if "[e.measures]" not in TABLES[kind] else EXPERIMENT.replace("measures = [", "#")
    (folder / "e.toml").write_text(text + TABLES[kind])
    safe(pepa("experiment", str(folder / "e.toml")))
    safe(pepa("experiment", str(folder / "e.toml"), "--list"))


def test_what_is_shown_says_what_it_was():
    assert shown("a\x1b[2J\x9b\x7f\u202e\ud800\udcff\n\tb") == "a␛[2J\\x9b␡\\u202e\\ud800\\xff\n\tb"
    assert json.loads(escaped(json.dumps("a\x9b\u2028", ensure_ascii=False))) == "a\x9b\u2028"
    assert not HARMFUL.search(escaped(json.dumps(ESCAPES, ensure_ascii=False)))


NAMES = ["P{}", r"a\input{/etc/passwd}", "x^2_3~&%$#", "a'''b", "%{", "...", "]; import os #", "end", "é→☃", "q, r"]


@pytest.mark.parametrize("name", NAMES)
def test_exported_equations_are_safe_for_any_name(name):
    text = f'"{name}" = (a, 1.0)."{name}2"; "{name}2" = (b, 3.0)."{name}"; "{name}"[4]'
    found = population(compile_text(text).net, fluid=True)
    scope = {}
    exec(FORMATS["python"](found), scope)
    assert scope["slope"](0, [4.0, 0.0]) == [-4.0, 4.0]
    assert scope["initial"] == [4, 0]
    matlab = FORMATS["matlab"](found).splitlines()
    code = [line for line in matlab if not line.startswith("% ")]
    assert all(re.fullmatch(r"function dx = slope\(t, x\)|    dx\(\d, 1\) = [-+*x()\d .]+;|end", line) for line in code)
    latex = FORMATS["latex"](found)
    assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
    known = ["begin", "end", "frac", "mathrm", "backslash", "wedge", "sim", "min", "left", "right"]
    assert set(re.findall(r"\\([A-Za-z]+)", latex)) <= set(known)


def test_output_stays_in_its_folder(folder):
    outside = folder / "outside.txt"
    outside.write_text("mine")
    results = folder / "e.results"
    results.mkdir()
    (results / "e.csv").symlink_to(outside)
    os.link(outside, results / "e.json")
    assert pepa("experiment", str(folder / "e.toml")).returncode == 0
    assert outside.read_text() == "mine"
    assert json.loads((results / "e.json").read_text())["name"] == "e"
    for file in results.iterdir():
        file.unlink()
    results.rmdir()
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    results.symlink_to(elsewhere)
    done = pepa("experiment", str(folder / "e.toml"))
    assert (done.returncode, list(elsewhere.iterdir())) == (1, [])
    assert "a link to elsewhere" in done.stderr
    assert pepa("experiment", str(folder / "e.toml"), "--output", str(results)).returncode == 0
    assert (elsewhere / "e.csv").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--tolerance", "nan"],
        ["--time", "inf"],
        ["--memory", "nan"],
        ["--iterations", "9" * 400],
        ["--max-states", "9" * 5000],
        [f"Q={'9' * 400}"],
        ["Q=5e-324"],
    ],
    ids=range(7),
)
def test_options_are_numbers_to_count_with(arguments):
    done = pepa("solve", VM_LAUNCH, *arguments)
    assert done.returncode == 2
    assert len(done.stderr) < 6_000


def run(*arguments, **options):
    code = "from pepa.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, timeout=60, check=False, stderr=subprocess.PIPE, **options
    )


@pytest.mark.parametrize("arguments", [("check",), ("solve",), ("solve", "--json"), ("solve", "--help")])
def test_a_full_output_is_told(arguments):
    with Path("/dev/full").open("w") as full:
        done = run(arguments[0], VM_LAUNCH, *arguments[1:], stdout=full)
    assert done.returncode == Exit.OUTPUT
    assert done.stderr.decode() == "error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("arguments", [("check",), ("solve",), ("solve", "--json")])
def test_a_closed_output_is_told(arguments):
    done = run(arguments[0], VM_LAUNCH, *arguments[1:], preexec_fn=lambda: os.close(1))
    assert done.returncode == Exit.OUTPUT
    assert b"Bad file descriptor" in done.stderr


@pytest.mark.parametrize(
    ("encoding", "columns"), [("ascii", "0"), ("latin-1", "1"), ("utf-8", "99999999"), ("cp1252", "x")]
)
def test_any_character_set_and_width_will_do(encoding, columns):
    env = {**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": columns}
    done = run("sweep", VM_LAUNCH, "Q=1,2,3", "--measure", "throughput(useVM)", stdout=subprocess.PIPE, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"0.0" in done.stdout


def test_json_is_whole_in_any_character_set(folder):
    (folder / "m.pepa").write_text('"é☃" = (a, 1.0)."é☃"; "é☃" || "é☃"')
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = run("check", str(folder / "m.pepa"), "--json", stdout=subprocess.PIPE, env=env)
    assert json.loads(done.stdout)["problems"] == []


def test_a_limit_of_address_space_is_heeded():
    limit = 3 << 29

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    done = run("solve", VM_LAUNCH, "Q=100", stdout=subprocess.DEVNULL, preexec_fn=limited)
    assert done.returncode == Exit.LIMIT
    assert b"the limits are" in done.stderr


@pytest.mark.parametrize("mebibytes", [60, 170])
def test_too_little_memory_to_start_with_is_told(mebibytes):
    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))

    done = run("solve", VM_LAUNCH, preexec_fn=limited)
    assert done.returncode == Exit.LIMIT
    assert b"ulimit -v" in done.stderr


@pytest.mark.parametrize("hard", [3, 60])
def test_the_end_of_the_time_in_the_processor_is_told(hard):
    def limited():
        resource.setrlimit(resource.RLIMIT_CPU, (3 if hard == 3 else 2, hard))

    done = run("solve", VM_LAUNCH, "Q=70", stdout=subprocess.DEVNULL, preexec_fn=limited)
    assert done.returncode == Exit.LIMIT
    assert b"ulimit -t" in done.stderr


WRITERS = {
    "format": ["model.pepa"],
    "transient": ["model.pepa", "--until", "1", "--csv", "out.csv"],
    "sweep": ["model.pepa", "r=1,2", "--measure", "throughput(a)", "--csv", "out.csv"],
    "trace": ["model.pepa", "--to", "Q=1", "--save", "out.json"],
    "experiment": ["study.toml"],
}


@pytest.mark.parametrize("verb", WRITERS)
def test_a_disk_that_takes_no_more_has_the_status_of_output(verb, tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "model.pepa").write_text("r=1;\nP = (a, r).Q; Q = (b, 2).P;\nP\n")
    study = 'model = "model.pepa"\n[x]\nvary = { r = [1, 2] }\nmeasures = ["throughput(a)"]\n'
    (folder / "study.toml").write_text(study)
    before = {path.name: path.read_text() for path in folder.iterdir()}

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    arguments = [str(folder / one) if "." in one else one for one in WRITERS[verb]]
    done = run(verb, *arguments, stdout=subprocess.PIPE, preexec_fn=limited)
    assert done.returncode == Exit.OUTPUT, done.stderr
    assert b"cannot write" in done.stderr
    assert {path.name: path.read_text() for path in folder.iterdir() if path.is_file()} == before
    assert not [path for path in folder.rglob("*") if path.is_file() and path.name not in before]


def test_a_reader_that_goes_is_no_failure():
    reading, writing = os.pipe()
    os.close(reading)
    done = run("solve", VM_LAUNCH, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_wrong_with_a_model_is_shown_in_the_text_that_was_read(tmp_path, monkeypatch, capsys):
    model = tmp_path / "m.pepa"
    model.write_text("r = 1;\nP = (a, missing).P;\nP\n")

    def checked_late(text, overrides):
        model.unlink()
        return compile_text(text, overrides)

    monkeypatch.setattr(analysis, "compile_text", checked_late)
    derive.command.main([str(model)], standalone_mode=False)
    assert "P = (a, missing).P;" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["help"], ["schema"], ["graph", VM_LAUNCH, "--component"], ["solve", VM_LAUNCH, "--measure"], ["check"]],
    ids=" ".join,
)
def test_what_was_given_is_said_again_in_short(arguments):
    done = safe(pepa(*arguments, "z" * 100_000))
    assert done.returncode in (1, 2)
    assert "zzz" in done.stderr
    assert len(done.stdout + done.stderr) < 10_000
