"""What a person has set for good: one commented TOML, written once, read at every start."""

from __future__ import annotations

import re
import reprlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from textual.binding import Binding
from textual.theme import BUILTIN_THEMES

from pepa.control.error import PepaError, unwritten
from pepa.language.nearest import Nearest
from pepa.language.paths import is_there
from pepa.language.saving import write_new
from pepa.language.source import NoSuchFile, read_source

TIGHTEST, LOOSEST = 1e-16, 1.0  # tolerances
MOST = 10**12  # states
THEME = re.compile(r"^[#\s]*theme\s*=.*$", re.MULTILINE)
HEAD = """\
# Settings of the PEPA workbench, read when it starts. Take the # from a line to set it.

# theme = "textual-dark"
# ascii = false              # draw with plain ASCII, no braille, blocks or lines
# digits = 4                 # significant ones of a figure, from 2 to 6
# vi = false                 # edit the model with the keys of vi
# tolerance = 1e-12          # of the steady state
# most-states = 200_000_000  # beyond them a derivation stops

[keys]
# What each key is now; several are separated by commas, as in "f5,ctrl+r".
"""


@dataclass(frozen=True)
class Settings:
    """The settings; `keys` are those of bindings by their ids, `theme` is "" where none is chosen."""

    theme: str = ""
    ascii: bool = False
    vi: bool = False
    digits: int | None = None
    tolerance: float = 1e-12
    most_states: int = 200_000_000
    keys: Mapping[str, str] = field(default_factory=dict)


def settings_file() -> Path:
    """Return where the settings are."""
    return platformdirs.user_config_path("pepa-workbench") / "settings.toml"


def read_settings(adjustable: Callable[[], Iterable[Binding]]) -> Settings:
    """Return what is set, the usual where there is no file; `adjustable` returns the bindings whose keys can be.

    Raises PepaError where the file cannot be read or sets what cannot be.
    """
    path = settings_file()
    try:
        content = tomllib.loads(read_source(path))
    except NoSuchFile:
        return Settings()
    except (ValueError, RecursionError) as error:  # what is no TOML, too deep, or a number of thousands of digits
        raise PepaError(f"{path} is not TOML: {error}", "mend the line, or delete the file") from None
    return _understood(content, adjustable, path)


def _understood(content: dict[str, Any], adjustable: Callable[[], Iterable[Binding]], path: Path) -> Settings:
    given = {name: content.pop(name) for name in (*CHECKS, "keys") if name in content}
    for name in content:
        near = Nearest((*CHECKS, "keys")).to(name)
        raise PepaError(f"{path} sets {name!r}, which is none", f"did you mean {near}?" if near else _known(CHECKS))
    keys = given.pop("keys", {})
    for name, value in given.items():
        if not CHECKS[name](value):
            raise PepaError(f"{path}: {name} cannot be {_written(value)}", _known(CHECKS))
    if not isinstance(keys, dict):
        raise PepaError(f"{path}: keys must be a table", "as the file was when it was written")
    known = {str(binding.id) for binding in adjustable()} if keys else set()
    for name, key in keys.items():
        if name not in known:
            near = Nearest(known).to(name)
            raise PepaError(f"{path}: no key is for {name!r}", f"did you mean {near}?" if near else "see the manual")
        if not isinstance(key, str) or not all(part.strip() for part in key.split(",")):
            raise PepaError(f"{path}: the key of {name} cannot be {_written(key)}", 'as in "ctrl+r" or "f5,ctrl+r"')
    return Settings(**{name.replace("-", "_"): value for name, value in given.items()}, keys=keys)


def _known(names: Iterable[str]) -> str:
    return "the settings are " + ", ".join(names) + " and the table keys"


def _written(value: object) -> str:
    """Return what was given, of any type; a number in hexadecimals can have more digits than are ever written."""
    try:
        return reprlib.repr(value)
    except ValueError:
        return "a number of thousands of digits"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


CHECKS: dict[str, Callable[[Any], bool]] = {
    "theme": lambda value: isinstance(value, str) and value in BUILTIN_THEMES,
    "ascii": lambda value: isinstance(value, bool),
    "digits": lambda value: isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= 6,
    "vi": lambda value: isinstance(value, bool),
    "tolerance": lambda value: _is_number(value) and TIGHTEST <= value <= LOOSEST,
    "most-states": lambda value: _is_number(value) and 1 <= value <= MOST and value == int(value),
}


def template(bindings: Iterable[Binding]) -> str:
    """Return a file in which all is as it is without one, every line a comment."""
    lines = {each.id: f'# "{each.id}" = "{each.key}"  # {each.description}' for each in bindings if each.id}
    return HEAD + "\n".join(lines.values()) + "\n"


def with_theme(text: str, theme: str) -> str:
    """Return the text of the file with another theme, all else as it is."""
    line = f'theme = "{theme}"'
    return THEME.sub(line, text, count=1) if THEME.search(text) else f"{line}\n{text}"


def written_settings(bindings: Iterable[Binding]) -> Path:
    """Return where the settings are, written if they have not been. Raises PepaError."""
    path = settings_file()
    if not is_there(path):
        _write(path, template(bindings))
    return path


def keep_theme(theme: str, bindings: Iterable[Binding]) -> None:
    """Write a theme into the settings. Raises PepaError."""
    path = written_settings(bindings)
    _write(path, with_theme(read_source(path), theme))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, text)
    except OSError as error:
        raise unwritten(path, error, "let the settings stay as they are") from None
