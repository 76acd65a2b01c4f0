"""Crews for a study: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import partial
from typing import Any

from pepa.language.problem import PepaError
from pepa.markov.processes import processes
from pepa.study.run import Crew

PATIENCE = 10.0  # seconds to wait for a scheduler
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
    try:
        connect: Any = Client  # it has no types
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        hint = "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"
        raise PepaError(f"no scheduler answers at {address}: {error}", hint) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise PepaError(f"the scheduler at {address} has no workers", f"start one: `dask worker {address}`")
        yield Crew(lambda: client.get_executor(retries=0), threads)
