"""The worker process: reads requests from standard input, runs them one by one, writes replies.

A thread reads, so that a cancel is seen while the main thread computes, and so that the worker dies with the app.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO

from workbench.engine.frames import Frame, encode, read

if TYPE_CHECKING:
    from pepa.control.control import Progress


class Cancelled(Exception):
    """The app asked to stop the request that runs."""


class Reporter:
    """The watcher of one request: it reports, sends parts of the answer, and raises Cancelled when asked to."""

    def __init__(self, conversation: Conversation, request: int) -> None:
        self._conversation, self._request = conversation, request

    def __call__(self, progress: Progress) -> None:
        """Report progress."""
        if self._conversation.is_cancelled(self._request):
            raise Cancelled
        told = {"stage": progress.stage, "message": progress.message, "done": progress.done}
        self._conversation.send({"id": self._request, "kind": "progress", **told})

    def part(self, found: Frame) -> None:
        """Send a part of the answer."""
        self._conversation.send({"id": self._request, "kind": "part", "part": found})


class Conversation:
    """The worker's side: a queue of requests, and the number of the one to stop."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._replies = replies
        self._queue: queue.Queue[Frame] = queue.Queue()
        self._cancelled: set[int] = set()
        threading.Thread(target=self._read, args=(requests,), daemon=True).start()

    def _read(self, requests: BinaryIO) -> None:
        while (frame := read(requests)) is not None:
            if frame["op"] == "cancel":
                self._cancelled.add(frame["of"])
            else:
                self._queue.put(frame)
        os._exit(0)  # the app has gone; the main thread may be deep in a long call

    def send(self, frame: Frame) -> None:
        """Send one frame to the app."""
        self._replies.write(encode(frame))
        self._replies.flush()

    def is_cancelled(self, request: int) -> bool:
        """Whether the app asked to stop a request."""
        return request in self._cancelled

    def serve(self) -> None:
        """Run requests until the app goes."""
        from pepa.control.error import PepaError
        from pepa.language.problem import ModelError
        from workbench.engine.operations import operations
        from workbench.engine.session import Session

        session = Session()
        asked = operations(session)
        self.send({"id": 0, "kind": "ready"})
        while True:
            request = self._queue.get()
            number, operation = request.pop("id"), request.pop("op")
            try:
                if self.is_cancelled(number):
                    raise Cancelled
                answer = asked[operation](report=Reporter(self, number), **request)
                reply = {"id": number, "kind": "done", "answer": answer}
            except Cancelled:
                reply = {"id": number, "kind": "cancelled"}
            except ModelError as error:
                reply = {"id": number, "kind": "failed", "message": error.message, "hint": error.hint}
                reply["problems"] = session.problems(error.problems, request["text"])
            except PepaError as error:
                reply = {"id": number, "kind": "failed", "message": error.message, "hint": error.hint}
            except MemoryError:
                hint = "make an array smaller, or lower the limit of states"
                reply = {"id": number, "kind": "failed", "message": "out of memory", "hint": hint}
            except Exception as error:  # noqa: BLE001 - the worker's top: the app says what crashed
                message = f"the analysis crashed: {type(error).__name__}: {error}"
                reply = {
                    "id": number,
                    "kind": "failed",
                    "message": message,
                    "hint": "this is a defect of the tool",
                }
            self.send(reply)


def main() -> None:
    """Serve on the standard streams; what anything else prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    Conversation(sys.stdin.buffer, replies).serve()


if __name__ == "__main__":
    main()
