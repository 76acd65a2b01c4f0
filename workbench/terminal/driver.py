"""The terminal: input read as it comes, whatever it is, a lone Esc told from a slow line; output until it is gone."""

from __future__ import annotations

import contextlib
import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import IO, Any

from textual._time import get_time
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from pepa.control.error import PepaError
from workbench.terminal.keys import KeyParser
from workbench.told_keys import set_keys

PATIENCE = 0.1  # seconds between two looks whether to end


class Output:
    """A terminal to write to that may go: then what is written is lost, and the thread that writes lives on.

    The app waits for that thread when it ends.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write a text, if there is a terminal."""
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Write what waits, if there is a terminal."""
        with contextlib.suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Terminal(LinuxDriver):
    """Textual's driver with keys read by `KeyParser`, and bytes that are no UTF-8 never the end of the app."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None):
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file: Any = Output(self._file)

    def run_input_thread(self) -> None:
        """Wait for input and pass on what it means; a key is given up for lack of more only where no more is there."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = KeyParser(set_keys(self._app))
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_patience(parser)):
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        return  # the terminal has gone; a signal tells the app
                    if not data:
                        return
                    text = decode(data)
                    found = parser.feed(text) if text else ()
                else:
                    found = parser.tick()
                for event in found:
                    self.process_message(event)


def _patience(parser: KeyParser) -> float:
    """Return how long to wait for more input, in seconds."""
    if parser._timeout_time is None:
        return PATIENCE
    return min(PATIENCE, max(0.0, parser._timeout_time - get_time()))


class OwnDriver(App[int]):
    """Mixed into the app: uses `Terminal` where Textual would use the driver it is made from."""

    def get_driver_class(self) -> type[Driver]:
        """Return the driver class for this platform."""
        usual = super().get_driver_class()
        if usual.__name__ == "WebDriver":
            from workbench.web.driver import Browser

            return Browser
        return Terminal if usual is LinuxDriver else usual

    @contextlib.contextmanager
    def suspend(self) -> Iterator[None]:
        """Give the terminal away, and take it back also where what ran there failed: Textual leaves it given away."""
        failed: PepaError | None = None
        with super().suspend():
            try:
                yield
            except PepaError as error:
                failed = error
        if failed is not None:
            raise failed
