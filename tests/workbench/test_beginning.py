"""What the app says before it has a screen, and instead of one."""

import gc
import sys

import pytest

from workbench.__main__ import main

ESCAPE = "\x1b]0;title\x07"


@pytest.fixture(autouse=True)
def _collecting(monkeypatch):
    monkeypatch.setattr(gc, "disable", lambda: None)


@pytest.mark.parametrize(
    "arguments",
    [[f"no/{ESCAPE}.pepa"], ["--example", ESCAPE], [f"--{ESCAPE}"], ["--screenshot", f"no/{ESCAPE}", "no/model.pepa"]],
)
def test_what_is_wrong_with_how_it_is_called_commands_no_terminal(arguments, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["pepa-workbench", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    said = f"{end.value.code}{capsys.readouterr().err}"
    assert "\x1b" not in said
    assert "error:" in said


def test_where_the_settings_are_commands_no_terminal(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ESCAPE.replace("/", "")))
    monkeypatch.setattr(sys, "argv", ["pepa-workbench", "--settings"])
    main()
    said = capsys.readouterr().out
    assert "settings.toml" in said
    assert "\x1b" not in said
