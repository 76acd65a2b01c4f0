"""The manual's pages about checks, made from their table."""

from __future__ import annotations

from pathlib import Path

from pepa.language.checks.check import Check
from pepa.language.checks.table import CHECKS

HEAD = """# Checks

What a model may say and rarely means. A warning forbids nothing: a comment on its line waives it,
`// pepa: ignore CODE`, and without a code every warning of the line. `pepa check --select CODE` tells this
warning only, `--ignore CODE` all others. `pepa help CODE` shows the page of one, as **F1** does on a problem.
"""


def manual() -> str:
    """Return the topic of the manual in Markdown: what there is, and a page for each check."""
    listed = "\n".join(f"* `{check.code}`: {check.title}" for check in CHECKS)
    return "\n".join([HEAD, listed, *(f"\n{page(check)}" for check in CHECKS), ""])


def page(check: Check) -> str:
    """Return one page in Markdown: what it is, why it matters, a model on which it fires, and what was meant."""
    mends = "\n\n**Ctrl+N** mends it." if check.fixers else ""
    return (
        f"## {check.code}\n\n{check.title[0].upper()}{check.title[1:]}. {check.why}{mends}\n\n"
        f"Fires:\n\n{_indented(check.bad)}\n\nMeant:\n\n{_indented(check.good)}"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


if __name__ == "__main__":
    (Path(__file__).parents[3] / "workbench" / "manual" / "checks.md").write_text(manual(), encoding="utf-8")
