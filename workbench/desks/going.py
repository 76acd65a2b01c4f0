"""Goes from pane to pane, and shows those that stand together at the width there is."""

from __future__ import annotations

from workbench.arrangement import WIDE, panes_shown
from workbench.desks.desk import Desk
from workbench.layout import Layout, keep_layout
from workbench.panes.experiments import ExperimentsPane
from workbench.status import StatusLines
from workbench.widgets.footer import FittingFooter


class Going(Desk):
    """Knows which panes the user is in: the text, and one of the others beside it."""

    answers = Layout().answers  # the pane beside the source that the user was in last

    def return_to(self, layout: Layout) -> None:
        """Go where the user was when the app was left last."""
        self.answers = layout.answers
        self.action_pane(layout.pane)
        if layout.whole:
            self.app.screen.maximize(self.app.query_one(self.app.PANES[layout.pane]))

    def keep(self) -> None:
        """Keep how the screen is left, if it has been composed."""
        stack = self.app.screen_stack
        if stack and (lines := stack[0].query(StatusLines)):
            keep_layout(Layout(lines.first().pane, self.answers, stack[0].maximized is not None))

    def arrange(self, columns: int) -> None:
        """Show the panes that go together: by their styles, for a class would have all below them styled anew."""
        screen = self.app.screen_stack[0]
        screen.set_class(columns < WIDE, "narrow")
        if not screen.query(FittingFooter):
            return  # nothing is composed yet
        here = screen.query_one(StatusLines).pane
        visible = panes_shown(here, self.answers, columns)
        for name, kind in self.app.PANES.items():
            screen.query_one(kind).display = name in visible
        for column in screen.query(".column"):
            column.display = any(pane.display for pane in column.children)

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        app = self.app
        target = app.query_one(app.PANES[name])
        app.query_one(StatusLines).pane = name
        if name != "source":
            self.answers = name
        self.arrange(app.size.width)
        if name == "experiments":
            app.experimenting.show_experiments()
        elif name == "ask":
            app.asking.offer_questions()
        elif name == "what-if":
            app.turning.hold_for_parameters()
            app.turning.ask_influences()
        elif name == "charts":
            app.charting.follow_again()
        target.focus_main()

    def go_on(self, step: int) -> None:
        """Go to the next pane, or the one before."""
        panes = self.app.PANES
        here = next((at for at, pane in enumerate(panes.values()) if self.app.query_one(pane).has_focus_within), 0)
        self.action_pane([*panes][(here + step) % len(panes)])

    def action_whatif(self) -> None:
        """Go to the parameters; run the model where that has not been done."""
        self.action_pane("what-if")
        if self.runs.solved is None or self.runs.stale:
            self.app.analysing.action_solve()

    def action_experiment(self) -> None:
        """Go to the experiments; there, run the one shown."""
        pane = self.app.query_one(ExperimentsPane)
        if pane.has_focus_within:
            pane.action_run()
        else:
            self.action_pane("experiments")

    def action_step(self) -> None:
        """Step through the model, derived or not."""
        self.action_pane("states")
        self.app.exploring.show_steps()
