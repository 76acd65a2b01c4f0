"""The kinds of results: what each knows is asked of them here, and nowhere told from a name."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """How a result was obtained: as text, the name by which it is asked for."""

    EXACT = "exact"
    FLUID = "fluid"
    SIMULATED = "simulation"

    @property
    def word(self) -> str:
        """The word for a result in messages."""
        return "simulated" if self is Kind.SIMULATED else str(self)

    @property
    def knows_states(self) -> bool:
        """Whether states have probabilities."""
        return self is not Kind.FLUID

    @property
    def knows_earned(self) -> bool:
        """Whether it is known what is earned along a passage."""
        return self is Kind.EXACT

    @property
    def follows_members(self) -> bool:
        """Whether its passages are those of one member among the mean of the others."""
        return self is Kind.FLUID


AUTO = "auto"  # in place of a kind: the one that is advised
ANY_KIND = (*(kind.value for kind in Kind), AUTO)


def kind_asked(method: str) -> Kind:
    """Return the kind of result that a method's name asks for: of what is advised, the one of which most is known."""
    return Kind.EXACT if method == AUTO else Kind(method)
