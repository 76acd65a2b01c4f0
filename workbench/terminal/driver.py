"""The terminal: input read as it comes, whatever it is, a lone Esc told from a slow line; output until it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import selectors
import termios
import threading
import tty
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
        self._reading = threading.Lock()  # held from the reading of some input until what it means is passed on

    def _sigcont_application(self, *_: object) -> None:
        """Go on after a stop, also one that could not be heard of (SIGSTOP): others may have had the terminal.

        Textual would begin a second time beside what still runs, whose thread then never ends.
        """
        if self._must_signal_resume:
            super()._sigcont_application()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take_again)

    def _take_again(self) -> None:
        """Begin anew with the terminal, unless it is given away or gone."""
        before, thread = self.attrs_before, self._key_thread
        if not self._auto_restart or thread is None or not thread.is_alive():
            return
        self.exit_event.set()
        thread.join()
        self.exit_event.clear()
        self.close()
        self._must_signal_resume = True
        self.resume_application_mode()
        if self.attrs_before is not None and not self.attrs_before[tty.LFLAG] & termios.ICANON:
            self.attrs_before = before  # nobody had it: these modes are our own

    def run_input_thread(self) -> None:
        """Wait for input and pass on what it means; a key is given up for lack of more only where no more is there."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = KeyParser(set_keys(self._app))
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                waits = selector.select(_patience(parser))
                with self._reading:
                    if waits:
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

    async def read_out(self) -> None:
        """Wait until all input that has come has been passed on."""
        thread = self._key_thread
        while thread is not None and thread.is_alive() and (_waits(self.fileno) or self._reading.locked()):
            await asyncio.sleep(0.005)
        behind = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), asyncio.get_running_loop())
        await asyncio.wrap_future(behind)  # as what the thread has passed on


def _waits(file: int) -> bool:
    return bool(select.select([file], [], [], 0)[0])


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

    async def read_out(self) -> None:
        """Wait until all input that has come is among the messages of the app."""
        if isinstance(self._driver, Terminal):
            await self._driver.read_out()

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
