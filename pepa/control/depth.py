"""How deep definitions, expressions and processes may be nested.

What works on trees calls itself for each level below. Python stops such calls at a depth of 1,000 unless told
otherwise, and a few of them make one level: it is told here, and what reads trees refuses deeper ones in their place.
"""

from __future__ import annotations

import sys

DEEPEST = 1_000  # levels
CALLS = 10_000  # eight a level and some; a stack of 8 MiB has room for them

sys.setrecursionlimit(max(CALLS, sys.getrecursionlimit()))
