"""Limits of the shell that would end the command without a word: on its memory, and on its time in the processor."""

from __future__ import annotations

import resource

LEAST_ROOM = 256 * 2**20  # bytes of addresses: with fewer the libraries end the process themselves, as if done


def has_room() -> bool:
    """Whether the libraries can be loaded within the limit on addresses (`ulimit -v`)."""
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return most == resource.RLIM_INFINITY or most >= LEAST_ROOM


def warned_before_the_end() -> None:
    """Have the signal that time is spent (`ulimit -t`) come a second before the end, which cannot be heard."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft == hard and soft != resource.RLIM_INFINITY and soft > 1:
        resource.setrlimit(resource.RLIMIT_CPU, (soft - 1, hard))
