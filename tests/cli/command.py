"""Run the command as a user does."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
VM_LAUNCH = "models/vm_launch.pepa"


def pepa(*arguments, **options):
    done = subprocess.run(
        [sys.executable, "-c", "from pepa.cli.main import main; main()", *arguments],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=False, **options,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    assert "Warning:" not in done.stderr  # of Python or numpy
    return done


def answer(*arguments):
    done = pepa(*arguments, "--json")
    return done.returncode, json.loads(done.stdout)
