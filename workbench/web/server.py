"""The workbench in a browser on this machine: served by textual-serve to whoever has the address, token and all.

Only the loopback interface is listened to, and every process of this machine reaches that: the address printed holds a
token, which the first request trades for a cookie; without either nothing is served. Host and origin are checked too,
so that no page of another site reaches the workbench through its user's browser: the host is to be a name of this
machine for itself, which no name made to lead here is, with any port, as a tunnel may have another at its other end.
"""

from __future__ import annotations

import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from pepa.control.error import PepaError

try:
    from aiohttp import web
    from textual_serve.server import Server
except ImportError:
    raise PepaError("the browser needs textual-serve", "pip install 'pepa-workbench[web]'") from None

HOST = "127.0.0.1"
OURSELVES = frozenset({HOST, "localhost", "[::1]"})
COOKIE = "pepa-workbench"
TEMPLATES = Path(__file__).parent
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GuardedServer(Server):
    """Serves one command; each page that is opened has an app of its own, as each terminal has."""

    def __init__(self, command: str, port: int, title: str) -> None:
        super().__init__(command, HOST, port, title, templates_path=TEMPLATES)
        self.token = secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """The address that opens the workbench."""
        return f"{self.public_url}/?token={self.token}"

    def run(self) -> None:
        """Serve until interrupted; say where once there is somebody to answer. Raises OSError."""
        web.run_app(self._make_app(), host=HOST, port=self.port, access_log=None, print=self._say)

    def _say(self, *_: object) -> None:
        print(f"the workbench is at {self.address}\nCtrl+C ends it", flush=True)

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing yet."""

    async def _make_app(self) -> web.Application:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._guarded(request, handler)

        app = await super()._make_app()
        app.middlewares.append(guard)
        return app

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only who knows the token and comes by our address."""
        name, ours = request.host.rpartition(":")[0] or request.host, f"http://{request.host}"
        if name not in OURSELVES or request.headers.get("Origin", ours) != ours:
            raise web.HTTPForbidden(
                text=f"this is no address of the workbench, which has {self.public_url} with its token"
            )
        if self._knows(request.cookies.get(f"{COOKIE}-{self.port}", "")):
            return await handler(request)
        if request.path == "/" and self._knows(request.query.get("token", "")):
            answer = web.HTTPSeeOther("/")  # the token does not stay in the address line
            answer.set_cookie(f"{COOKIE}-{self.port}", self.token, httponly=True, samesite="Strict")
            return answer
        raise web.HTTPForbidden(text="open the whole address that pepa-workbench --web printed, with its token")

    def _knows(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self.token.encode())


def serve(model: list[str], port: int) -> None:
    """Serve the workbench, opened as by these arguments, until interrupted. Raises PepaError where it cannot be."""
    if not 0 < port < 65536:
        raise PepaError(f"{port} is no port", "a whole number from 1 to 65535")
    server = GuardedServer(shlex.join([sys.executable, "-m", "workbench", *model]), port, "PEPA workbench")
    try:
        server.run()
    except OSError as error:
        raise PepaError(f"port {port} cannot be had: {error.strerror or error}", "another one: --port N") from None
