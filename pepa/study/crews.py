"""Crews for a study: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from pepa.control.error import PepaError
from pepa.control.processes import processes
from pepa.study.run import Crew

PATIENCE = 10.0  # seconds to wait for a scheduler
HINT = "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"
ALONE = 0.5  # seconds of solving here that starting processes is not worth


@contextlib.contextmanager
def crew(number: int | None, scheduler: str | None) -> Iterator[Crew | None]:
    """Give the workers of a scheduler (`tcp://host:port`), else so many processes here; None for one process.

    Raises PepaError where there is no such scheduler, it has no workers, or Dask is not installed.
    """
    if scheduler is not None:
        with _cluster(scheduler) as found:
            yield found
        return
    number = number or len(os.sched_getaffinity(0))
    yield None if number == 1 else Crew(partial(processes, number), number, ALONE)


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[Crew]:
    try:
        from distributed import Client
    except ImportError:
        raise PepaError("a scheduler needs Dask", "install it: pip install 'pepa-workbench[cluster]'") from None
    _answering(address)
    try:
        connect: Any = Client  # it has no types
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise PepaError(f"no scheduler answers at {address}: {error}", HINT) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise PepaError(f"the scheduler at {address} has no workers", f"start one: `dask worker {address}`")
        yield Crew(lambda: client.get_executor(retries=0), threads)


def _answering(address: str) -> None:
    """Raise PepaError where nothing listens at an address: a client that finds nobody takes long to give up."""
    parts = urlsplit(address)
    try:
        if parts.hostname is None or parts.port is None:
            raise PepaError(f"`{address}` is no address of a scheduler", "as in tcp://127.0.0.1:8786")
        socket.create_connection((parts.hostname, parts.port), PATIENCE).close()
    except (OSError, ValueError) as error:
        raise PepaError(f"no scheduler answers at {address}: {error}", HINT) from None
