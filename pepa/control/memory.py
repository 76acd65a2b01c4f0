"""How much memory this process can take: what the machine has free, its container leaves, and its own limits allow."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")


def available_memory(root: Path = ROOT) -> int:
    """Return the bytes that can be taken without swapping, and without being refused them or killed for them."""
    return max(0, min((_free(root), *_left_by_groups(root), *_left_by_limits(root))))


def _free(root: Path) -> int:
    try:
        text = (root / "proc/meminfo").read_text(encoding="ascii")
        fields = dict(line.split(":", 1) for line in text.splitlines())
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError, IndexError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _left_by_groups(root: Path) -> Iterator[int]:
    """Yield what each control group this process is in leaves, those around it included (cgroups, versions 1 and 2)."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            names = ("memory.max", "memory.current", "inactive_file")
            yield from _left_by_group(root / "sys/fs/cgroup", path, names)
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            yield from _left_by_group(root / "sys/fs/cgroup/memory", path, names)


def _left_by_group(mount: Path, path: str, names: tuple[str, str, str]) -> Iterator[int]:
    limit, usage, cached = names
    parts = [part for part in path.split("/") if part not in ("", "..")]
    for length in range(len(parts), -1, -1):  # inside a container the path is that outside: only the mount is there
        folder = mount.joinpath(*parts[:length])
        try:
            most, used = (int((folder / name).read_text(encoding="ascii")) for name in (limit, usage))
        except (OSError, ValueError):  # "max": without a limit
            continue
        yield most - used + _cached(folder, cached)


def _cached(folder: Path, name: str) -> int:
    """Return the bytes of files kept in memory that are given up when room is wanted."""
    try:
        fields = dict(line.split() for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines())
        return int(fields[name])
    except (OSError, KeyError, ValueError):
        return 0


def _left_by_limits(root: Path) -> Iterator[int]:
    """Yield what the limits of this process leave: of address space, and of data (setrlimit)."""
    try:
        pages = (root / "proc/self/statm").read_text(encoding="ascii").split()
        used = {resource.RLIMIT_AS: int(pages[0]), resource.RLIMIT_DATA: int(pages[5])}
    except (OSError, ValueError, IndexError):
        used = {resource.RLIMIT_AS: 0, resource.RLIMIT_DATA: 0}
    for limit, taken in used.items():
        most = resource.getrlimit(limit)[0]
        if most != resource.RLIM_INFINITY:
            yield most - taken * os.sysconf("SC_PAGE_SIZE")
