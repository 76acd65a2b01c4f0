"""An explanation as a plain dictionary: what `--json` prints and what the app's worker sends."""

from __future__ import annotations

from pepa.query.explain import Explanation, Part, Stay
from pepa.query.report import Report


def explain_report(found: Explanation) -> Report:
    """Return the groups with their cycles in parts, and the bottleneck in words."""
    return {
        "components": [_part(part) for part in found.parts],
        "busiest": found.busiest and found.busiest.name,
        "saturated": found.saturated,
        "sentences": list(found.sentences),
    }


def _part(part: Part) -> Report:
    return {
        "name": part.name,
        "size": part.size,
        "start": part.start,
        "cycles": part.cycles,
        "cycle_time": part.cycle_time,
        "working": part.working,
        "occupied": part.occupied,
        "waits_for": {name: number / part.size for name, number in part.waits.items()},
        "stays": [_stay(stay, part.cycles) for stay in part.stays],
    }


def _stay(stay: Stay, cycles: float) -> Report:
    return {
        "state": stay.label,
        "population": stay.population,
        "visits": stay.visits,
        "per_cycle": {"working": stay.working / cycles, "waiting": stay.waiting / cycles} if cycles > 0 else None,
        "meetings": [
            {
                "action": one.action,
                "unready": one.unready,
                "missing": one.missing,
                "slowed": one.slowed,
                "own": one.own,
            }
            for one in stay.meetings
        ],
    }
