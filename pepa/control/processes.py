"""Processes that share work: they end when they are told to, and when the process that started them does.

A plain pool leaves its processes behind when its parent is killed, and waits for their work when it is cancelled.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from types import FrameType
from typing import Any

from pepa.control.control import Progress


class Stopped(Exception):
    """The work of this process is wanted no more."""


_wanted: Any = None  # in a process of a pool: the event that is set while its work is wanted


@contextlib.contextmanager
def processes(number: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes whose work, where it watches `still_wanted`, ends with the block."""
    context = get_context("spawn")
    wanted = context.Event()
    wanted.set()
    pool = _Pool(number, context, _begin, (wanted,))
    try:
        yield pool
    finally:
        wanted.clear()
        pool.shutdown(cancel_futures=True)  # one that is just starting would miss what it starts from


class _Pool(ProcessPoolExecutor):
    """Starts processes that do not hear an interrupt of the terminal: this one hears it, and tells them."""

    def submit(self, *arguments: Any, **keywords: Any) -> Future[Any]:
        with _interrupted_after():
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # they inherit it
            try:
                return super().submit(*arguments, **keywords)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _interrupted_after() -> Iterator[None]:
    """Have an interrupt wait for the end of the block: in its midst a process would be left half started.

    To block the signal is not enough: any other thread of this process may receive it for the main one.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield
        return
    heard: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if heard:
            usual(*heard[0])


def still_wanted(_: Progress) -> None:
    """The watcher of work in a pool: it reports nothing, and raises Stopped when the pool is given up."""
    if _wanted is not None and not _wanted.is_set():
        raise Stopped


def _begin(wanted: Any) -> None:
    global _wanted
    _wanted = wanted
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes are the threads
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
