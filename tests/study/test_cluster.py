"""The same study on a Dask cluster: a real scheduler and workers, as processes on this machine."""

import socket
import subprocess
import sys
import time

import pytest

from tests.cli.command import VM_LAUNCH, answer, pepa

SWEEP = ["sweep", VM_LAUNCH, "Q=4..6", "p=0.2,0.5,0.8", "--measure", "throughput(useVM)", "--fresh"]


@pytest.fixture(scope="module")
def cluster():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "distributed.cli."]
    scheduler = [dask[0], dask[1], dask[2] + "dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    worker = [dask[0], dask[1], dask[2] + "dask_worker", address, "--nworkers", "2", "--nthreads", "1"]
    with subprocess.Popen([*scheduler, "--no-dashboard"], **quiet) as one:
        with subprocess.Popen([*worker, "--no-dashboard"], **quiet) as two:
            _listening(port)
            yield address
            two.terminate()
        one.terminate()


def _listening(port):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the scheduler does not listen")


def test_a_cluster_finds_the_same_numbers(cluster):
    until = time.monotonic() + 30
    status, found = answer(*SWEEP, "--scheduler", cluster)
    while status == 1 and "has no workers" in found["error"] and time.monotonic() < until:
        time.sleep(0.3)  # they are still starting
        status, found = answer(*SWEEP, "--scheduler", cluster)
    assert status == 0
    _, here = answer(*SWEEP, "--processes", "1")
    assert found == here
    assert [point["status"] for point in found["points"]] == ["done"] * 9


def test_a_point_that_fails_on_the_cluster_says_why(cluster):
    wanted = ["sweep", VM_LAUNCH, "p=0.5,2", "--measure", "throughput(useVM)", "--fresh", "--scheduler", cluster]
    _, found = answer(*wanted)
    assert [point["status"] for point in found["points"]] == ["done", "failed"]
    assert "negative" in found["points"][1]["reason"]


@pytest.mark.parametrize(
    ("address", "said", "hint"),
    [
        ("nonsense", "`nonsense` is no address", "tcp://127.0.0.1:8786"),
        ("tcp://127.0.0.1", "is no address", "tcp://127.0.0.1:8786"),
        ("tcp://127.0.0.1:99999", "no scheduler answers", "dask scheduler"),
        ("tcp://127.0.0.1:9", "no scheduler answers at tcp://127.0.0.1:9", "dask scheduler"),
    ],
)
def test_where_no_scheduler_is(address, said, hint):
    done = pepa(*SWEEP, "--scheduler", address)
    assert done.returncode == 1
    assert said in done.stderr
    assert hint in done.stderr
