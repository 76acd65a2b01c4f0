"""Keys of vi as commands: no command hides a longer one, and what is none is known to be at its first wrong key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.widgets.editing.vi.parsing import Unread, read
from workbench.widgets.editing.vi.state import Command

KEYS = [*"hjklwbeWBEx0^$gGfFtT;,iaIAoOXdcyCDsSYrJpPu.nN*#%<>{}~vV()[]29:/?UzZRq@m'\"", "\n", "é"]
KEYED = st.lists(st.sampled_from(KEYS), min_size=1, max_size=6).map("".join)


@given(KEYED, st.booleans())
def test_once_keys_are_no_command_no_more_of_them_are(keys, choosing):
    """Whoever presses keys has them read behind each: what is given up must not be the beginning of a command."""
    ends = [read(keys[:end], choosing=choosing) for end in range(1, len(keys) + 1)]
    at = next((at for at, found in enumerate(ends) if found is not Unread.UNFINISHED), len(ends))
    if ends[at : at + 1] == [Unread.UNKNOWN]:
        assert not any(isinstance(found, Command) for found in ends[at + 1 :])


@given(KEYED, st.booleans())
def test_what_is_awaited_can_come(keys, choosing):
    """No key leaves one waiting for what never makes a command, but behind marks and registers, which are none."""
    if read(keys, choosing=choosing) is Unread.UNFINISHED and keys.lstrip("0123456789")[:1] not in [*"\"mq@'`[]", ""]:
        tails = [first + second for first in ["", *KEYS] for second in ("", *KEYS, "x\n")]
        ends = [read(keys + tail, choosing=choosing) for tail in tails]
        last = keys.lstrip("0123456789")
        behind = last[1:] if last[0] in "dcy<>" else last[2:] if last[:1] == "g" else ""
        waits = behind.lstrip("0123456789")[:1] in [*"'`[]"] and behind
        assert waits or any(isinstance(found, Command) for found in ends)


@pytest.mark.parametrize(
    ("keys", "choosing", "command"),
    [
        ("3w", False, Command("", 3, "w")),
        ("0", False, Command("", None, "0")),
        ("10G", False, Command("", 10, "G")),
        ("d2w", False, Command("d", 2, "w")),
        ("2d3w", False, Command("d", 6, "w")),
        ("d0", False, Command("d", None, "0")),
        ("3dd", False, Command("d", 3, "lines")),
        ("2y2y", False, Command("y", 4, "lines")),
        ("gUU", False, Command("gU", None, "lines")),
        ("2g~g~", False, Command("g~", 2, "lines")),
        ("gugu", False, Command("gu", None, "lines")),
        ("ci(", False, Command("c", None, "i(")),
        ("4x", False, Command("d", 4, "l")),
        ("X", False, Command("d", None, "h")),
        ("2S", False, Command("c", 2, "lines")),
        ("Y", False, Command("y", None, "lines")),
        ("d3f;", False, Command("d", 3, "f", ";")),
        ("r\n", False, Command("r", None, argument="\n")),
        ("2/ab/\n", False, Command("", 2, "/", "ab/")),
        ("dgg", False, Command("d", None, "gg")),
        ("2iw", True, Command("", 2, "iw")),
        ("iw", False, Command("i")),
        ("d", True, Command("d")),
        ("3>", True, Command(">", 3)),
        ("rx", True, Command("r", None, argument="x")),
        ("u", True, Command("u")),
        ("99999999999j", False, Command("", 99_999, "j")),
    ],
)
def test_what_keys_are_read_as(keys, choosing, command):
    found = [read(keys[:end], choosing=choosing) for end in range(1, len(keys) + 1)]
    whole = next(one for one in found if one is not Unread.UNFINISHED)
    assert whole == command


@pytest.mark.parametrize(
    ("keys", "choosing"),
    [("K", False), ("gx", False), ("dK", False), ("dgU", False), ("yd", False), ("gUu", False), ("mi", False),
     ("'a", False), ("d'a", False), ("zx", False), ("Zx", False), ("m1", True), ("R", False), ("gJ", True)],
)  # fmt: skip
def test_what_is_no_command_is_known_at_its_last_key(keys, choosing):
    assert read(keys, choosing=choosing) is Unread.UNKNOWN
    assert all(read(keys[:end], choosing=choosing) is Unread.UNFINISHED for end in range(1, len(keys)))
