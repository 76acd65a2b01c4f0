"""How far the reading of a large text has got, told from deep inside of it to whoever watches around it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pepa.control.control import Control, Ticker

Item = TypeVar("Item")
STEP = 2_000  # items between two looks at the clock, a few milliseconds
_ticker: ContextVar[Ticker | None] = ContextVar("_ticker", default=None)


@contextmanager
def counting(control: Control, stage: str) -> Iterator[None]:
    """Have what is counted meanwhile tell the watcher how far it is; what that raises to cancel ends it."""
    from pepa.control.control import Ticker

    before = _ticker.set(Ticker(control, stage))
    try:
        yield
    finally:
        _ticker.reset(before)


def counted_off(items: Collection[Item], doing: str) -> Iterator[Item]:
    """Return the items one by one; of many is told how many are done, as `doing 20,000 of 1,000,000`."""
    ticker = _ticker.get()
    return iter(items) if ticker is None or len(items) <= STEP else _told(items, doing, ticker)


def tick(doing: str, number: int | None = None) -> None:
    """Tell what is done now, and how many times it was, where nobody knows yet how often that is."""
    ticker = _ticker.get()
    if ticker is not None:
        ticker.tick(lambda: (doing if number is None else f"{doing} {number:,}", None))


def _told(items: Collection[Item], doing: str, ticker: Ticker) -> Iterator[Item]:
    total = len(items)
    for number, item in enumerate(items):
        if number % STEP == 0:
            ticker.tick(lambda: (f"{doing} {number:,} of {total:,}", None))  # noqa: B023 - it is called at once
        yield item
