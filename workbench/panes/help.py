"""The manual, opened at the topic of where the user is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Markdown

from workbench.told_keys import in_words

MANUAL = Path(__file__).parent.parent / "manual"
TOPICS = (
    "start",
    "source",
    "states",
    "solver",
    "charts",
    "experiments",
    "whatif",
    "ask",
    "questions",
    "library",
    "language",
    "checks",
)


def key_table(title: str, bindings: Sequence[BindingType], keys_of: Callable[[Binding], list[str]]) -> str:
    """Return a Markdown table of the keys of a place, from its bindings and what tells the keys of each."""
    own = (binding for binding in bindings if isinstance(binding, Binding))
    rows = [f"| {_as_written(', '.join(keys_of(binding)))} | {binding.tooltip} |" for binding in own]
    return "\n".join([f"\n## Keys: {title}\n", "| key | |", "|---|---|", *rows, ""])


def _as_written(text: str) -> str:
    """Return a text so that Markdown shows every sign of it."""
    return re.sub(r"([^\w\s])", r"\\\1", text, flags=re.ASCII)


def checks() -> frozenset[str]:
    """Return the codes of the checks that have a page."""
    return frozenset(re.findall(r"^## (\S+)$", (MANUAL / "checks.md").read_text(encoding="utf-8"), re.MULTILINE))


class Manual(ModalScreen[None]):
    """One topic at a time; ←/→ turn to the others."""

    BINDINGS = [
        Binding("escape,f1,q", "dismiss", "Close", tooltip="Close the manual"),
        Binding("right", "turn(1)", "Next topic", tooltip="Next topic"),
        Binding("left", "turn(-1)", "Previous topic", tooltip="Previous topic"),
    ]

    def __init__(self, topic: str, keys: dict[str, str], check: str = "") -> None:
        super().__init__()
        self._topic = topic
        self._keys = keys
        self._check = check  # the code of one, whose page is shown alone

    def compose(self) -> ComposeResult:
        """Topics, and the text of one."""
        with VerticalScroll(classes="manual"):
            yield Label(id="topics")
            yield Markdown(id="topic")

    async def on_mount(self) -> None:
        """Open at the topic asked for."""
        await self._show()

    async def action_turn(self, by: int) -> None:
        """Turn to another topic."""
        self._topic = TOPICS[(TOPICS.index(self._topic) + by) % len(TOPICS)]
        self._check = ""
        await self._show()

    async def _show(self) -> None:
        names = "  ".join(f"[reverse] {topic} [/]" if topic == self._topic else topic for topic in TOPICS)
        self.query_one("#topics", Label).update(f"{names}   {in_words(self.app, '←/→')} turn, Esc closes")
        text = (MANUAL / f"{self._topic}.md").read_text(encoding="utf-8")
        if self._topic == "checks":  # all pages at once would take seconds to lay out
            text = text[text.index(f"## {self._check}\n") :] if self._check else text
            text = text[: text.find("\n## ")]
        await self.query_one("#topic", Markdown).update(text + self._keys.get(self._topic, ""))
        self.query_one(VerticalScroll).scroll_home(animate=False)
