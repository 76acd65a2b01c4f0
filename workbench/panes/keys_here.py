"""The keys of where the user is: from what is focused outwards, each with what it does."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from workbench.told_keys import key_of

WIDEST = 14  # columns of the names of keys


def keys_text(found: Iterable[tuple[str, ActiveBinding]]) -> Text:
    """Return a line for each action that has a key now, all its keys before it, those that can do nothing left out."""
    keys: dict[tuple[DOMNode, str], list[str]] = {}  # what a pane opens is not what the app does
    says: dict[tuple[DOMNode, str], str] = {}
    for name, active in sorted(found, key=lambda one: not one[1].tooltip):  # what is not a list's own comes first
        if active.enabled and (active.tooltip or active.binding.description):
            does = active.node, active.binding.action
            keys.setdefault(does, []).append(name)
            says[does] = active.tooltip or active.binding.description
    text = Text()
    for does, names in keys.items():
        text.append(f"{' '.join(names):<{WIDEST}} ", "bold").append(f"{says[does]}\n")
    return text


class KeysHere(ModalScreen[None]):
    """Lists keys; Esc closes it."""

    BINDINGS = [Binding("escape,question_mark,q", "dismiss", "Close", tooltip="Close the list of keys")]

    def __init__(self, title: str, keys: Text) -> None:
        super().__init__()
        self._title, self._keys = title, keys

    def compose(self) -> ComposeResult:
        """The list, which scrolls."""
        with VerticalScroll(classes="keys-here"):
            keys = f"Esc closes · {key_of(self, 'app.help')} the manual"
            head = f"{self._title}: its keys, then those of everywhere · {keys}"
            yield Label(head, classes="keys-head", markup=False)
            yield Static(self._keys)
