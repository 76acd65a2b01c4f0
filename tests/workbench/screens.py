"""The app under test: started on a model, driven by keys, read as text."""

from contextlib import asynccontextmanager, suppress

from textual import events
from textual.css.query import NoMatches
from textual.widgets import Input

from tests.models import MODELS
from workbench.app import Workbench
from workbench.document import opened
from workbench.widgets.editor import PepaEditor


@asynccontextmanager
async def workbench(path=None, size=(120, 40), messages=None):
    app = Workbench(opened(path or next(model for model in MODELS if model.stem == "vm_launch")))
    hook = None if messages is None else messages.append
    async with app.run_test(size=size, message_hook=hook, notifications=True) as pilot:
        yield app, pilot


def screen_text(app):
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


async def until(pilot, condition, seconds=60.0):
    """Wait for a condition; a file or a widget it looks at need not be there yet."""
    for _ in range(int(seconds / 0.05)):
        await pilot.pause(0.05)
        with suppress(FileNotFoundError, NoMatches):
            if condition():
                return
    raise AssertionError(f"not within {seconds} s; the screen:\n{screen_text(pilot.app)}")


def burst(app, *keys):
    """Post keys at once, as they come in one packet: characters, and names of keys that have none."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def told(app):
    """Return what the toasts say."""
    return " ".join(f"{toast.title} {toast.message}" for toast in app._notifications)


async def asked(app, pilot, question):
    """Wait for a dialog."""
    await until(pilot, lambda: len(app.screen_stack) > 1 and question in screen_text(app))


async def answer(app, pilot, text=None, keys=("enter",)):
    """Answer the dialog on top: type `text`, if any, press the keys, and wait until it is gone."""
    dialog = app.screen
    if text is not None:
        dialog.query_one(Input).value = str(text)
    await pilot.press(*keys)
    await until(pilot, lambda: app.screen is not dialog)


async def left(app, pilot, code=0):
    """Wait for the end of the app."""
    await until(pilot, lambda: app.return_code == code)


async def solved(app, pilot):
    await pilot.press("f5")
    await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])


def replace(app, old, new):
    """Edit the text as a user would: through the editor, so that the change can be undone."""
    editor = app.query_one(PepaEditor)
    offset = editor.text.index(old)
    start = editor.document.get_location_from_index(offset)
    end = editor.document.get_location_from_index(offset + len(old))
    editor.replace(new, start, end, maintain_selection_offset=False)
