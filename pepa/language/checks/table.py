"""The table of checks: each warning that is given has its line here, and its page in the manual is made of it."""

from __future__ import annotations

from pepa.language.checks import behaviour, choices, definitions, rates, reading, sharing
from pepa.language.checks.check import Check

CHECKS: tuple[Check, ...] = (
    *sharing.CHECKS,
    *behaviour.CHECKS,
    *choices.CHECKS,
    *rates.CHECKS,
    *definitions.CHECKS,
    *reading.CHECKS,
)
BY_CODE = {check.code: check for check in CHECKS}
