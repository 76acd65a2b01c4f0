"""A result as a table: in text, in a notebook, and as a frame of pandas or polars where one is installed."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from pepa.control.error import PepaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns: TypeAlias = "Mapping[str, Sequence[Any] | NDArray[Any]]"
MOST_ROWS = 12  # shown; a frame has them all
FRAMES = ("pandas", "polars")


class Table:
    """What has a title, columns of equal length, and notes to read beside the figures."""

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        raise NotImplementedError

    def columns(self) -> Columns:
        """The columns by name, all their rows."""
        raise NotImplementedError

    def shown(self) -> Columns:
        """The columns that `repr` shows the first rows of."""
        return self.columns()

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences to read beside the figures."""
        return ()

    def frame(self, library: str | None = None) -> Any:
        """Return all of it as a DataFrame of `pandas` or `polars`: the one named, else the one that is installed.

        Raises PepaError where there is none.
        """
        if library is not None and library not in FRAMES:
            raise PepaError(f"there are no frames of `{library}`", f"the libraries are {' and '.join(FRAMES)}")
        for name in FRAMES if library is None else (library,):
            try:
                found = import_module(name)
            except ImportError:
                continue
            return found.DataFrame(dict(self.columns()))
        wanted = library or " or ".join(FRAMES)
        raise PepaError(f"a frame needs {wanted}, which is not installed", f"pip install {library or FRAMES[0]}")

    def __repr__(self) -> str:
        columns, rest = _cells(self.shown())
        widths = [max(map(len, column)) for column in columns]
        rows = [
            "  ".join(cell.ljust(width) if index == 0 else cell.rjust(width) for index, (cell, width) in enumerate(row))
            for row in (list(zip(cells, widths, strict=True)) for cells in zip(*columns, strict=True))
        ]
        return "\n".join([self.title, *(f"  {row.rstrip()}" for row in rows), *rest, *self.remarks])

    def _repr_html_(self) -> str:
        columns, rest = _cells(self.shown())
        rows = [
            "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"
            for tag, cells in zip(["th", *["td"] * MOST_ROWS], zip(*columns, strict=True), strict=False)
        ]
        told = "".join(f"<p>{html.escape(sentence.strip())}</p>" for sentence in (*rest, *self.remarks))
        return f"<table><caption>{html.escape(self.title)}</caption>{''.join(rows)}</table>{told}"


def _cells(columns: Columns) -> tuple[list[list[str]], list[str]]:
    """Return the cells of each column, its name first, and a line that says how many rows are not there."""
    cells = [[name, *map(_told, values[:MOST_ROWS])] for name, values in columns.items()]
    number = max((len(values) for values in columns.values()), default=0)
    return cells, [f"  ... {number:,} rows"] if number > MOST_ROWS else []


def _told(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.6g}"
