"""Which definitions stand for parts of a system equation, and not for sequential processes."""

from __future__ import annotations

from pepa.language.syntax import Array, Constant, Cooperation, Hiding, Model


def composite_constants(model: Model) -> set[str]:
    """Return the names of the definitions that hold a cooperation, a hiding or an array, themselves or by name."""
    aliases: dict[str, list[str]] = {}
    composite: list[str] = []
    for name, body in model.definitions.items():
        if isinstance(body, Constant):
            aliases.setdefault(body.name, []).append(name)
        elif isinstance(body, Cooperation | Hiding | Array):
            composite.append(name)
    for name in composite:  # grows while it is walked
        composite.extend(aliases.pop(name, ()))
    return set(composite)
