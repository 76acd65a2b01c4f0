"""The `pepa` command: finds the verb, and turns every failure into a message and an exit status."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import signal
import sys
import threading
from enum import IntEnum

import click

from pepa.cli.interrupt import interrupts
from pepa.cli.limits import LEAST_ROOM, has_room, warned_before_the_end
from pepa.cli.terminal import prepare_streams, say
from pepa.control.garbage import MANY

VERBS = {
    "check": "Say whether a model is well formed.",
    "format": "Lay out a model's text; its meaning and its comments stay.",
    "derive": "Derive the state space and say what shape it has.",
    "solve": "Solve for the steady state: throughput, population, utilisation.",
    "advise": "Say which method suits: size, time, how near the fluid is.",
    "transient": "Follow exactly over time, with a proved error.",
    "passage": "Say how long from one thing to another: mean, quantiles, distribution.",
    "query": "Answer properties of what may happen, in the syntax of PRISM.",
    "ode": "Approximate by a fluid: over time, and at its equilibrium.",
    "simulate": "Simulate: a long run with confidence, or replications over time.",
    "explain": "Say why: who waits for whom, who is saturated, cycles in parts.",
    "optimise": "Find the parameters at which a measure is as wanted, least or most.",
    "sensitivity": "Say which parameters a measure depends on, and how much.",
    "sweep": "Ask measures over ranges of parameters.",
    "experiment": "Run experiments from a file: charts, claims, CSV and JSON.",
    "findings": "Tell what the author may have missed: deadlocks, what never happens, invariants.",
    "graph": "Draw the components, the states and the cooperations of a model; DOT and SVG.",
    "trace": "Find a way to a state: the shortest, the most probable, or one by chance.",
    "compare": "Compare scenarios by their measures; or decide strong equivalence of two models.",
    "schema": "Print the JSON Schema of what a verb prints with --json.",
    "help": "Show a topic of the manual, or what a check is about.",
}


class Exit(IntEnum):
    """Exit statuses of the command."""

    DONE = 0
    WRONG = 1
    USAGE = 2
    LIMIT = 3
    CRASH = 70
    OUTPUT = 74
    CANCELLED = 130


class Verbs(click.Group):
    """A group whose verbs are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the verbs."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of one verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"pepa.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pepa-workbench", message="%(version)s")
def pepa() -> None:
    """Analyse PEPA models: pepa VERB MODEL [NAME=VALUE ...]

    NAME=VALUE replaces a rate, a probability or an array size of the model.
    """


def main() -> None:
    """Run the command and exit with its status."""
    _prepare()
    try:
        with interrupts(_give_up):
            status = _run()
        sys.stdout.flush()
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        say(told.getvalue(), err=True, end="")
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("cancelled", err=True)
        status = Exit.CANCELLED
    except (BrokenPipeError, SystemExit):  # click and rich exit where a pipe is broken
        _drop_output()  # the reader has gone: nothing more to flush
        status = Exit.DONE
    except OSError as error:  # files that cannot be read or written have been told of by then
        _drop_output()
        with contextlib.suppress(OSError):
            say(f"error: the output cannot be written: {error.strerror or error}", err=True)
        status = Exit.OUTPUT
    except MemoryError:
        say(f"error: out of memory; {_out_of_memory()}", err=True)
        status = Exit.LIMIT
    except Exception as error:
        if os.environ.get("PEPA_DEBUG"):
            raise
        say(f"error: internal failure: {type(error).__name__}: {error}", err=True)
        say("    hint: this is a defect; PEPA_DEBUG=1 shows where", err=True)
        status = Exit.CRASH
    if any(thread.daemon for thread in threading.enumerate()) or gc.get_freeze_count() > MANY:
        # a library call that was given up goes on in its thread, and would disturb an interpreter that ends in order,
        # which takes a large tree apart object by object
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status or 0)
    sys.exit(status or 0)


def _drop_output() -> None:
    """Let what is not written yet go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare() -> None:
    # numpy reads it when it is imported: the last digits do not depend on how many cores or processes share the work
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    prepare_streams()
    warned_before_the_end()


def _run() -> int | None:
    if not has_room():
        raise MemoryError
    status: int | None = pepa.main(standalone_mode=False)
    return status


def _out_of_memory() -> str:
    if has_room():
        return "set a limit with --memory, or make an array smaller"
    return f"to start, {LEAST_ROOM >> 20} MiB are needed, and the shell allows fewer (ulimit -v)"


def _give_up(number: int) -> None:
    """End where a signal is not heard: nothing is half done that an end could harm, files are written whole."""
    is_spent = number == signal.SIGXCPU
    words = "error: the time in the processor that the shell allows (ulimit -t) is spent" if is_spent else "cancelled"
    blank = "\r\x1b[K" if sys.stderr.isatty() else ""  # over a line of progress
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), f"{blank}{words}\n".encode())
    os._exit(Exit.LIMIT if is_spent else Exit.CANCELLED)
