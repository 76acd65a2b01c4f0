"""An explanation as a plain dictionary: what `--json` prints and the worker sends; and what is said of its parts."""

from __future__ import annotations

from pepa.language.printer import figure
from pepa.query.explain import Explanation, Part, Stay
from pepa.query.told_reasons import ToldMeeting, ToldPart, ToldReasons, ToldStay

LEAST = 0.0005  # shares of the time below which nothing is said


def explain_report(found: Explanation) -> ToldReasons:
    """Return the groups with their cycles in parts, and the bottleneck in words."""
    return {
        "components": [_part(part) for part in found.parts],
        "busiest": None if found.busiest is None else found.busiest.name,
        "saturated": found.saturated,
        "sentences": list(found.sentences),
    }


def cycle_words(part: ToldPart) -> str:
    """Say of a component how long a cycle takes and how it is occupied."""
    cycle = part["cycle_time"]
    name = f"{part['name']}[{part['size']}]" if part["size"] > 1 else part["name"]
    told = f"a cycle from {part['start']} takes {figure(cycle)}" if cycle is not None else "no cycles"
    return f"{name}: {told}; occupied {part['occupied']:.1%}, at its own rate {part['working']:.1%}"


def meeting_words(stay: ToldStay) -> str:
    """Say who is waited for in a local derivative, action by action."""
    return "; ".join(map(_meeting, stay["meetings"]))


def _meeting(one: ToldMeeting) -> str:
    said = [f"{name} not ready {share:.1%}" for name, share in one["missing"].items() if share > LEAST]
    said += [f"the other side slower {one['slowed']:.1%}"] * (one["slowed"] > LEAST)
    return f"{one['action']}: " + (", ".join(said) or "nobody slows it")


def _part(part: Part) -> ToldPart:
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


def _stay(stay: Stay, cycles: float) -> ToldStay:
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
