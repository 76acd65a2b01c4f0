"""Processes that share work, and an interrupt that comes while one of them is started."""

import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from pepa.control.processes import processes


def test_an_interrupt_waits_until_a_process_is_started_whichever_thread_hears_it(monkeypatch):
    done, started = threading.Event(), []
    threading.Thread(target=done.wait, daemon=True).start()  # it blocks no signal

    def slowly(self, *_):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        started.append(self)

    usual = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(ProcessPoolExecutor, "submit", slowly)
    try:
        with processes(1) as pool, pytest.raises(KeyboardInterrupt):
            pool.submit(print)
    finally:
        done.set()
    assert len(started) == 1
    assert signal.getsignal(signal.SIGINT) is usual
