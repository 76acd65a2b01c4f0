"""Ctrl-C: heard between two instructions, acted on in the middle of one, ignored where the shell says so."""

import signal
import subprocess
import sys

import pytest

PRELUDE = """
import hashlib, os, signal, threading, time
from pepa.cli.interrupt import interrupts

def unheard(number):
    os.write(1, b"unheard" if number == signal.SIGINT else b"spent")
    os._exit(130)

def library_call(iterations=10**9):
    hashlib.pbkdf2_hmac("sha256", b"", b"", iterations)
"""
WAIT = """
try:
    with interrupts(unheard):
        threading.Timer(0.5, print, ("ready",), {{"flush": True}}).start()  # from the midst of the work
        {work}
except KeyboardInterrupt:
    print("heard", flush=True)
"""


def run(code):
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.parametrize(
    ("work", "end"), [("time.sleep(60)", ("heard\n", 0)), ("library_call()", ("unheard", 130))], ids=["python", "call"]
)
def test_an_interrupt_is_acted_on_wherever_it_falls(work, end):
    with run(PRELUDE + WAIT.format(work=work)) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[0]
    assert (said, process.returncode) == end


@pytest.mark.parametrize("work", ["time.sleep(60)", "library_call()"], ids=["python", "call"])
def test_the_end_of_the_time_in_the_processor_is_acted_on_wherever_it_falls(work):
    with run(PRELUDE + WAIT.format(work=work)) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGXCPU)
        said = process.communicate(timeout=30)[0]
    assert (said, process.returncode) == ("spent", 130)


def test_what_was_started_to_ignore_interrupts_ignores_them():
    ignoring = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    with run(ignoring + PRELUDE + WAIT.format(work="time.sleep(1); print('done')")) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[0]
    assert said == "done\n"


def test_without_an_interrupt_all_is_put_back():
    code = "before = signal.getsignal(signal.SIGINT)\nwith interrupts(unheard):\n    pass\n"
    code += "print(signal.getsignal(signal.SIGINT) is before, signal.set_wakeup_fd(-1))"
    with run(PRELUDE + code) as process:
        assert process.communicate(timeout=30)[0] == "True -1\n"
