"""The workbench served to a browser: who gets in, and what they can do there."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pyte
import pytest

from tests.cli.command import ROOT
from workbench.document import opened, recovered

VM_LAUNCH = ROOT / "models" / "vm_launch.pepa"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def served(model, port):
    """Serve a model; give the address that is printed."""
    command = [sys.executable, "-m", "workbench", str(model), "--web", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()


def status(opener, address, **headers):
    try:
        with opener.open(Request(address, headers=headers), timeout=10) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def test_only_who_has_the_token_gets_in():
    port = free_port()
    with served(VM_LAUNCH, port) as address:
        root, token = address.split("?token=")
        assert root == f"http://127.0.0.1:{port}/"
        stranger = build_opener()
        for path in ("", "?token=", f"?token={token[:-1]}", "ws", "static/js/textual.js", "download/x"):
            assert status(stranger, root + path) == 403
        guest = build_opener(HTTPCookieProcessor())
        assert status(guest, address, Origin="http://elsewhere.example") == 403
        assert status(guest, address) == 200
        assert status(guest, root) == 200
        assert status(guest, root + "static/js/textual.js") == 200
        assert status(guest, root, Host=f"elsewhere.example:{port}") == 403
        assert status(guest, root + "ws", Origin="http://elsewhere.example") == 403


def test_it_is_reached_by_any_name_of_this_machine_for_itself_and_through_a_tunnel():
    port = free_port()
    with served(VM_LAUNCH, port) as address:
        root = address.split("?token=")[0]
        guest = build_opener(HTTPCookieProcessor())
        assert status(guest, address) == 200
        for host in (f"localhost:{port}", "localhost:9000", "127.0.0.1:9000", "[::1]:9000", "localhost"):
            assert status(guest, root, Host=host) == 200
            assert status(guest, root, Host=host, Origin=f"http://{host}") == 200
            assert status(guest, root, Host=host, Origin="http://localhost:1") == 403
            assert status(build_opener(), root, Host=host) == 403  # without the token
        for host in (f"localhost.elsewhere.example:{port}", "elsewhere.example", f"127.0.0.1.elsewhere.example:{port}"):
            assert status(guest, root, Host=host, Origin=f"http://{host}") == 403
        with pytest.raises(HTTPError) as refused:
            guest.open(Request(root, headers={"Host": "elsewhere.example"}), timeout=10)
        said = refused.value.read().decode()
        assert root.rstrip("/") in said
        assert address.split("=")[1] not in said  # nobody is told the token
        page = guest.open(root, timeout=10).read().decode()
        assert "location.host" in page
        assert "127.0.0.1" not in page


def test_a_port_that_cannot_be_had_is_said():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for port, said in ((other.getsockname()[1], "cannot be had"), (70_000, "no port")):
            command = [sys.executable, "-m", "workbench", str(VM_LAUNCH), "--web", "--port", str(port)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
            assert done.returncode == 1
            assert said in done.stderr
            assert "hint:" in done.stderr
            assert "Traceback" not in done.stderr


class Seen:
    """What a browser was sent, as a terminal shows it."""

    def __init__(self, page):
        self.screen = pyte.Screen(300, 100)
        self._stream = pyte.ByteStream(self.screen)
        self._page = page
        page.on("websocket", lambda socket: socket.on("framereceived", self._fed))

    def _fed(self, frame):
        if isinstance(frame, bytes):
            self._stream.feed(frame)

    def until(self, text, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._page.wait_for_timeout(100)
            if any(text in line for line in self.screen.display):
                return
        raise AssertionError(f"{text!r} is not on the screen:\n" + "\n".join(self.screen.display))


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
def test_a_model_is_opened_solved_and_drawn_in_a_browser(tmp_path):
    sync = pytest.importorskip("playwright.sync_api", reason="there is no playwright here")
    model = tmp_path / "m.pepa"
    model.write_text(VM_LAUNCH.read_text())
    with served(model, free_port()) as address, sync.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 800})
        seen = Seen(page)
        page.goto(address)
        assert "token" not in page.url
        seen.until("r1=10")
        page.keyboard.press("F5")
        seen.until("966 states")
        page.keyboard.press("Alt+4")
        seen.until("0.04208")
        page.keyboard.press("Alt+1")
        page.keyboard.type("¢£ in a browser ")
        seen.until("¢£ in a browser")
        if shot := os.environ.get("PEPA_WEB_SHOT"):
            page.screenshot(path=shot)
        page.keyboard.type("and closed")
        seen.until("and closed")
        browser.close()
        until = time.monotonic() + 10
        while "¢£ in a browser and closed" not in (recovered(opened(model)) or "") and time.monotonic() < until:
            time.sleep(0.1)
    kept = recovered(opened(model))
    assert kept.replace("¢£ in a browser and closed", "") == model.read_text() == VM_LAUNCH.read_text()
