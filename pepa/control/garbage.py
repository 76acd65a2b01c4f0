"""Building a large tree without the garbage collector, which would look again and again at what is all in use."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 100_000  # objects that are looked through in some twenty milliseconds


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: a tree of a hundred thousand definitions is built in two thirds of the time.

    Where very many objects were made, they are not looked through afterwards either: they are in use, and those of
    trees go without the collector when they no longer are. The next call lets it look through them again.
    """
    collecting = gc.isenabled()
    if collecting and gc.get_freeze_count() > MANY:
        gc.unfreeze()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if gc.get_count()[0] > MANY:
                gc.freeze()
            gc.enable()
