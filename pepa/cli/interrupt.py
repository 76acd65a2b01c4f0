"""Ctrl-C, and the end of `ulimit -t`, end the command at once, even in a library call that cannot look up."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

PATIENCE = 0.05  # seconds the main thread has to hear an interrupt


@contextlib.contextmanager
def interrupts(end: Callable[[int], None]) -> Iterator[None]:
    """Raise KeyboardInterrupt at an interrupt; call `end` with its number where the main thread does not come to it.

    So it is called where the time in the processor is spent that the shell allows (SIGXCPU, a second before the end).

    Python runs a signal handler between two instructions of the main thread, and one call into a library is one
    instruction. The number of the signal is written into a pipe at once (`signal.set_wakeup_fd`): a thread reads it.
    A command that was started to ignore interrupts, as in the background of a script, goes on ignoring them.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    heard = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        del number, frame
        heard.set()
        raise KeyboardInterrupt

    def listen() -> None:
        while number := os.read(reading, 1):
            if number[0] == signal.SIGXCPU or (number[0] == signal.SIGINT and not heard.wait(PATIENCE)):
                end(number[0])

    listener = threading.Thread(target=listen)
    before = {signal.SIGXCPU: signal.signal(signal.SIGXCPU, lambda *_: None)}
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, hear)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writing)
        listener.join()
        os.close(reading)
