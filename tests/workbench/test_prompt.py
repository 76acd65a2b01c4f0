"""The line to type into: an answer that is being worked out is one answer, however often Enter is pressed."""

from textual.app import App

from workbench.widgets.prompt import Prompt


class Asking(App):
    def compose(self):
        yield Prompt()

    def on_mount(self):
        self.answers = []
        self.query_one(Prompt).ask("sort", "by what?", self.answers.append)


async def test_enter_again_is_not_another_answer_until_the_first_is_refused_or_changed():
    app = Asking()
    async with app.run_test() as pilot:
        await pilot.press(*"abc", "enter", "enter", "enter")
        assert app.answers == ["abc"]
        app.query_one(Prompt).show_wrong("there is no abc")
        await pilot.press("enter", "enter")
        assert app.answers == ["abc", "abc"]
        await pilot.press("d", "enter", "backspace", "enter")
        assert app.answers == ["abc", "abc", "abcd", "abc"]
        app.query_one(Prompt).close()
        app.query_one(Prompt).ask("sort", "by what?", app.answers.append, "abc")
        await pilot.press("enter", "enter")
        assert app.answers[4:] == ["abc"]
