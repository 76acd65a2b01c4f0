"""A model of 30 lines typed from nothing: names by completion, three slips named and mended by their key, solved."""

import re

from tests.workbench.screens import burst, screen_text, until
from workbench.app import Workbench
from workbench.document import opened
from workbench.widgets.editor import PepaEditor

MODEL = """\
// A clinic: patients arrive, are seen, and pay.
patients = 4;
doctors = 2;
clerks = 1;

arriving = 0.5;
examining = 2.0;
treating = 1.5;
paying = 3.0;
resting = 0.8;
filing = 4.0;
{missing}
// patients
Patient = (arrive, arriving).Waiting;
Waiting = (examine, examining).Examined;
Examined = (treat, treating).Treated + (dismiss, dismissing).Leaving;
Treated = (pay, paying).Leaving;
Leaving = (leave, arriving).Patient;

// doctors
Doctor = (examine, examining).Busy;
Busy = (treat, treating).Tired + (dismiss, dismissing).Doctor;
Tired = (rest, resting).Doctor;

// clerks
Clerk = (pay, paying).Filing;
Filing = (file, filing).Clerk;

// the clinic
(Patient[patients] <examine, treat, dismiss> Doctor[doctors])
  <pay> Clerk[clerks]
"""
TYPED = MODEL.replace("{missing}\n", "").rstrip()  # the first slip: `dismissing` is defined nowhere
SLIPS = [("(rest, resting)", "(rest, restng)"), ("Clerk = (pay, paying).Filing;", "Clerk = (pay, paying).Filing")]


async def typed(pilot, editor, text):
    """Type a text, a known name by its first letters and Tab where that is shorter; return the keys it took."""
    keys = 0
    known = set()
    for piece in re.findall(r"[A-Za-z_]\w*|\n *|[^A-Za-z_\n]+", text):
        if piece in known and len(piece) > 4:
            burst(pilot.app, *piece[:2])
            await until(pilot, lambda: not pilot.app.keys_wait)
            for _ in range(6):
                if offered := editor.offering and editor._words[0] == piece:
                    break
                await pilot.pause(0.05)
            rest = ["tab"] if offered else ["escape", *piece[2:]]  # in a comment, or where another name comes first
            burst(pilot.app, *rest)
            keys += 2 + len(rest)
        else:
            burst(pilot.app, *("enter" if sign == "\n" else sign for sign in piece))
            keys += len(piece)
        known.add(piece)
    await until(pilot, lambda: not pilot.app.keys_wait)
    return keys


async def test_thirty_lines_from_nothing_with_three_slips(tmp_path):
    text = TYPED
    for right, wrong in SLIPS:
        assert right in text
        text = text.replace(right, wrong)
    app = Workbench(opened(tmp_path / "clinic.pepa"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        editor = app.query_one(PepaEditor)
        keys = await typed(pilot, editor, text)
        await pilot.pause(0.2)
        if editor.offering:
            await pilot.press("escape")
        assert editor.text == text
        for code in ("undefined-rate", "undefined-rate", "missing-semicolon"):
            await until(pilot, lambda code=code: f"[{code}]" in screen_text(app))
            before = editor.text
            await pilot.press("f4", "ctrl+n")
            await until(pilot, lambda before=before: editor.text != before or len(app.screen_stack) > 1)
            keys += 2
            if len(app.screen_stack) > 1:
                await pilot.press("enter")
                keys += 1
                await until(pilot, lambda before=before: editor.text != before)
        await until(pilot, lambda: "error" not in str(editor.parent.border_subtitle).replace("0 errors", ""))
        await pilot.press("f5")
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])
        assert "restng" not in editor.text
        assert re.search(r"^dismissing = ", editor.text, re.MULTILINE)
        assert ".Filing;" in editor.text
    assert keys < 0.9 * len(text)
