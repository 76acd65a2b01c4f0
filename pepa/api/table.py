"""A result as a table: in text, in a notebook, and as a frame of pandas or polars where one is installed."""

from __future__ import annotations

import html
from collections.abc import Iterator, KeysView, Mapping, Sequence
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from pepa.api import arguments
from pepa.control.error import PepaError
from pepa.query.rewards import known

if TYPE_CHECKING:
    from numpy.typing import NDArray

Figure = TypeVar("Figure")
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

    def __reduce__(self) -> tuple[type[Table], tuple[object, ...]]:
        """Be copied and sent to other processes as what it was made from; what was worked out is worked out again."""
        return type(self), tuple(getattr(self, one.name) for one in fields(self) if one.init)  # type: ignore[arg-type]

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


class ByName(dict[str, Figure]):
    """Figures by name; asked for a name that is none it raises PepaError with the nearest that is one."""

    def __init__(self, what: str, *figures: Mapping[str, Figure]) -> None:
        super().__init__()
        self.what = what
        for some in figures:
            self.update(some)

    def __missing__(self, name: object) -> Figure:
        """Raise PepaError."""
        raise KeyError(known(arguments.text(name, "a name", '"useVM"'), self, self.what))


class Named(Table, Generic[Figure]):
    """A result whose figures have names: `result[name]`, `name in result`, `dict(result)`."""

    @property
    def named(self) -> ByName[Figure]:
        """The figures by name."""
        raise NotImplementedError

    def __getitem__(self, name: str) -> Figure:
        """Return the figure of a name; raises PepaError with the nearest known name where it is none."""
        return self.named[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is a figure of that name."""
        return name in self.named

    def __iter__(self) -> Iterator[str]:
        """The names, in the order of the model."""
        return iter(self.named)

    def keys(self) -> KeysView[str]:
        """Return the names, so that `dict` makes a dictionary of a result."""
        return self.named.keys()


def _cells(columns: Columns) -> tuple[list[list[str]], list[str]]:
    """Return the cells of each column, its name first, and a line that says how many rows are not there."""
    cells = [[name, *map(_told, values[:MOST_ROWS])] for name, values in columns.items()]
    number = max((len(values) for values in columns.values()), default=0)
    return cells, [f"  ... {number:,} rows"] if number > MOST_ROWS else []


def _told(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.6g}"
