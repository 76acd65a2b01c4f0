"""`pepa-workbench [MODEL]`: opens a model in the terminal workbench."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pepa.control.error import PepaError
from pepa.language.shown import shown

if TYPE_CHECKING:
    from workbench.settings import Settings


def main() -> None:
    """Open a model; exit 1 if its file is none, else with the status of the app."""
    arguments = _arguments()
    gc.disable()  # importing and composing make no garbage worth a pause before the first paint
    os.environ.setdefault("ESCDELAY", "50")
    from workbench.document import opened, shipped
    from workbench.terminal.environment import drop_unknown

    drop_unknown(os.environ)
    if arguments.settings:
        print(shown(str(_settings_written())))
        return
    try:
        document = opened(arguments.model) if arguments.example is None else shipped(arguments.example)
        if arguments.screenshot:
            from workbench.screenshot import take

            take(document, arguments.screenshot)
            return
        if arguments.web:
            from workbench.web.server import serve

            named = ["--example", arguments.example] if arguments.example else [str(arguments.model or "")]
            serve([part for part in named if part], arguments.port)
            return
    except PepaError as error:
        _refuse(error)
    served = "TEXTUAL_DRIVER" in os.environ  # to a browser, over pipes
    if not served and not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.exit("error: the workbench needs a terminal\n    hint: pepa solve MODEL prints the same figures anywhere")
    from workbench.app import Workbench
    from workbench.desks.keeping import ENDING
    from workbench.layout import kept_layout

    colourless = "NO_COLOR" in os.environ  # read before Textual takes it from the environment
    settings, amiss = _settings()
    if settings.digits is not None:
        os.environ.setdefault("PEPA_DIGITS", str(settings.digits))  # for the worker processes too
    layout = kept_layout(Workbench.PANES)
    app = Workbench(document, own_colours=colourless, greets=True, settings=settings, amiss=amiss, layout=layout)
    if colourless or _few_colours():
        app.theme = "ansi-dark"
    app.call_later(app.collect_at_rest)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until the app listens: what it changes it must put back
    status = app.run()
    sys.exit(app.return_code or status or 0)


class _Arguments(argparse.ArgumentParser):
    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(shown(message), file)


def _refuse(error: PepaError) -> NoReturn:
    sys.exit(shown(f"error: {error.message}\n    hint: {error.hint}"))


def _arguments() -> argparse.Namespace:
    parser = _Arguments(prog="pepa-workbench", description="A terminal workbench for PEPA models.")
    parser.add_argument("model", nargs="?", type=Path, help="the model to open, such as models/vm_launch.pepa")
    parser.add_argument("--example", metavar="NAME", help="open a model that ships, such as vm_launch, without a file")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="solve the model, write the screen as SVG")
    parser.add_argument("--settings", action="store_true", help="say where the settings are, written if there are none")
    parser.add_argument("--web", action="store_true", help="serve the workbench to a browser on this machine")
    parser.add_argument("--port", type=int, default=8000, help="where --web serves it (default 8000)")
    arguments = parser.parse_args()
    if arguments.model is not None and arguments.example is not None:
        parser.error("open a MODEL or an --example, not both")
    return arguments


def _settings() -> tuple[Settings, PepaError | None]:
    """Return the settings, and what is wrong with their file."""
    from workbench.app import adjustable
    from workbench.settings import Settings, read_settings

    try:
        return read_settings(adjustable), None
    except PepaError as error:
        return Settings(), error


def _settings_written() -> Path:
    from workbench.app import adjustable
    from workbench.settings import written_settings

    try:
        return written_settings(adjustable())
    except PepaError as error:
        _refuse(error)


def _few_colours() -> bool:
    """Whether the terminal has 16 colours or fewer, so that its own are used."""
    if "TEXTUAL_THEME" in os.environ or "TEXTUAL_DRIVER" in os.environ:
        return False
    return not os.environ.get("COLORTERM") and "256color" not in os.environ.get("TERM", "")


if __name__ == "__main__":
    main()
