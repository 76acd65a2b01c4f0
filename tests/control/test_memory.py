"""The memory that can be taken: the least of what machine, container and limits leave."""

import resource
import subprocess
import sys

import pytest

from pepa.control.control import in_background
from pepa.control.memory import available_memory

GIB = 2**30


def machine(root, files):
    for name, text in {"proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 8388608 kB\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return available_memory(root)


def group(folder, most, used, cached, *, version):
    names = ("memory.max", "memory.current") if version == 2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    stat = "inactive_file" if version == 2 else "total_inactive_file"
    return {
        f"{folder}/{names[0]}": f"{most}\n",
        f"{folder}/{names[1]}": f"{used}\n",
        f"{folder}/memory.stat": f"anon 7\n{stat} {cached}\n",
    }


CASES = {
    "no groups": ({}, 8 * GIB),
    "version 2": (
        {"proc/self/cgroup": "0::/a/b\n", **group("sys/fs/cgroup/a/b", 4 * GIB, 3 * GIB, GIB // 2, version=2)},
        3 * GIB // 2,
    ),
    "a group around": (
        {
            "proc/self/cgroup": "0::/a/b\n",
            **group("sys/fs/cgroup/a/b", "max", GIB, 0, version=2),
            **group("sys/fs/cgroup/a", 3 * GIB, 2 * GIB, 0, version=2),
        },
        GIB,
    ),
    "in a container, its path that outside": (
        {"proc/self/cgroup": "0::/../x\n", **group("sys/fs/cgroup", 2 * GIB, GIB // 2, 0, version=2)},
        3 * GIB // 2,
    ),
    "version 1": (
        {
            "proc/self/cgroup": "7:cpu:/\n5:memory,hugetlb:/d\n0::/\n",
            **group("sys/fs/cgroup/memory/d", 2 * GIB, GIB, 0, version=1),
        },
        GIB,
    ),
    "more than there is": (
        {"proc/self/cgroup": "5:memory:/\n", **group("sys/fs/cgroup/memory", 2**63, GIB, 0, version=1)},
        8 * GIB,
    ),
    "used up": ({"proc/self/cgroup": "0::/\n", **group("sys/fs/cgroup", GIB, 2 * GIB, 0, version=2)}, 0),
    "nonsense": ({"proc/self/cgroup": "\n:::\nx\n0:\n", "proc/meminfo": "MemAvailable: 1048576 kB\n"}, GIB),
}


@pytest.mark.parametrize("case", CASES)
def test_the_least_counts(tmp_path, case):
    files, expected = CASES[case]
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        pytest.skip("this process is limited")
    assert machine(tmp_path, files) == expected


def test_the_limit_of_address_space_counts():
    code = "from pepa.control.memory import available_memory as m; import resource as r;"
    code += "r.setrlimit(r.RLIMIT_AS, (1 << 29, 1 << 29)); print(m())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 1 << 29


class Unheard(BaseException):
    """A kind that nobody knows."""


@pytest.mark.parametrize("kind", [OSError, KeyError, Unheard, SystemExit, KeyboardInterrupt])
def test_whatever_ends_work_in_the_background_ends_the_wait(kind):
    def work():
        raise kind("so it is")

    with pytest.raises(kind, match="so it is"):
        in_background(work, lambda: None)
