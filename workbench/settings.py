"""What a person has set for good: one commented TOML, written once, read at every start."""

from __future__ import annotations

import re
import reprlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from textual.binding import Binding
from textual.theme import BUILTIN_THEMES

from pepa.control.error import PepaError, unwritten
from pepa.language.nearest import Nearest, nearest
from pepa.language.paths import is_there
from pepa.language.saving import write_new
from pepa.language.source import NoSuchFile, read_bytes
from workbench.key_settings import AS_IN, taken_keys, unknown_keys
from workbench.widgets.editing.keys import KEYS

TIGHTEST, LOOSEST = 1e-16, 1.0  # tolerances
MOST = 10**12  # states
LARGEST = 2**20  # bytes of the file
MOST_TOLD = 6  # faults
INSTEAD = "settings are a text file in TOML: mend it, or delete it and have it written anew"
THEME = re.compile(r"""^[ \t]*(?:theme|"theme"|'theme')[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
UNSET_THEME = re.compile(r"^[# \t]*theme[ \t]*=[^\r\n]*", re.MULTILINE)
TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
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


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one setting, by its name in the file."""

    name: str
    message: str
    hint: str


def settings_file() -> Path:
    """Return where the settings are."""
    return platformdirs.user_config_path("pepa-workbench") / "settings.toml"


def read_settings(adjustable: Callable[[], Iterable[Binding]]) -> Settings:
    """Return what is set, the usual where there is no file; `adjustable` returns the bindings whose keys can be.

    Raises PepaError where the file cannot be read or sets what cannot be.
    """
    path = settings_file()
    try:
        text = _text(path)
        content = tomllib.loads(text)
    except NoSuchFile:
        return Settings()
    except (ValueError, RecursionError) as error:  # what is no TOML, too deep, or a number of thousands of digits
        raise PepaError(f"{path} is not TOML: {error}", "mend the line, or delete the file") from None
    if wrong := list(_wrong(content, adjustable)):
        raise _all(wrong, path, text)
    keys = content.pop("keys", {})
    return Settings(**{name.replace("-", "_"): value for name, value in content.items()}, keys=keys)


def _text(path: Path) -> str:
    """Return what the file holds. Raises NoSuchFile, and PepaError where it is none that can be read."""
    try:
        data = read_bytes(path, LARGEST)
    except NoSuchFile:
        raise
    except PepaError as error:
        raise PepaError(error.message, INSTEAD) from None
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PepaError(f"{path}:{line}: not UTF-8 text (byte {data[error.start]:#04x})", INSTEAD) from None


def _wrong(content: dict[str, Any], adjustable: Callable[[], Iterable[Binding]]) -> Iterator[Wrong]:
    for name, value in content.items():
        if name == "keys":
            yield from _wrong_keys(value, adjustable)
        elif name not in CHECKS:
            near = Nearest((*CHECKS, "keys")).to(name)
            yield Wrong(name, f"sets {_written(name)}, which is none", f"did you mean {near}?" if near else _known())
        elif not CHECKS[name](value):
            near = nearest(value, BUILTIN_THEMES) if name == "theme" and isinstance(value, str) else None
            hint = f"did you mean {near}? " * bool(near) + f"it can be {ALLOWED[name]}"
            yield Wrong(name, f"{name} cannot be {_written(value)}", hint)


def _wrong_keys(keys: object, adjustable: Callable[[], Iterable[Binding]]) -> Iterator[Wrong]:
    if not isinstance(keys, dict):
        yield Wrong("keys", "keys must be a table", "as the file was when it was written")
        return
    bindings = list(adjustable()) if keys else []
    known, told = {str(binding.id) for binding in bindings}, set[str]()
    for name, key in keys.items():
        if name not in known:
            near = Nearest(known).to(name)
            hint = f"did you mean {near}?" if near else "see the manual"
        elif not isinstance(key, str):
            hint = AS_IN
        elif (hint := next((hint for _, hint in unknown_keys(key)), "")) == "":
            continue
        told.add(name)
        message = f"the key of {name} cannot be {_written(key)}" if name in known else f"no key is for {_written(name)}"
        yield Wrong(name, message, hint)
    usable = {name: key for name, key in keys.items() if name not in told}
    for name, key, other in taken_keys(usable, [*bindings, *(each for each in KEYS if not each.id)]):
        hint = "take a key that is free" + f", or give {other} another" * (other in known)
        yield Wrong(name, f"the key of {name} cannot be {key!r}: {other} has it", hint)


def _all(wrong: list[Wrong], path: Path, text: str) -> PepaError:
    """Return one error that tells all, each with its place."""
    if len(wrong) == 1:
        return PepaError(f"{path}{_place(wrong[0].name, text)}: {wrong[0].message}", wrong[0].hint)
    lines = [f"{_place(each.name, text).lstrip(':')} {each.message}: {each.hint}".lstrip() for each in wrong]
    more = [f"… and {len(lines) - MOST_TOLD} more"] * (len(lines) > MOST_TOLD)
    return PepaError(f"{path} has {len(wrong)} faults", "\n".join(lines[:MOST_TOLD] + more))


def _place(name: str, text: str) -> str:
    """Return line and column of where a name is set, nothing where it is spelled by escapes."""
    found = re.search(rf"""^[^#\n]*?(?<![\w.-])({re.escape(name)})["']?\s*[=.\]]""", text, re.MULTILINE)
    if found is None:
        return ""
    at = found.start(1)
    return f":{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"


def _known() -> str:
    return "the settings are " + ", ".join(CHECKS) + " and the table keys"


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


ALLOWED = {
    "theme": "one of " + ", ".join(BUILTIN_THEMES),
    "ascii": "true or false",
    "digits": "a whole number from 2 to 6",
    "vi": "true or false",
    "tolerance": f"a number from {TIGHTEST:g} to {LOOSEST:g}",
    "most-states": f"a whole number from 1 to {MOST:_}",
}


def template(bindings: Iterable[Binding]) -> str:
    """Return a file in which all is as it is without one, every line a comment."""
    lines = {each.id: f'# "{each.id}" = "{each.key}"  # {each.description}' for each in bindings if each.id}
    return HEAD + "\n".join(lines.values()) + "\n"


def with_theme(text: str, theme: str) -> str:
    """Return the text of the file with another theme, all else as it is: in place of what sets one, or would."""
    table = TABLE.search(text)
    end = table.start() if table else len(text)  # what stands in a table is of that
    if found := THEME.search(text, 0, end):
        return f'{text[: found.start(1)]}"{theme}"{text[found.end(1) :]}'
    line, unset = f'theme = "{theme}"', UNSET_THEME.search(text, 0, end)
    return f"{line}\n{text}" if unset is None else f"{text[: unset.start()]}{line}{text[unset.end() :]}"


def written_settings(bindings: Iterable[Binding]) -> Path:
    """Return where the settings are, written if they have not been. Raises PepaError."""
    path = settings_file()
    if not is_there(path):
        _write(path, template(bindings))
    return path


def keep_theme(theme: str, bindings: Iterable[Binding]) -> None:
    """Write a theme into the settings. Raises PepaError."""
    path = written_settings(bindings)
    _write(path, with_theme(_text(path), theme))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, text)
    except OSError as error:
        raise unwritten(path, error, "let the settings stay as they are") from None
