"""`pepa help`: the manual in the terminal, a topic or the page of one check."""

from __future__ import annotations

from pathlib import Path

import click

from pepa.cli.terminal import say
from pepa.language.checks.pages import page
from pepa.language.checks.table import BY_CODE
from pepa.language.nearest import nearest

MANUAL = Path(__file__).parents[2] / "workbench" / "manual"


@click.command(
    "help",
    help="Show a topic of the manual, or the page of a check by its code, such as unshared-action: what is wrong, why "
    "it matters, a model that has it and one that has not. Without a TOPIC, list them.",
)
@click.argument("topic", required=False, metavar="[TOPIC]")
def command(topic: str | None) -> None:
    """Print Markdown as it is: it reads well in a terminal."""
    topics = sorted(path.stem for path in MANUAL.glob("*.md"))
    if topic is None:
        say(f"topics: {', '.join(topics)}\n\nchecks:")
        for check in BY_CODE.values():
            say(f"  {check.code:<{max(map(len, BY_CODE))}}  {check.title}")
    elif topic in BY_CODE:
        say(page(BY_CODE[topic]))
    elif topic in topics:
        say((MANUAL / f"{topic}.md").read_text(encoding="utf-8"), end="")
    else:
        close = nearest(topic, [*topics, *BY_CODE])
        hint = f"did you mean `{close}`?" if close else "`pepa help` lists all"
        raise click.UsageError(f"the manual has no topic and no check `{topic}`; {hint}")
