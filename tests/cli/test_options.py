"""Every option of every verb: what it does not take is told with its name, before anything is worked out."""

import importlib

import click
import pytest

from pepa.cli.main import VERBS
from tests.cli.command import VM_LAUNCH

COMMANDS = {verb: importlib.import_module(f"pepa.cli.{verb}").command for verb in VERBS}
OPTIONS = [(verb, one) for verb, command in COMMANDS.items() for one in command.params if isinstance(one, click.Option)]


def named(pair):
    verb, option = pair
    return f"{verb} {option.opts[-1]}"


def given(verb, *arguments):
    """Read the arguments of a verb as the command does; nothing is run."""
    text = [VM_LAUNCH] if any(one.name in ("model", "given") for one in COMMANDS[verb].params) else []
    return COMMANDS[verb].make_context(verb, [*text, *arguments])


def beyond(kind):
    """Return numbers just outside of a range."""
    ends = [] if kind.min is None else [kind.min - 1, *([kind.min] if kind.min_open else [])]
    return ends + ([] if kind.max is None else [kind.max + 1, *([kind.max] if kind.max_open else [])])


def wrong(option):
    """Return texts that an option of its type never takes."""
    match option.type:
        case click.Choice():
            return ["nothing", ""]
        case click.types.IntParamType() as kind:
            return ["x", "1.5", "nan", "", "9" * 40, *map(str, beyond(kind))]
        case click.FloatRange() as kind:
            return ["x", "nan", "inf", "1e999", "", "1,5", *map(str, beyond(kind))]
    return []


def right(option):
    """Return texts that it takes, each with what it is."""
    match option.type:
        case click.Choice(choices=choices):
            return [(text, text) for text in choices]
        case click.types.IntParamType(min=least):
            return [(str(number), number) for number in (max(least, 1), max(least, 1) + 7)]
    return [("0.5", 0.5)]


TYPED = [pair for pair in OPTIONS if wrong(pair[1])]


@pytest.mark.parametrize("pair", TYPED, ids=named)
def test_what_an_option_does_not_take_is_told_with_its_name(pair):
    verb, option = pair
    for text in wrong(option):
        with pytest.raises(click.UsageError) as error:
            given(verb, f"{option.opts[-1]}={text}")
        assert option.opts[-1] in error.value.format_message(), text
        assert error.value.exit_code == 2


NEEDED = {
    "passage": ["--from", "a", "--to", "b"], "sweep": ["Q=1", "--measure", "m"], "sensitivity": ["--measure", "m"],
    "transient": ["--until", "1"], "ode": ["--until", "1"], "optimise": ["--measure", "m", "--most", "--vary", "Q"],
}  # fmt: skip


@pytest.mark.parametrize("pair", TYPED, ids=named)
def test_what_an_option_takes_is_its_value(pair):
    verb, option = pair
    for text, value in right(option):
        found = given(verb, *NEEDED.get(verb, []), f"{option.opts[-1]}={text}").params[option.name]
        assert (found[-1] if option.multiple else found) == value


@pytest.mark.parametrize("pair", [pair for pair in OPTIONS if not pair[1].is_flag], ids=named)
def test_an_option_without_its_value_is_told(pair):
    verb, option = pair
    with pytest.raises(click.UsageError) as error:
        given(verb, option.opts[-1])
    assert option.opts[-1] in error.value.format_message()


@pytest.mark.parametrize("verb", VERBS)
def test_an_option_there_is_not_is_told_and_the_nearest_one(verb):
    known = [one.opts[-1] for one in COMMANDS[verb].params if isinstance(one, click.Option)]
    with pytest.raises(click.NoSuchOption) as error:
        given(verb, "--no-such-thing")
    assert "--no-such-thing" in error.value.format_message()
    for option in known[:3]:
        with pytest.raises(click.UsageError) as error:
            given(verb, option + "x")
        assert option in error.value.format_message()


@pytest.mark.parametrize("verb", VERBS)
def test_help_tells_every_option(verb):
    command = COMMANDS[verb]
    told = command.get_help(click.Context(command, info_name=verb))
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.opts[-1] in told
            assert option.help
