"""Sparse LU factors (SuperLU: Demmel et al. 1999), each made and freed in a thread of its own.

SuperLU as scipy builds it frees only what the freeing thread allocated: a factor made in one thread and dropped in
another is never given back, and its memory may go with the thread that made it. So that thread lives as long.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import waited
from pepa.markov.space.state_space import Vector

if TYPE_CHECKING:
    from concurrent.futures import Future

SYMMETRIC: Mapping[str, Any] = {
    "permc_spec": "MMD_AT_PLUS_A",
    "diag_pivot_thresh": 0.0,
    "options": {"Equil": False, "SymmetricMode": True},
}  # no pivoting: for M-matrices, which need none
ORDERED: Mapping[str, Any] = {
    **SYMMETRIC,
    "permc_spec": "NATURAL",
}  # likewise, of rows and columns in an order that fills in little


class Factor:
    """The LU factors of a sparse matrix (n, n); `pulse` is called while they are made and may raise to cancel.

    Raises ZeroDivisionError where the matrix is singular.
    """

    def __init__(self, matrix: Any, pulse: Callable[[], None] = lambda: None, **how: Any) -> None:
        from concurrent.futures import Future

        made: Future[None] = Future()
        dropped = threading.Event()
        self._held: list[Any] = []
        keeper = threading.Thread(target=_live, args=(matrix, how, self._held, made, dropped), daemon=True)
        weakref.finalize(self, _drop, keeper, made, dropped)
        keeper.start()
        try:
            waited(made, pulse)
        except RuntimeError as error:  # SuperLU's word for a singular matrix
            raise ZeroDivisionError(str(error)) from None

    @property
    def order(self) -> NDArray[np.intp]:
        """The columns in the order in which they were eliminated."""
        return np.argsort(self._held[0].perm_c)

    def solve(self, right: Vector, trans: Literal["N", "T"] = "N") -> Vector:
        """Return the solution (n,) of the system, or of that of the transpose, for a right side."""
        return np.asarray(self._held[0].solve(right, trans))


def _live(matrix: Any, how: Mapping[str, Any], held: list[Any], made: Future[None], dropped: threading.Event) -> None:
    """Make the factor, and hold it until whoever asked has dropped it."""
    from scipy.sparse.linalg import splu

    try:
        held.append(splu(matrix, **how))
    except BaseException as error:  # noqa: BLE001 - whatever it is, who waits is told
        made.set_exception(error)
        return
    made.set_result(None)
    del matrix
    dropped.wait()
    held.clear()


def _drop(keeper: threading.Thread, made: Future[None], dropped: threading.Event) -> None:
    """Have the factor freed; at the end of the program too, whose threads end before they could do it."""
    dropped.set()
    if made.done() and keeper is not threading.current_thread():
        keeper.join()
