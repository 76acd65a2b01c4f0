"""Paths as people type them, and as files left by others name them: asking about one never fails."""

from __future__ import annotations

from pathlib import Path


def begun_anew(text: str) -> str:
    """Return what is meant where `/` or `~` is typed behind a folder that stood there already: it begins anew there."""
    at = max(text.rfind("//"), text.rfind("/~"))
    return text[at + 1 :] if at >= 0 else text


def typed_path(text: str) -> Path:
    """Return the path that was typed, `~` being the home directory where there is one of that name."""
    text = begun_anew(text)
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def is_there(path: Path) -> bool:
    """Whether something is there that can be reached: not where the name is too long, or a folder closed."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def resolved(path: Path) -> Path:
    """Return the path without links; where they go in a circle, or it is too long, as it is from the root."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def is_file(path: Path) -> bool:
    """Whether a file is there that can be reached, or a link to one."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there that can be reached, or a link to one."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
