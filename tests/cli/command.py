"""Run the command as a user does: in a process of its own, forked from this one where nothing asks for a fresh one.

A fork is as much a process, with its streams, its working directory and its exit status, but has imported everything.
"""

import importlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from pepa.cli.main import VERBS, main
from pepa.net.compile import load
from pepa.query.expression import parse

for verb in VERBS:
    importlib.import_module(f"pepa.cli.{verb}")
for lazily in ("numpy.linalg", "scipy.sparse.csgraph", "scipy.sparse.linalg", "scipy.stats", "rich.table", "plotext"):
    importlib.import_module(lazily)
load("P = (a, 1).P;\nP")  # builds the parser
parse("throughput(a) / 2")
ROOT = Path(__file__).parent.parent.parent
VM_LAUNCH = "models/vm_launch.pepa"
SECONDS = 60


def pepa(*arguments, **options):
    done = _spawned(arguments, options) if options else _forked(arguments)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Warning:" not in done.stderr  # of Python or numpy
    return done


def answer(*arguments):
    done = pepa(*arguments, "--json")
    return done.returncode, json.loads(done.stdout)


def _spawned(arguments, options):
    return subprocess.run(
        [sys.executable, "-c", "from pepa.cli.main import main; main()", *arguments],
        capture_output=True, text=True, cwd=ROOT, timeout=SECONDS, check=False, **options,
    )  # fmt: skip


def _forked(arguments):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            try:
                _become(arguments, out, told)
            finally:
                os._exit(99)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status != -signal.SIGALRM, f"pepa {' '.join(arguments)} did not end in {SECONDS} s"
        said = []
        for stream in (out, told):
            stream.seek(0)
            said.append(stream.read().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess(arguments, status, *said)


def _become(arguments, out, told):
    signal.alarm(SECONDS)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(ROOT)
    with Path(os.devnull).open("rb") as nothing:
        for descriptor, stream in enumerate((nothing, out, told)):
            os.dup2(stream.fileno(), descriptor)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
    for name, number in (("stdout", 1), ("stderr", 2)):
        setattr(sys, name, io.TextIOWrapper(io.FileIO(number, "w", closefd=False), "utf-8"))
    sys.argv = ["pepa", *arguments]
    status = 0
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
