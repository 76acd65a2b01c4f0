"""What a method raises where a chain is beyond it."""

from __future__ import annotations


class Unsuitable(Exception):
    """The method does not suit this chain, and says why; another does. It is no want of memory and no error."""
