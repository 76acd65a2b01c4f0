"""The wheel by itself: built from these sources, installed where nothing of them is, with all that it brings."""

import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.slow


def run(*command, cwd):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the programs of a new environment that has the wheel, and sees the libraries it needs."""
    place = tmp_path_factory.mktemp("wheel")
    sources = place / "sources"
    for name in ("pepa", "workbench", "models"):
        shutil.copytree(ROOT / name, sources / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    how = ("--no-deps", "--no-index", "-q", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "wheel", *how, "--no-build-isolation", "-w", place, sources, cwd=place)
    (wheel,) = place.glob("*.whl")
    venv.create(place / "env", with_pip=False, symlinks=True)
    programs = place / "env" / "bin"
    (packages,) = (place / "env").glob("lib/python*/site-packages")
    run(sys.executable, "-m", "pip", "--python", programs / "python", "install", *how, wheel, cwd=place)
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def test_the_example_of_the_readme_comes_out(installed, tmp_path):
    shutil.copytree(ROOT / "models", tmp_path / "models")
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "example.py").write_text(code)
    told = run(installed / "python", "example.py", cwd=tmp_path)
    assert "sweep of 5 points" in told
    found = run(installed / "python", "-c", "import pepa; print(pepa.__file__)", cwd=tmp_path)
    assert Path(found.strip()).is_relative_to(installed.parent)


def test_models_and_types_are_inside(installed, tmp_path):
    code = (
        "import pepa, pathlib; print(*pepa.examples()); "
        "print(pepa.example('vm_launch', Q=2).steady_state()['useVM']); "
        "print((pathlib.Path(pepa.__file__).parent / 'py.typed').exists())"
    )
    examples, value, typed = run(installed / "python", "-c", code, cwd=tmp_path).splitlines()
    assert examples.split() == sorted(path.stem for path in (ROOT / "models").glob("*.pepa"))
    assert 0 < float(value) < 1
    assert typed == "True"


def test_both_programs_start(installed, tmp_path):
    shutil.copy(ROOT / "models" / "queue.pepa", tmp_path)
    assert "throughput" in run(installed / "pepa", "solve", "queue.pepa", "--json", cwd=tmp_path)
    assert "library" in run(installed / "pepa", "help", cwd=tmp_path)
    picture = tmp_path / "picture.svg"
    run(installed / "pepa-workbench", "--screenshot", picture, "queue.pepa", cwd=tmp_path)
    assert "arrival" in picture.read_text()
