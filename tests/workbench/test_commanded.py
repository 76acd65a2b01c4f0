"""Nothing that others may have written commands the terminal: settings, names, files of state, the environment."""

import fcntl
import json
import os
import re
import signal
from pathlib import Path

from pepa.language.shown import HARMFUL
from tests.workbench.terminal import in_a_terminal, shown, until_quiet
from workbench.document import file_key, recovery_file, state_folder
from workbench.settings import settings_file

EVIL = "\x1b]52;c;aGFj\x07\x9b31m\r\x0b\u202e\x85\u2028\x7f"
OWN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\]22;[a-z]*\x07|P[ -~]*\x1b\\|[78=>])")  # what the app itself commands
KEYS = [b"", b"\x0f", b"\x1b", b"\x1b[18~", b"\x1b1", b"x", b"\x13"]  # Ctrl+O, Esc, F7, Alt+1, a letter, Ctrl+S
SETTINGS = ["theme = {0}", "digits = {0}", '{0} = "x"', '[keys]\n"app.run" = {0}\n{0} = "f5"']


def planted(folder):
    """Return a model among files of state that are all hostile, and what must stay open for them to be so."""
    quoted = json.dumps(EVIL).replace("\x7f", "\\u007f")
    path = folder / f"m{EVIL}\n.pepa"
    path.write_text(f'r = 1.0; // {EVIL}\nP = (a, r)."Q{EVIL}";\nP\n')
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("\n".join(SETTINGS).format(quoted))
    path.with_suffix(".experiments.toml").write_text(f"[e]\ntitle = {quoted}\nmodel = {quoted}\n[{quoted}]\n")
    path.with_suffix(".scenarios.toml").write_text(f"[{quoted}]\nr = 2.0\n")
    left = recovery_file(path, 0)
    left.parent.mkdir(parents=True)
    text = f"// {EVIL}\n{path.read_text()}"
    left.write_text(json.dumps({"version": 1, "path": EVIL, "text": text, "raw": EVIL, "new": True}))
    (state_folder() / "recent.json").write_text(json.dumps([str(path), EVIL, str(folder / "plain.pepa")]))
    (folder / "plain.pepa").write_text("P = (a, 1.0).P; P")
    (state_folder() / "open").mkdir()
    sign = (state_folder() / "open" / f"{file_key(path)}.host{EVIL}-5-a").open("w")
    fcntl.flock(sign, fcntl.LOCK_EX)
    return path, sign


def test_nothing_commands_the_terminal(tmp_path):
    Path(tmp_path / "state").mkdir()
    path, sign = planted(tmp_path)
    wrong = ("COLUMNS", "LINES", "EDITOR", "VISUAL", "PEPA_DIGITS", "LANG", "ESCDELAY", "TEXTUAL_THEME", "TEXTUAL_FPS")
    also = ("TEXTUAL_DRIVER", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_ANIMATIONS", "COLORTERM")
    child, terminal = in_a_terminal(path, **dict.fromkeys((*wrong, *also), EVIL))
    said = b""
    for keys in KEYS:
        os.write(terminal, keys)
        said += shown(terminal, b"\x1b[") + until_quiet(terminal)
    os.kill(child, signal.SIGTERM)
    said += shown(terminal, b"never")
    os.waitpid(child, 0)
    os.close(terminal)
    sign.close()
    text = OWN.sub("", said.decode())
    assert not re.search(f"[{HARMFUL}]", text.replace("\r\n", "\n")), text
    assert text.count("aGFj") > 4  # it was shown all the same
    assert "Traceback" not in text
