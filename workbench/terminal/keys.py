"""Keys out of what a terminal sends: sequences are read by their grammar (ECMA-48), and only a lone Esc is timed.

Textual times every pause inside a sequence and types what it does not know: Alt+4 and a key right behind it wrote
`^4` into the text, an Esc in pasted text reordered it, an end of a paste that came in two pieces was not seen.

Esc and a character are Alt and that key for the keys in ALT; in one packet also for letters, and for signs that are
set. Anything else is Esc, then the character, which are the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Iterable
from typing import Final

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import ParseEOF, ParseTimeout, Peek1, Read1
from textual._xterm_parser import (
    BRACKETED_PASTE_END,
    BRACKETED_PASTE_START,
    FOCUSIN,
    FOCUSOUT,
    IS_ITERM,
    XTermParser,
    _re_cursor_position,
    _re_in_band_window_resize,
    _re_mouse_event,
    _re_terminal_mode_response,
)
from textual.keys import Keys, _character_to_key
from textual.message import Message

ESC: Final = "\x1b"
ALT = {
    **{digit: events.Key(f"alt+{digit}", None) for digit in "0123456789"},
    "b": events.Key("ctrl+left", None),  # what Option and an arrow send
    "f": events.Key("ctrl+right", None),
    "\x7f": events.Key("ctrl+w", None),
}
UNFINISHED = 1.0  # seconds until a sequence that has begun is given up: no key is slower, not over the worst line
LONGEST = 64
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # what pasted text is freed from
SS3 = re.compile(r"\x1bO[0-9;]*[A-Za-z]")
CSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-Z\\-~]|\x1b\[\[[A-E]|\x1b\[M.{3}", re.DOTALL)

Emit = Callable[[Message], None]
Reading = Generator[Read1 | Peek1, str, str]


class KeyParser(XTermParser):
    """Turns characters into keys, mouse events, pasted text and reports.

    No split of its input changes what comes, but that between Esc and a letter. `set_keys` are those that are set.
    """

    def __init__(self, set_keys: Collection[str] = (), *, debug: bool = False) -> None:
        super().__init__(debug=debug)
        self._set_keys, self._packet = set_keys, 0

    def feed(self, data: str) -> Iterable[Message]:
        """Return what a packet means, with what came before."""
        self._packet += 1
        return super().feed(data)

    def parse(self, token_callback: Emit) -> Generator[Read1 | Peek1, str, None]:
        """Read characters one at a time for ever."""
        ahead = ""  # read already, and the start of what comes next
        try:
            while not self.is_eof:
                character = ahead or (yield self.read1())
                ahead = ""
                if character == ESC:
                    ahead = yield from self._after_escape(token_callback)
                else:
                    self._key(character, token_callback)
        except ParseEOF:
            return

    def _key(self, character: str, emit: Emit) -> None:
        if character == "\ufffd":
            return  # a byte that is no UTF-8
        for event in self._sequence_to_key_events(character):
            emit(event)

    def _after_escape(self, emit: Emit) -> Reading:
        """Read on behind an Esc; return the character that belongs to the next key, if one was read."""
        packet = self._packet
        try:
            character = yield self.read1(constants.ESCAPE_DELAY)
        except ParseTimeout:
            character = ""
        if character and character in "[O":
            return (yield from self._sequence(ESC + character, emit))
        if character and packet == self._packet and (key := _with_alt(character, self._set_keys)):
            emit(events.Key(key, None))
            return ""
        if character in ALT:
            emit(ALT[character].copy())
            return ""
        emit(events.Key("escape", ESC))
        return character

    def _sequence(self, sequence: str, emit: Emit) -> Reading:
        """Read a sequence to its end; one that breaks off types nothing."""
        while not (SS3.fullmatch(sequence) or _complete(sequence)):
            try:
                character = yield self.read1(UNFINISHED)
            except ParseTimeout:
                character = ""
            if not character or not _goes_on(sequence, character):
                if len(sequence) == 2:  # Esc and `[` or `O`, pressed one after the other
                    emit(events.Key("escape", ESC))
                    self._key(sequence[1], emit)
                return character
            sequence += character
        if sequence == BRACKETED_PASTE_START:
            yield from self._paste(emit)
        elif sequence.startswith(f"{ESC}O") and not self._emit_keys(sequence, emit):
            emit(events.Key("escape", ESC))
            for character in sequence[1:]:
                self._key(character, emit)
        elif sequence.startswith(f"{ESC}["):
            self._report(sequence, emit)
        return ""

    def _paste(self, emit: Emit) -> Generator[Read1 | Peek1, str, None]:
        """Read pasted text to its end mark, however long that takes."""
        text: list[str] = []
        while True:
            character = yield self.read1()
            text.append(character)
            if character == "~" and "".join(text[-len(BRACKETED_PASTE_END) :]) == BRACKETED_PASTE_END:
                break
        pasted = UNSEEN.sub("", "".join(text[: -len(BRACKETED_PASTE_END)]))
        if pasted:
            emit(events.Paste(pasted))

    def _emit_keys(self, sequence: str, emit: Emit) -> bool:
        found = list(self._sequence_to_key_events(sequence))
        for event in found:
            if event.key != Keys.Ignore:
                emit(event)
        return bool(found)

    def _report(self, sequence: str, emit: Emit) -> None:
        """Emit what a control sequence says; one that says nothing known is dropped."""
        if sequence == FOCUSIN:
            emit(events.AppFocus())
        elif sequence == FOCUSOUT:
            emit(events.AppBlur())
        elif match := _re_in_band_window_resize.fullmatch(sequence):
            self._resize([int(group.partition(":")[0]) for group in match.groups()], emit)
        elif self._emit_keys(sequence, emit):
            pass
        elif _re_mouse_event.match(sequence):
            if event := self.parse_mouse_code(sequence):
                emit(event)
        elif match := _re_cursor_position.match(sequence):
            emit(events.CursorPosition(int(match["col"]) - 1, int(match["row"]) - 1))
        elif match := _re_terminal_mode_response.match(sequence):
            _mode(match["mode_id"], int(match["setting_parameter"]), emit)

    def _resize(self, dimensions: list[int], emit: Emit) -> None:
        height, width, pixel_height, pixel_width = dimensions
        event = events.Resize.from_dimensions((width, height), (pixel_width, pixel_height))
        self.terminal_size, self.terminal_pixel_size = event.size, event.pixel_size
        self.mouse_pixels = True
        emit(event)


def _with_alt(character: str, set_keys: Collection[str]) -> str | None:
    """Return what Alt and a character are called, as it is set; None where that is no key of ours."""
    if not character.isprintable():
        return None
    is_letter = character.isascii() and character.isalpha()
    usual = f"alt+shift+{character.lower()}" if is_letter and character.isupper() else f"alt+{character}"
    for name in (usual, f"alt+{character}", f"alt+{_character_to_key(character)}"):
        if name in set_keys:
            return name
    return usual if is_letter and character not in ALT else None


def _mode(mode: str, setting: int, emit: Emit) -> None:
    """Emit what the terminal says it can do."""
    if mode == "2026" and setting > 0:
        emit(messages.TerminalSupportsSynchronizedOutput())
    elif mode == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
        emit(messages.InBandWindowResize.from_setting_parameter(setting))


def _goes_on(sequence: str, character: str) -> bool:
    """Whether a character can stand in a sequence; in an old mouse report any can."""
    return sequence.startswith("\x1b[M") or (" " <= character <= "~" and len(sequence) <= LONGEST)


def _complete(sequence: str) -> bool:
    """Whether a control sequence has its last character; rxvt ends some with `$`."""
    if sequence.startswith("\x1b[M"):
        return len(sequence) == 6
    return bool(CSI.fullmatch(sequence)) or (sequence.endswith("$") and sequence in ANSI_SEQUENCES_KEYS)
