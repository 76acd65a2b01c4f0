"""What the verbs of studies share: who solves the points, where they are kept, and how an interrupted one ends."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypedDict

import click

from pepa.cli.options import POSITIVE
from pepa.cli.request import Limits, ProgressLine, limit_options
from pepa.cli.terminal import say
from pepa.control.error import PepaError

if TYPE_CHECKING:
    from pepa.study.experiment import Experiment
    from pepa.study.kept import Kept
    from pepa.study.told_study import ToldPoint


class How(TypedDict):
    """Who solves the points, whether again what is kept, and within which limits."""

    processes: int | None
    scheduler: str | None
    fresh: bool
    limits: Limits


def study_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --processes, --scheduler and --fresh and the limits to a verb, which takes them all as `how`."""
    number = click.option("--processes", type=POSITIVE, default=None, help="[default: one for each core]")
    cluster = click.option(
        "--scheduler", metavar="tcp://HOST:PORT", help="Solve on the Dask cluster of this scheduler."
    )
    fresh = click.option("--fresh", is_flag=True, help="Solve again what earlier runs have solved.")

    @functools.wraps(function)
    def verb(processes: int | None, scheduler: str | None, fresh: bool, limits: Limits, **rest: Any) -> Any:
        how: How = {"processes": processes, "scheduler": scheduler, "fresh": fresh, "limits": limits}
        return function(how=how, **rest)

    return number(cluster(fresh(limit_options(verb))))


def performed(experiment: Experiment, how: How) -> list[ToldPoint]:
    """Run an experiment and return its points; when it is interrupted, say what is kept."""
    from pepa.control.control import Control
    from pepa.study.crews import crew
    from pepa.study.experiment import rows
    from pepa.study.run import run

    line, outcomes, total = ProgressLine(), [], len(experiment.points)
    control = Control(report=line, **how["limits"])
    try:
        with crew(how["processes"] if total > 1 else 1, how["scheduler"]) as workers, _kept(how["fresh"]) as kept:
            for outcome in run(experiment.settings, experiment.points, control, workers, kept):
                outcomes.append(outcome)
    except KeyboardInterrupt:
        line.clear()
        say(f"{len(outcomes):,} of {total:,} points are solved; run it again to go on", err=True)
        raise
    except OSError as error:
        raise PepaError(f"the points cannot be kept: {error}", "set PEPA_CACHE to a folder with room") from None
    finally:
        line.clear()
    return rows(experiment, outcomes)


@contextlib.contextmanager
def _kept(fresh: bool) -> Iterator[Kept | None]:
    """Give the points of earlier runs; where they cannot be had, say so and go on without."""
    from pepa.study.kept import Kept, cache_file

    try:
        kept = Kept(cache_file(), fresh=fresh)
    except OSError as error:
        say(f"warning: points are not kept for a later run: {error}", err=True)
        yield None
        return
    try:
        yield kept
    finally:
        kept.close()
