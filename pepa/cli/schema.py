"""`pepa schema`: the JSON Schema of what a verb prints with `--json`."""

from __future__ import annotations

import json

import click

from pepa.cli.terminal import say
from pepa.language.nearest import nearest


@click.command(
    "schema",
    help="Print the JSON Schema of what VERB prints with --json: its answer, or why there is none. Without a VERB, an "
    "object with the schema of each.",
)
@click.argument("verb", required=False, metavar="[VERB]")
def command(verb: str | None) -> None:
    """Print schemas, made from the types that the verbs fill in."""
    from pepa.cli.json_schema import Schema, json_schema
    from pepa.cli.told import IN_PLACE, PRINTED

    def schema(name: str) -> Schema:
        return json_schema((*PRINTED[name], *IN_PLACE), f"pepa {name} --json")

    if verb is not None and verb not in PRINTED:
        close = nearest(verb, PRINTED)
        hint = f"did you mean `{close}`?" if close else f"the verbs that do are {', '.join(PRINTED)}"
        raise click.UsageError(f"`{verb}` is no verb that prints JSON; {hint}")
    say(json.dumps(schema(verb) if verb is not None else {name: schema(name) for name in PRINTED}, indent=2))
