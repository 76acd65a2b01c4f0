"""The compiled loops of scipy over sparse rows, without what is around them.

They are a library of their own, there in a thousandth of a second; the package around them takes a tenth of one to
import, as long as it takes to solve ten thousand states.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

PACKAGE, LOOPS = "scipy.sparse", "_sparsetools"


@cache
def loops() -> Any:
    """Return the module with the loops: `csr_matvec`, `coo_matvec`, `coo_tocsr`, each over arrays that it is given."""
    alone = None if PACKAGE in sys.modules else _alone()
    return alone or import_module(f"{PACKAGE}.{LOOPS}")


def _alone() -> Any:
    """Return the module by itself; None where it is not a file where the package is."""
    parent, _, folder = PACKAGE.rpartition(".")
    around = find_spec(parent)
    places = around.submodule_search_locations if around else None
    found = PathFinder.find_spec(LOOPS, [str(Path(place) / folder) for place in places or ()])
    if found is None or found.loader is None:
        return None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module
