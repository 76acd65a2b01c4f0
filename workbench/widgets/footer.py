"""The keys at the bottom: those that fit the width, whole, the palette's at the end always."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

GAP = 2  # blanks of a key: between it and its word, and behind the word


class FittingFooter(Footer):
    """Leaves out the last keys before the palette's where there is no room; the palette lists them all."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)

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
        """Compose anew, and let go of the keys that were there: what they are bound to would hold them for ever."""
        await super().recompose()
        self.mutate_reactive(Footer.compact)

    def on_resize(self, event: events.Resize) -> None:
        """Compose what fits now."""
        del event
        self.call_after_refresh(self.recompose)


def _width(key: FooterKey) -> int:
    return len(key.key_display) + len(key.description) + GAP
