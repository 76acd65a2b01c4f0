"""The app's end of a browser: keys read as from any terminal; when the page is closed, the app ends as on a hang-up."""

from __future__ import annotations

import os
import signal
from codecs import getincrementaldecoder

from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver, _ExitInput

from workbench.terminal.keys import KeyParser
from workbench.told_keys import set_keys


class Browser(WebDriver):
    """Textual's driver for pipes to its web server, with keys read by `KeyParser`."""

    def run_input_thread(self) -> None:
        """Read packets: keys, and what the server says of the page; hang up where they end."""
        parser, packets = KeyParser(set_keys(self._app), debug=self._debug), ByteStream()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        try:
            for data in self._input_reader:
                for kind, payload in packets.feed(data) if data else ():
                    if kind == "D":
                        for event in parser.feed(decode(payload)):
                            self.process_message(event)
                    else:
                        self._on_meta(kind, payload)
                for event in parser.tick():
                    self.process_message(event)
        except _ExitInput:
            return
        if not self.exit_event.is_set():
            _hang_up()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Do what the server asks; a page that was closed is a line that was cut."""
        if packet_type == "quit":
            _hang_up()
        else:
            super().on_meta(packet_type, payload)


def _hang_up() -> None:
    os.kill(os.getpid(), signal.SIGHUP)
