"""What the worker can be asked about the table of states. Filters and orders are index arrays that stay here."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Progress
from pepa.control.error import PepaError, unwritten
from pepa.explore.kinds import kind_of
from pepa.explore.listing import Condition, Listing, Order, listing, truths
from pepa.explore.packed import PackedStates
from pepa.explore.place import group_text, members
from pepa.explore.steps import Steps
from pepa.language.paths import typed_path
from pepa.language.printer import figure
from pepa.language.saving import written_in_pieces
from pepa.net.net import Net
from pepa.query.analysis import Derived
from pepa.query.asking import over_paths
from pepa.query.expression import parse
from pepa.query.property import answer
from pepa.query.states import ChainStates, state_values
from workbench.engine.answers import FoundRow, StatePage, WrittenStates
from workbench.engine.session import NO_SPACE, Session, Watcher

CHUNK = 4096  # rows written at a time


@dataclass
class StateTable:
    """The states of a session's chain as a table: filtered, sorted, searched, written to a file."""

    session: Session
    _listed: tuple[object, str, Order, Listing] | None = None
    _matched: tuple[object, str, Any] | None = None
    _paging: tuple[Net, Any] | None = None

    def states(
        self,
        report: Watcher,
        start: int,
        stop: int,
        condition: str = "",
        order: Sequence[Any] = ("#", False),
        columns: Sequence[str] = (),
        pinned: Sequence[int] = (),
    ) -> StatePage:
        """Return some rows of the table of states, and the rows pinned above it."""
        derived = self._derived()
        found = self._listing(condition, Order(*order), report)
        numbers = found.rows(start, stop)
        held = [state for state in pinned if 0 <= state < derived.space.size]
        return {
            "total": found.size,
            "states": numbers,
            "columns": list(columns) or [group.name for group in derived.net.groups],
            "rows": self._cells(derived, numbers, columns),
            "pinned": self._cells(derived, held, columns),
        }

    def find(
        self, report: Watcher, row: int, wanted: str, back: bool, condition: str, order: Sequence[Any]
    ) -> FoundRow:
        """Return the next row of the table whose state matches, or the one before."""
        states, holds = self._states(), self._condition(report)
        if self._matched is None or self._matched[:2] != (self._version(), wanted):
            self._matched = self._version(), wanted, holds(wanted, states)
        return {"row": self._listing(condition, Order(*order), report).next_match(self._matched[2], row, back=back)}

    def row_of(self, report: Watcher, state: int, condition: str, order: Sequence[Any]) -> FoundRow:
        """Return the row a state is in."""
        return {"row": self._listing(condition, Order(*order), report).row_of(state)}

    def write_states(
        self, report: Watcher, path: str, condition: str, order: Sequence[Any], columns: Sequence[str]
    ) -> WrittenStates:
        """Write the whole table as CSV; the file is whole or not there. Raises PepaError."""
        derived, control = self._derived(), Control(report=report)
        found = self._listing(condition, Order(*order), report)
        target = typed_path(path)
        try:
            with written_in_pieces(target) as file:
                out = csv.writer(file)
                out.writerow(["state", "probability", "class", *(columns or [g.name for g in derived.net.groups])])
                for start in range(0, found.size, CHUNK):
                    control.watch(Progress("write", f"{start:,} of {found.size:,} states", start / found.size))
                    numbers = found.rows(start, start + CHUNK)
                    out.writerows(self._cells(derived, numbers, columns, in_full=True))
        except OSError as error:
            raise unwritten(target, error, "choose another place") from None
        return {"path": str(target), "rows": found.size}

    def _listing(self, condition: str, order: Order, report: Watcher) -> Listing:
        key = (self._version(), condition, order)
        if self._listed is None or self._listed[:3] != key:
            self._listed = None  # before the next is made: each may be large
            self._listed = (*key, listing(self._states(), condition, order, self._condition(report)))
        return self._listed[3]

    def _condition(self, report: Watcher) -> Condition:
        """Return what says where a condition holds: one about what may happen is a property, kept once worked out."""
        session, derived = self.session, self._derived()

        def holds(text: str, states: ChainStates) -> NDArray[np.bool_]:
            if not over_paths(text):
                return truths(text, states)
            if text not in session.holding:
                found = answer(text, derived, Control(report=report))
                if found.truth is None:
                    raise PepaError("a number is no condition", "with a bound it is one, as in P>=0.9 [ F User3 >= 2 ]")
                session.holding[text] = found.truth.sure
            return session.holding[text]

        return holds

    def _version(self) -> object:
        return self.session.solved or self.session.derived

    def _derived(self) -> Derived:
        if self.session.derived is None:
            raise NO_SPACE
        return self.session.derived

    def _states(self) -> ChainStates:
        derived, solved = self._derived(), self.session.solved
        probability = None if solved is None else solved.steady.probability
        return ChainStates(derived.space, derived.net, derived.classes, probability)

    def _cells(
        self, derived: Derived, states: Sequence[int], columns: Sequence[str], *, in_full: bool = False
    ) -> list[list[str]]:
        """Return the texts of rows: number, probability, class, and the columns."""
        if not states:
            return []
        solved, numbers = self.session.solved, np.array(states, np.int64)
        probability = None if solved is None else solved.steady.probability[numbers]
        told = [""] * len(states) if probability is None else [_number(p, in_full) for p in probability.tolist()]
        kinds = [kind_of(derived, state) for state in states]
        left = np.array([kind == "transient" for kind in kinds], bool)
        net, layout = derived.net, derived.space.layout
        page = PackedStates(self._moves(derived), net, layout, derived.space.words[:, numbers], left, probability)
        held = [members(net, derived.space.counts(state)) for state in states]
        groups = {group.name: index for index, group in enumerate(net.groups)}
        texts = []
        for column in columns or groups:
            if column in groups:
                texts.append([group_text(net.groups[groups[column]], row[groups[column]]) for row in held])
            else:
                values = state_values(column, parse(column), page).astype(float).tolist()
                texts.append([_number(value, in_full) for value in values])
        number = str if in_full else "{:,}".format
        return [list(row) for row in zip(map(number, states), told, kinds, *texts, strict=True)]

    def _moves(self, derived: Derived) -> Any:
        """Return the moves of the chain's net, kept with it."""
        if self._paging is None or self._paging[0] is not derived.net:
            self._paging = derived.net, Steps(derived.net).forward
        return self._paging[1]


def _number(value: float, in_full: bool) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    return repr(value) if in_full else figure(value)
