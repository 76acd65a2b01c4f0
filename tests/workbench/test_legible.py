"""Text has a contrast of 4.5:1 on its background."""

import random
import re

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tests.workbench.screens import screen_text, until, workbench
from workbench.terminal.legible import LEAST, contrast, legible


def seen(style):
    """Return the colours of text and ground."""
    colours = [Color.from_rich_color(colour) for colour in (style.color, style.bgcolor)]
    return colours[::-1] if style.reverse else colours


def test_the_contrast_of_known_colours():
    assert round(contrast(Color(0, 0, 0), Color(255, 255, 255)), 6) == 21
    assert round(contrast(Color(119, 119, 119), Color(255, 255, 255)), 2) == 4.48  # #777 on white just fails


def test_any_text_becomes_legible_and_no_more_is_changed_than_must_be():
    drawn = random.Random(4)
    for _ in range(500):
        text, ground = (Color(*(drawn.randrange(256) for _ in range(3))).rich_color for _ in range(2))
        style = Style(color=text, bgcolor=ground, bold=True, reverse=drawn.random() < 0.3)
        found = legible(style)
        assert contrast(*seen(found)) >= LEAST
        assert found.bold
        assert found.reverse == style.reverse
        if contrast(*seen(style)) >= LEAST:
            assert found == style
    plain = Style(bold=True)
    assert legible(plain) is plain


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_text_in_the_colours_of_every_theme_that_ships_becomes_legible(name):
    values = BUILTIN_THEMES[name].to_color_system().generate()
    colours = {one: found[0] for one, value in values.items() if (found := re.match(r"#\w+", value))}
    grounds = [Color.parse(colours[one]) for one in ("background", "surface", "panel") if one in colours]
    assert name.startswith("ansi") or len(grounds) == 3
    for ground in grounds:
        for value in {*colours.values()}:
            text = ground.blend(Color.parse(value), Color.parse(value).a).with_alpha(1)
            found = legible(Style(color=text.rich_color, bgcolor=ground.rich_color))
            assert contrast(*seen(found)) >= LEAST, (name, value, ground)


async def test_what_an_app_shows_is_legible():
    async with workbench() as (app, pilot):
        await until(pilot, lambda: "no problems" in screen_text(app))
        for theme in ("solarized-light", "solarized-dark", "tokyo-night"):
            app.theme = theme
            await pilot.pause()
            for strip in app.screen._compositor.render_strips():
                for text, style, _ in strip:
                    if any(map(str.isalnum, text)) and style.color and style.bgcolor:
                        assert contrast(*seen(style)) >= LEAST - 0.01, (theme, text, style)
