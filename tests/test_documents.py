"""What README and manual say exists: commands, options, keys, models, languages."""

import importlib
import re
import shlex
import tomllib
from pathlib import Path

import pytest

import pepa
from pepa.cli.main import VERBS, Exit
from pepa.study.claims import FUNCTIONS
from pepa.study.experiment_file import read_experiments
from tests.models import MODELS, model_text
from workbench.app import Workbench
from workbench.panes.help import MANUAL, TOPICS
from workbench.panes.state_list import StateList
from workbench.panes.state_steps import StateSteps
from workbench.widgets.editor import PepaEditor

ROOT = Path(__file__).parent.parent
TEXTS = {path.name: path.read_text() for path in (ROOT / "README.md", *sorted(MANUAL.glob("*.md")))}
COMMANDS = sorted(
    {
        re.sub(r"\s+# .*", "", line).strip()
        for text in TEXTS.values()
        for line in re.findall(r"^ *(pepa [a-z]+ \S.*)$", text, re.MULTILINE)
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_shown_is_understood(line):
    _, verb, *arguments = shlex.split(line)
    assert verb in VERBS
    command = importlib.import_module(f"pepa.cli.{verb}").command
    with command.make_context(verb, list(arguments)) as context:
        assert not context.args
    models = [word for word in arguments if word.startswith("models/")]
    assert all((ROOT / word).exists() for word in models)


def test_commands_of_all_kinds_are_shown():
    assert len(COMMANDS) > 12
    assert {line.split()[1] for line in COMMANDS} == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_its_options(verb):
    command = importlib.import_module(f"pepa.cli.{verb}").command
    assert command.help
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name not in ("seed", "points"):
            assert getattr(parameter, "help", None), parameter.name


def test_every_shipped_model_is_in_the_readme():
    for path in MODELS:
        assert f"`{path.stem}`" in TEXTS["README.md"]


def test_every_topic_of_the_manual_is_there_and_reached():
    assert {f"{topic}.md" for topic in TOPICS} == set(TEXTS) - {"README.md"}
    assert {pane.HELP_TOPIC for pane in Workbench.PANES.values()} <= set(TOPICS)


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "README.md"])
def test_keys_of_the_manual_are_bound(name):
    bound = {key for binding in Workbench.BINDINGS for key in binding.key.split(",")}
    for pane in (*Workbench.PANES.values(), StateList, StateSteps, PepaEditor):
        bound |= {key for binding in pane.BINDINGS for key in binding.key.split(",")}
    bound |= {"escape", "enter", "up", "down", "?"}
    signs = {
        "Esc": "escape",
        "Enter": "enter",
        "←": "left",
        "→": "right",
        "↓": "down",
        "Ctrl+": "ctrl+",
        "Alt": "alt+1",
    }
    for key in re.findall(r"\*\*((?:Ctrl\+)?(?:F\d|[A-Za-z]|Esc|Enter|Alt|[←→↓]))\*\*", TEXTS[name]):
        plain = key
        for sign, meant in signs.items():
            plain = plain.replace(sign, meant)
        assert plain.lower() in bound or plain in bound, key


def test_the_experiment_of_the_manual_is_one():
    (text,) = re.findall(
        r"((?:^    .*\n|^\n)+)", TEXTS["experiments.md"].partition("claims: sentences")[2], re.MULTILINE
    )[:1]
    plain = "\n".join(line[4:] for line in text.splitlines())
    assert tomllib.loads(plain)
    (found,) = read_experiments('model = "vm_launch.pepa"\n' + plain, lambda _: model_text("vm_launch"))
    assert found.claims[0].holds.startswith("increasing")


def test_the_functions_of_claims_are_all_named():
    for function in FUNCTIONS:
        assert re.search(rf"\b{function}\b", TEXTS["experiments.md"]), function


def test_nothing_speaks_of_how_it_was_made():
    for name, text in TEXTS.items():
        for word in ("session", "prototype", "issue "):
            assert word not in text.lower(), (name, word)


def test_the_manual_lists_every_exit_status():
    (table,) = re.findall(r"\| status \| means \|\n(?:\|.*\n)+", TEXTS["start.md"])
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == list(Exit)


def test_files_that_contributing_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = [name for name in re.findall(r"`([a-z_]+/[\w/.]*)`", text) if "NAME" not in name]
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_library_needed_has_a_bound_in_the_constraints():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.match(r"[\w-]+", one)[0] for one in needed} - {"pepa-workbench"}
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert names <= {re.match(r"[\w-]+", line)[0] for line in lines}
    assert all("<" in line or "==" in line for line in lines)


def test_the_changelog_has_the_version_there_is():
    assert f"## {pepa.__version__}" in (ROOT / "CHANGELOG.md").read_text()
