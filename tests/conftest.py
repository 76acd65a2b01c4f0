import os
import signal

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # a machine with other work fails no test by that
settings.load_profile("unhurried")
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the command and the worker set it
for name in ("NO_COLOR", "TEXTUAL_THEME", "COLORTERM"):
    os.environ.pop(name, None)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # run in the background: its children would ignore it too
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    parser.addoption("--faults", type=int, default=200, help="how often apps, workers and studies are killed (-m slow)")


@pytest.fixture
def faults(request):
    """How many faults a test makes on purpose."""
    return request.config.getoption("--faults")


@pytest.fixture(autouse=True)
def state_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PEPA_CACHE", str(tmp_path / "cache"))
