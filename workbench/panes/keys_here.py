"""The keys of where the user is: from what is focused outwards, each with what it does."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Label, Static

WIDEST = 14  # columns of the names of keys


def is_told(active: ActiveBinding) -> bool:
    """Whether a key can do something now, which is told."""
    return active.enabled and bool(active.tooltip or active.binding.description)


def keys_text(found: Iterable[tuple[str, ActiveBinding]]) -> Text:
    """Return a line for each action that has a key now, all its keys before it, those that can do nothing left out."""
    keys: dict[tuple[DOMNode, str], list[str]] = {}  # what a pane opens is not what the app does
    says: dict[tuple[DOMNode, str], str] = {}
    for name, active in sorted(found, key=lambda one: not one[1].tooltip):  # what is not a list's own comes first
        if is_told(active):
            does = active.node, active.binding.action
            keys.setdefault(does, []).append(name)
            says[does] = active.tooltip or active.binding.description
    text = Text()
    for does, names in keys.items():
        text.append(f"{' '.join(names):<{WIDEST}} ", "bold").append(f"{says[does]}\n")
    return text


class KeysHere(ModalScreen[events.Key | None]):
    """Lists keys; Esc closes it, and so does a key that is listed, for it to do what it does where one was."""

    BINDINGS = [Binding("escape,question_mark,q", "dismiss", "Close", tooltip="Close the list of keys")]

    def __init__(self, title: str, keys: Text, working: Collection[str] = ()) -> None:
        """`working` are the keys that are listed, by their names in bindings."""
        super().__init__()
        self._title, self._keys, self._working = title, keys, working

    def compose(self) -> ComposeResult:
        """The list, which scrolls."""
        with VerticalScroll(classes="keys-here"):
            head = f"{self._title}: its keys, then those of everywhere; each works, Esc closes"
            yield Label(head, classes="keys-head", markup=False)
            yield Static(self._keys)

    def on_key(self, event: events.Key) -> None:
        """Close for a key that is listed; those that move the list do so."""
        if event.key in self._working and event.key not in self.active_bindings:
            event.stop()
            self.dismiss(events.Key(event.key, event.character))
