"""Hints, the foot, the menu and the help tell the keys that are set."""

import ast
import itertools
import re
from pathlib import Path

import pytest

import workbench
from tests.workbench.screens import answer, asked, replace, screen_text, until
from tests.workbench.screens import told as toasts
from workbench.app import Workbench, adjustable
from workbench.document import opened
from workbench.key_commands import key_commands
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.help import key_table
from workbench.panes.state_list import StateList
from workbench.panes.state_steps import StateSteps
from workbench.settings import Settings
from workbench.told_keys import key_of, set_keys, short, told
from workbench.widgets.editing.keys import WRITING
from workbench.widgets.editor import PepaEditor

TEXT = """work = 1.0;
rest = 0.5;
Busy = (working, work).Idle;
Idle = (resting, rest).Busy;
Busy[3]
"""
STUDY = """["speeds"]
model = "model.pepa"
measures = ["throughput(working)"]
vary = { work = [1.0, 2.0] }
"""
HELD = ("ctrl+shift", "alt+ctrl", "alt+ctrl+shift", "alt+shift", "ctrl+hyper", "alt+hyper", "hyper+shift", "hyper+meta",
        "alt+meta", "ctrl+meta", "meta+shift", "super", "alt+super", "ctrl+super", "shift+super")  # fmt: skip
OWN = {"states": (StateList, StateSteps), "source": (PepaEditor,)}  # whose keys work in a pane beside its own


@pytest.mark.parametrize(
    ("keys", "shown", "in_few"),
    [
        ("f5", "F5", "F5"),
        ("shift+f8", "Shift+F8", "Shift+F8"),
        ("ctrl+r,f5", "Ctrl+R", "^R"),
        ("ctrl+shift+z", "Ctrl+Shift+Z", "^Shift+Z"),
        ("alt+s", "Alt+s", "Alt+s"),
        ("alt+S", "Alt+S", "Alt+S"),
        ("exclamation_mark", "!", "!"),
        ("!", "!", "!"),
        ("question_mark", "?", "?"),
        ("left_square_bracket", "[", "["),
        ("right_square_bracket", "]", "]"),
        ("plus", "+", "+"),
        ("+", "+", "+"),
        ("ctrl+plus", "Ctrl++", "^+"),
        ("ctrl+slash", "Ctrl+/", "^/"),
        ("ctrl+@", "Ctrl+Space", "^Space"),
        ("escape", "Esc", "Esc"),
        ("enter", "Enter", "⏎"),
        ("shift+left", "Shift+←", "Shift+←"),
    ],
)
def test_a_key_as_people_type_it(keys, shown, in_few):
    assert told(keys) == shown
    assert short(shown) == in_few


def test_the_keys_that_are_set_are_known_one_by_one():
    app = Workbench(opened(None), settings=Settings(keys={"app.run": "alt+r, f5", "states.sort": "alt+S"}))
    assert set_keys(app) == {"alt+r", "f5", "alt+S"}


async def test_hints_tell_the_keys_that_are_set(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("P = (a, r).P;\nP\n")
    keys = {"app.run": "ctrl+r", "app.step": "f9", "app.live": "f8", "source.problem": "f5", "source.fix": "["}
    app = Workbench(opened(path), settings=Settings(keys=keys))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "F5 next · [ fix" in screen_text(app))
        await until(pilot, lambda: "no states yet — Ctrl+R runs the model; F9 steps without" in screen_text(app))
        await until(pilot, lambda: screen_text(app).splitlines()[0].endswith("Ctrl+R runs the model"))
        assert key_of(app.query_one(PepaEditor), "app.disk") == "Shift+F2"
        assert key_of(app, "steps.open") == "o"  # of a widget that is not around it
        with pytest.raises(KeyError):
            key_of(app, "app.no_such")


def test_menu_and_help_tell_the_keys_that_are_set():
    keys = {"app.run": "ctrl+r,exclamation_mark", "states.sort": "f5", "solver.advise": "plus", "source.find": "alt+f"}
    app = Workbench(opened(None), settings=Settings(keys=keys))
    titles = [command.title for command in key_commands(app)]
    for title in ("Run (Ctrl+R, !)", "Sort (2 States: F5)", "Advice (3 Solver: +)", "Find (Alt+f)"):
        assert title in titles
    assert "| Ctrl\\+R\\, \\! |" in key_table("everywhere", app.BINDINGS, app.keys_of)
    assert "| F5 | Sort" in key_table("the table", StateList.BINDINGS, app.keys_of)


def others():
    """Return another key for each binding whose key can be set."""
    free = (f"{held}+f{number}" for held, number in itertools.product(HELD, range(1, 13)))
    return dict(zip(dict.fromkeys(str(binding.id) for binding in adjustable()), free, strict=False))


def usual(app, name):
    """Return the usual keys, as told, of everywhere and of a pane; those that mean more than can be set are no sign."""
    own = [binding for owner in (app.PANES[name], *OWN.get(name, ())) for binding in owner.BINDINGS]
    bindings = [*app.BINDINGS, *own, *(WRITING if name == "source" else ())]
    keys = {told(key) for binding in bindings if binding.id in app.usual_keys for key in binding.key.split(",")}
    return keys - {"Enter", "Tab"}  # of lists, lines to type into, and from one widget to the next


def named(text, keys):
    """Return the keys that a text names: words of their own; `a` where it cannot be the article."""
    words = re.split(r"[\s\u2500-\u259f]+", text)  # by blanks, and lines as of borders
    parts = {part for word in words for part in ([word] if word == "/" else word.strip("():;,").split("/"))}
    article = {"a"} - set(re.findall(r"(?:[·;:—] |\(|\bor )(a)(?=[ :]|$)", text))
    return parts & keys - article


def shown(app, name):
    """Return what is seen of a pane."""
    region = app.query_one(app.PANES[name]).region
    rows = screen_text(app).splitlines()[region.y : region.bottom]
    return "\n".join(row[region.x : region.right] for row in rows)


class Looked:
    """Panes of an app with other keys than the usual ones, and which usual ones they still name."""

    def __init__(self, app, pilot):
        self.app, self.pilot = app, pilot
        self.texts = {}

    async def see(self, name, said):
        await until(self.pilot, lambda: said in shown(self.app, name))
        text = shown(self.app, name)
        assert not named(text, usual(self.app, name)), text

    async def do(self, name, action, said, of=None):
        """Have a pane, or a widget `of` it, do something, and look at it."""
        app = self.app
        app.going.action_pane(name)
        await app.run_action(action, app.query_one(of or app.PANES[name]))
        await self.see(name, said)

    async def tell(self, said):
        await until(self.pilot, lambda: said in toasts(self.app))
        everywhere = set().union(*(usual(self.app, name) for name in self.app.PANES))
        assert not named(toasts(self.app), everywhere), toasts(self.app)


def test_a_key_that_is_named_is_found():
    keys = {"F5", "t", "a", "Esc", "/", "←", "→", "[", "e"}
    for text in ("F5 runs", "none — F5 runs", "t follows", "x: t", "(Esc or a goes back)", "· / filter", "m: t: u",
                 "chart ←/→", "[ ] ÷2", "│t follows", "edited; e takes", "shown · a goes"):  # fmt: skip
        assert named(text, keys), text
    for text in ("a model", "it is a lone one", "Ctrl+F5 runs", "P[t]", "etc", "P / Q", "[x]"):
        assert not named(text, keys - {"/"}), text


async def test_no_pane_names_a_usual_key_where_all_are_set(tmp_path):
    path = tmp_path / "model.pepa"
    path.write_text(TEXT)
    (tmp_path / "study.toml").write_text(STUDY)
    app = Workbench(opened(path), settings=Settings(keys=others()))
    async with app.run_test(size=(320, 60)) as pilot:
        looked = Looked(app, pilot)
        await nothing_run(looked)
        await app.run_action("solve")
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])
        await all_run(looked)
        await an_experiment(looked, tmp_path / "study.toml")
        await older_text(looked)


NOTHING_RUN = {
    "source": "problems",
    "charts": "no figures yet",
    "solver": "not derived yet",
    "states": "no states yet",
    "what-if": "runs the model",
    "ask": "Enter asks",
    "experiments": "Enter runs",
}


async def nothing_run(looked):
    app = looked.app
    for name, said in NOTHING_RUN.items():
        app.going.action_pane(name)
        await looked.see(name, said)
    await looked.do("charts", "turn(-1)", "follows the model over time")
    await looked.do("charts", "turn(1)", "no figures yet")


async def all_run(looked):
    await looked.do("states", "begin", "Ctrl", of=StateSteps)
    await looked.do("states", "origins", "what can happen", of=StateSteps)
    await looked.do("states", "view", "back to this step")
    await looked.do("states", "graph", "next")
    await looked.do("states", "findings", "walks into")
    looked.app.query_one(StateSteps).action_keep()
    await looked.tell("kept as mark1")
    await looked.do("solver", "advise", "goes back")
    await looked.do("solver", "findings", "goes back")
    await looked.do("charts", "beside", "was")
    await looked.tell("there are none yet")
    await looked.do("charts", "follow", "next")
    await looked.do("what-if", "tell('why')", "÷2")


async def an_experiment(looked, path):
    app, pilot = looked.app, looked.pilot
    await looked.do("experiments", "open", "Experiments")
    await asked(app, pilot, "Open the experiments")
    await answer(app, pilot, path)
    await looked.see("experiments", "speeds")
    app.query_one(ExperimentsPane).focus_main()
    await pilot.press("enter")
    await looked.see("experiments", "edits it")
    await looked.do("experiments", "save", "takes it into the form")
    app.query_one(ExperimentsPane).action_run()
    await looked.see("experiments", "points")


async def older_text(looked):
    replace(looked.app, "rest = 0.5", "rest = 0.25")
    for name in ("charts", "solver", "what-if", "experiments"):
        looked.app.going.action_pane(name)
        await looked.see(name, "stale")


WRITTEN = re.compile(
    r"(?:^|[·;:—(] |\bor )(?![Aa]\b)([A-Za-z!?*/\[\]])(?=:? [a-z]|$)"  # a letter or a sign that does something
    r"|\b([Ee]sc|[Bb]ackspace)\b|←/→|\b([Ss]hift\+)?F([2-9]|1[0-2])\b|\b([Cc]trl|[Aa]lt)\+"
)
NEVER_SET = {
    " turn, Esc closes",
    "Esc closes · ",
    "; Esc closes the line",
    "Enter: the states behind it · t over time · ",
    "\nCtrl+C ends it",
    ": its keys, then those of everywhere; each works, Esc closes",
}


def literals(path):
    """Return the texts in a module, but for docstrings and what bindings are made of."""
    tree = ast.parse(path.read_text())
    left = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    left |= {id(part) for call in calls if call.func.id in ("Binding", "_key") for part in call.args}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {node.value for node in texts if id(node) not in left and " " in node.value}


def test_no_hint_names_a_key_of_its_own_that_can_be_set():
    for hint in ("none — t follows it", " · Esc cancels", "b: was · ", "e takes it", "; or x", "run: F5 does"):
        assert WRITTEN.search(hint), hint
    for path in Path(workbench.__file__).parent.rglob("*.py"):
        if path.name not in ("settings.py", "key_settings.py"):  # which tell how a key is set
            assert not [text for text in literals(path) - NEVER_SET if WRITTEN.search(text)], path
