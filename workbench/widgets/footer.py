"""The keys at the bottom: those that fit the width, whole, the palette's at the end always."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

Shown = tuple[int, list[tuple[str, str, str, bool]]]
GAP = 2  # blanks of a key: between it and its word, and behind the word


class FittingFooter(Footer):
    """Leaves out the last keys before the palette's where there is no room; the palette lists them all."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self._composed: Shown | None = None

    def compose(self) -> ComposeResult:
        """Compose what fits."""
        keys = [child for child in super().compose() if isinstance(child, FooterKey)]
        last = [key for key in keys if key.action.endswith("command_palette")]
        room = self.app.size.width - sum(map(_width, last)) + 1  # behind the last no blank is needed
        for key in (key for key in keys if key not in last):
            room -= _width(key)
            if room < 0:
                break
            yield key
        yield from last

    async def recompose(self) -> None:
        """Compose anew where other keys are to be seen, as most changes of the focus bring none.

        The keys that were there are let go of: what they are bound to would hold them for ever.
        """
        wanted = self._wanted()
        if wanted != self._composed:
            self._composed = wanted
            await super().recompose()
            self.mutate_reactive(Footer.compact)

    def _wanted(self) -> Shown:
        """Return what the keys to be seen depend on."""
        active = self.screen.active_bindings.values()
        keys = [(one.binding.key, one.binding.description, one.binding.action, one.enabled)
                for one in active if one.binding.show]  # fmt: skip
        return self.app.size.width, keys

    def on_resize(self, event: events.Resize) -> None:
        """Compose what fits now."""
        del event
        self.call_after_refresh(self.recompose)


def _width(key: FooterKey) -> int:
    return len(key.key_display) + len(key.description) + GAP
