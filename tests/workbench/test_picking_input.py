"""An input that offers words."""

import pytest
from textual.app import App

from tests.workbench.screens import until
from workbench.widgets.picking_input import Offers, PickingInput

CHOICES = ["Q=1..10", "p=0.1:0.9:0.1", "queue=1..3", "throughput(useVM)", "throughput(end)", "population(User[3])"]


class Host(App):
    def compose(self):
        offers = Offers(id="offers")
        yield PickingInput(offers, "line", "")
        yield PickingInput(offers, "next", "")
        yield offers

    def on_mount(self):
        self.query_one(PickingInput).show_choices(CHOICES)
        self.query_one(PickingInput).focus()


def offered(app):
    listed = app.query_one(Offers)
    return [str(listed.get_option_at_index(i).prompt) for i in range(listed.option_count)] if listed.display else []


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        ("q", ["queue=1..3", "Q=1..10"]),
        ("useV", ["throughput(useVM)"]),
        ("throughput(e", ["throughput(end)"]),
        ("1 / pop", ["population(User[3])"]),
        ("xyz", []),
        ("Q=1", []),
        ("Q=1..5 p", ["p=0.1:0.9:0.1", "throughput(useVM)", "throughput(end)", "population(User[3])"]),
        ("", []),
    ],
)
async def test_what_fits_the_word_is_offered(typed, offers):
    async with Host().run_test() as pilot:
        await pilot.press(*typed)
        await until(pilot, lambda: sorted(offered(pilot.app)) == sorted(offers))


async def test_enter_takes_arrows_choose_and_escape_closes():
    async with Host().run_test() as pilot:
        line = pilot.app.query_one(PickingInput)
        await pilot.press(*"thr")
        await pilot.press("down", "enter")
        await until(pilot, lambda: line.value == "throughput(end)")
        assert offered(pilot.app) == []
        await pilot.press(*", pop", "escape")
        assert offered(pilot.app) == []
        assert line.value == "throughput(end), pop"
        await pilot.press("down")
        await until(pilot, lambda: offered(pilot.app) == ["population(User[3])"])
        await pilot.press("up", "enter")
        await until(pilot, lambda: line.value == "throughput(end), population(User[3])")


async def test_down_offers_everything_where_nothing_is_typed():
    async with Host().run_test() as pilot:
        await pilot.press("down")
        await until(pilot, lambda: len(offered(pilot.app)) == len(CHOICES))
        await pilot.press("tab")
        await pilot.pause()


async def test_the_list_stays_on_a_small_screen():
    async with Host().run_test(size=(50, 6)) as pilot:
        await pilot.press(*"Q=1..5 ", "down")
        await pilot.pause()
        region = pilot.app.query_one(Offers).region
        assert region.right <= 50
        assert region.bottom <= 6


async def test_a_word_typed_before_the_choices_are_known_is_offered_them_when_they_come():
    async with Host().run_test() as pilot:
        line = pilot.app.query_one(PickingInput)
        line.show_choices([])
        await pilot.press(*"thr")
        assert offered(pilot.app) == []
        line.show_choices(CHOICES)
        pilot.app.query_one("#next", PickingInput).show_choices(CHOICES)  # does not close the other's list
        assert sorted(offered(pilot.app)) == ["throughput(end)", "throughput(useVM)"]
        await pilot.press("escape")
        line.show_choices(CHOICES)  # set aside: not offered once more
        assert offered(pilot.app) == []
