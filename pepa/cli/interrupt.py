"""Ctrl-C ends the command at once, even in the middle of a library call that cannot look up."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

PATIENCE = 0.05  # seconds the main thread has to hear an interrupt


@contextlib.contextmanager
def interrupts(unheard: Callable[[], None]) -> Iterator[None]:
    """Raise KeyboardInterrupt at an interrupt; where the main thread does not come to it, call `unheard`.

    Python runs a signal handler between two instructions of the main thread, and one call into a library is one
    instruction. The number of the signal is written into a pipe at once (`signal.set_wakeup_fd`): a thread reads it.
    A command that was started to ignore interrupts, as in the background of a script, goes on ignoring them.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    heard = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        del number, frame
        heard.set()
        raise KeyboardInterrupt

    def listen() -> None:
        if os.read(reading, 1) and not heard.wait(PATIENCE):
            unheard()

    listener = threading.Thread(target=listen)
    handler = signal.signal(signal.SIGINT, hear)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, handler)
        os.close(writing)
        listener.join()
        os.close(reading)
