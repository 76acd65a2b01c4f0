import os

import pytest

for name in ("NO_COLOR", "TEXTUAL_THEME", "COLORTERM"):
    os.environ.pop(name, None)


@pytest.fixture(autouse=True)
def state_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PEPA_CACHE", str(tmp_path / "cache"))
