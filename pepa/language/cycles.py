"""Definitions that are made of each other (Tarjan 1972), and the order in which none comes before what it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

SHOWN = 6  # names of a cycle that are told


def components(uses: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield the strongly connected components, each after those it uses; names without an entry are left out."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_names: dict[str, None] = {}
    for root in uses:
        if root in number:
            continue
        path = [(root, iter(uses[root]))]
        number[root] = low[root] = len(number)
        open_names[root] = None
        while path:
            name, below = path[-1]
            for used in below:
                if used not in uses:
                    continue
                if used not in number:
                    number[used] = low[used] = len(number)
                    open_names[used] = None
                    path.append((used, iter(uses[used])))
                    break
                if used in open_names:
                    low[name] = min(low[name], number[used])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[name])
                if low[name] == number[name]:
                    yield _closed(open_names, name)


def _closed(open_names: dict[str, None], name: str) -> list[str]:
    found: list[str] = []
    while not found or found[-1] != name:
        found.append(open_names.popitem()[0])
    return found[::-1]


def cycles(uses: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield a shortest cycle through one name of each set of names that are made of each other."""
    for component in components(uses):
        if len(component) > 1 or component[0] in uses[component[0]]:
            yield _cycle(component, uses)


def _cycle(component: Sequence[str], uses: Mapping[str, Sequence[str]]) -> list[str]:
    start, inside = component[0], set(component)
    came: dict[str, str] = {}
    queue = [start]
    for name in queue:  # grows while it is walked
        for used in uses[name]:
            if used == start:
                found = [name]
                while found[-1] != start:
                    found.append(came[found[-1]])
                return found[::-1]
            if used in inside and used not in came:
                came[used] = name
                queue.append(used)
    raise AssertionError(start)


def chained(names: Sequence[str]) -> str:
    """Return names with arrows between, the middle of many left out."""
    if len(names) > SHOWN:
        names = [*names[: SHOWN - 2], f"... {len(names) - SHOWN + 1} more ...", names[-1]]
    return " -> ".join(names)
