"""The experiments pane: one is typed as a form or taken from a file; its curves fill in while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.panes.experiment_form import FIELDS, ExperimentForm
from workbench.panes.pane import Pane
from workbench.panes.study_results import NOTHING, Found, StudyResults
from workbench.told_keys import in_words, key_of
from workbench.widgets.leavable import Leavable

if TYPE_CHECKING:
    from workbench.engine.study_answers import FormChoices, FormMeaning, ListedExperiment, StudyHead, StudyWhole

NEW = "+ new: about the model as it stands, with what is turned"
BEGINNING = "↓ offers what can be written · Enter runs it"


@dataclass(frozen=True)
class Studied:
    """The experiments of a model: those of its file, the one shown, the form, what has come of it."""

    path: str
    listed: list[ListedExperiment]
    listing: bool
    chosen: ListedExperiment | None
    ran: dict[str, str] | None
    came_of: dict[str, str] | None
    form: dict[str, str]
    said: str
    found: Found


class ExperimentsPane(Pane):
    """A list of experiments; the form or the summary of one, and below it what has come of it."""

    TITLE = "5 Experiments"
    HELP_TOPIC = "experiments"
    BINDINGS = [
        Binding("right", "turn(1)", "Next view", show=False, id="experiments.next", tooltip="Next chart or table"),
        Binding("left", "turn(-1)", "Last view", show=False, id="experiments.last", tooltip="Chart or table before"),
        Binding("l", "list", "List", id="experiments.list", tooltip="All experiments of the file"),
        Binding("n", "new", "New", id="experiments.new", tooltip="A new experiment about the model as it stands"),
        Binding("e", "edit", "Edit", id="experiments.edit", tooltip="Into the form, with this experiment in it"),
        Binding("o", "open", "Open", id="experiments.open", tooltip="Open an experiment file"),
        Binding("w", "save", "Write", id="experiments.save", tooltip="Write the form into an experiment file"),
    ]

    @dataclass
    class MeaningWanted(Message):
        """The form was edited; what it means is to be shown."""

        form: dict[str, str]

    @dataclass
    class RunWanted(Message):
        """An experiment is to be run: a form about the model, or one of a file."""

        form: dict[str, str] | None
        path: str
        name: str

    @dataclass
    class FileWanted(Message):
        """An experiment file is to be opened."""

    @dataclass
    class WriteWanted(Message):
        """The form is to be written into an experiment file."""

        form: dict[str, str]

    def __init__(self) -> None:
        super().__init__("experiments")
        self.add_class("aside")
        self._path = ""
        self._listed: list[ListedExperiment] = []
        self._chosen: ListedExperiment | None = None  # of the file; None is the form
        self._listing = False
        self._ran: dict[str, str] | None = None  # the form that was run last
        self._came_of: dict[str, str] | None = None  # the form that the results are of, where they are of one
        self._of_older = False  # whether the results are of an older text
        self._said = ""
        self._goes_on = False  # whether the one shown does

    def compose(self) -> ComposeResult:
        """The list; or form or summary, a line of state, and the results."""
        yield OptionList(id="study-list", compact=True)
        yield ExperimentForm()
        yield Static(id="study-told")
        yield Static(id="study-state")
        yield StudyResults()

    def on_mount(self) -> None:
        """Start with an empty form."""
        self.border_title = self.TITLE
        self.take_up(None)

    @property
    def studied(self) -> Studied:
        """What there is; an experiment that goes on does so no longer once another model is shown."""
        if self._goes_on:
            self.show_stopped()
        shown = self._path, self._listed, self._listing, self._chosen, self._ran, self._came_of
        return Studied(*shown, self.form.form, self._said, self.results.found)

    def take_up(self, studied: Studied | None) -> None:
        """Show the experiments of another model, where there are any yet, in place of those shown."""
        if studied is None:
            self.form.take({**dict.fromkeys(FIELDS, ""), "method": "exact"})
            self._take(None)
            self.show_experiments("", [])
            return
        self.form.take(studied.form)
        self._take(studied.chosen)
        self.show_experiments(studied.path, studied.listed)
        self._listing, self._ran, self._came_of = studied.listing, studied.ran, studied.came_of
        self.results.take_up(studied.found)
        self._mark()
        self._say(studied.said)
        self._arrange()

    @property
    def form(self) -> ExperimentForm:
        """The form."""
        return self.query_one(ExperimentForm)

    @property
    def results(self) -> StudyResults:
        """The results."""
        return self.query_one(StudyResults)

    @property
    def main(self) -> Widget:
        """What is to be used next: the list, a line of the form, or the results."""
        if self._listing:
            return self.query_one("#study-list")
        if self._chosen is None and not self.results.number:
            return self.form.first
        return self.results.main

    # Which one

    def show_experiments(self, path: str, listed: list[ListedExperiment]) -> None:
        """Show the experiments of a file."""
        self._path, self._listed = path, listed
        listing = self.query_one("#study-list", OptionList)
        listing.clear_options()
        listing.add_options([Option(NEW), *(Option(_entry(one)) for one in listed)])
        listing.highlighted = min(1, len(listed))
        self._listing = bool(listed)
        self._arrange()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show the chosen experiment."""
        event.stop()
        self._take(None if event.option_index == 0 else self._listed[event.option_index - 1])
        self.focus_main()

    def _take(self, chosen: ListedExperiment | None) -> None:
        self._chosen, self._listing, self._ran, self._came_of = chosen, False, None, None
        self.results.begin(NOTHING)
        self._mark()
        if chosen is None:
            self._say(in_words(self.app, BEGINNING))
        else:
            told = Text(f"{chosen['name']}: {chosen['title']}\n", "bold")
            told.append("\n".join(chosen["told"]), "not bold")
            self.query_one("#study-told", Static).update(told)
            edits = f" · {key_of(self, 'experiments.edit')} edits it" * bool(chosen["form"])
            self._say(f"{_points(chosen['points'])} · {key_of(self, 'app.experiment')} runs it{edits}")
        self._arrange()

    def action_new(self) -> None:
        """Show the form."""
        self._take(None)
        self.screen.set_focus(self.form.first)

    def _leave_list(self) -> None:
        """Where the list is seen, show the one under its cursor: that is meant."""
        if self._listing:
            at = self.query_one("#study-list", OptionList).highlighted or 0
            self._take(self._listed[at - 1] if at else None)
            self.focus_main()

    def action_edit(self) -> None:
        """Take the experiment shown, or under the cursor of the list, into the form."""
        self._leave_list()
        if self._chosen is not None:
            if (form := self._chosen["form"]) is None:
                self._say("it says more than a form can, or is about another model: edit its file")
                return
            self.form.take(form)
            self._take(None)
        self.screen.set_focus(self.form.first)

    def action_list(self) -> None:
        """Show all experiments."""
        self._listing = True
        self._arrange()
        self.focus_main()

    def action_open(self) -> None:
        """Ask for a file."""
        self.post_message(self.FileWanted())

    def action_save(self) -> None:
        """Ask to write the form."""
        self._leave_list()
        if self._chosen is None:
            self.post_message(self.WriteWanted(self.form.form))
        else:
            self._say(f"it is in its file already; {key_of(self, 'experiments.edit')} takes it into the form")

    # What the form means

    def show_choices(self, choices: FormChoices, watched: str, turned: Mapping[str, float]) -> None:
        """Offer these in the lines of the form, with the figure that is watched as measure; what is `turned` holds."""
        self.form.show_choices(choices, turned)
        self.form.propose(watched)

    def on_experiment_form_edited(self, event: ExperimentForm.Edited) -> None:
        """Ask what the form means; of an empty one nothing is wrong any more."""
        event.stop()
        self._mark()
        if self._chosen is not None:
            return
        if _means(event.form):
            self.post_message(self.MeaningWanted(event.form))
        elif event.form != self._ran:
            self._say(in_words(self.app, BEGINNING))

    def show_meaning(self, answer: FormMeaning) -> None:
        """Show how many points the form has, or what is wrong with it; what came of running it says more."""
        if self._chosen is not None or self.form.form == self._ran or not _means(self.form.form):
            return
        if (fault := answer["fault"]) is None:
            self._say(f"{_points(answer['points'])} · Enter runs {'it' if answer['points'] == 1 else 'them'}")
        else:
            self.show_failure(f"{fault['field']}: {fault['message']}", fault["hint"])

    def on_leavable_left(self, event: Leavable.Left) -> None:
        """Go where letters are the pane's keys."""
        event.stop()
        self.screen.set_focus(self.results.main)

    # Running

    def on_experiment_form_submitted(self, event: ExperimentForm.Submitted) -> None:
        """Run the form."""
        event.stop()
        self.action_run()

    def action_run(self) -> None:
        """Run what is shown, or under the cursor of the list."""
        self._leave_list()
        if self._chosen is None:
            self._ran = self.form.form
            self.post_message(self.RunWanted(self._ran, "", ""))
        else:
            self.post_message(self.RunWanted(None, self._path, self._chosen["name"]))

    def begin(self, head: StudyHead) -> None:
        """Show that a run has begun."""
        self._came_of = self._ran
        self.results.begin(head)
        self._mark()
        self._arrange()
        if self.has_focus_within:
            self.results.main.focus()

    def show_running(self, message: str) -> None:
        """Show how far the run has got."""
        self._say(f"{message} · {key_of(self, 'app.cancel')} cancels", goes_on=True)

    def end(self, report: StudyWhole) -> None:
        """Show all points, and what became of the claims."""
        from pepa.pictures.study import evidence

        self.results.end(report)
        held = sum(claim["holds"] is True for claim in report["claims"])
        told = f"{held} of {len(report['claims'])} claims hold · " if report["claims"] else ""
        self._say(told + evidence(report["points"]).plain.replace("\n", " · "))
        self._arrange()

    def show_stopped(self) -> None:
        """Show that the run was cancelled."""
        self.results.stop()
        key = key_of(self, "app.experiment")
        self._say(f"cancelled · {self.results.solved} stay here; {key} goes on from them")

    def show_failure(self, message: str, hint: str) -> None:
        """Show why there is no answer."""
        self._say(f"✗ {message}" + (f" — {hint}" if hint else ""))

    def mark_stale(self, stale: bool) -> None:
        """Dim results that belong to an older text, or to another form than the one above them."""
        self._of_older = stale
        self._mark()

    def _mark(self) -> None:
        other_form = self._came_of is not None and _parts(self._came_of) != _parts(self.form.form)
        why = "the model has changed" if self._of_older else "the form has changed" if other_form else ""
        self.results.set_class(bool(why), "stale")
        self.results.mark_stale(why)

    def action_turn(self, by: int) -> None:
        """Show the next or the previous view."""
        self.results.turn(by)

    def _arrange(self) -> None:
        self.query_one("#study-list").display = self._listing
        self.form.display = not self._listing and self._chosen is None
        running = bool(self.results.number)
        self.query_one("#study-told").display = not self._listing and self._chosen is not None and not running
        self.query_one("#study-state").display = self.results.display = not self._listing

    def _say(self, message: str, *, goes_on: bool = False) -> None:
        self._said, self._goes_on = message, goes_on
        self.query_one("#study-state", Static).update(Text(message))


def _means(form: dict[str, str]) -> bool:
    return bool(form["vary"].strip() or form["measures"].strip())


def _parts(form: dict[str, str]) -> list[list[str]]:
    return [said.split() for said in form.values()]


def _points(number: int) -> str:
    return f"{number:,} point" + ("" if number == 1 else "s")


def _entry(one: ListedExperiment) -> Text:
    text = Text(f"{one['name']:<22}{one['points']:>6,}  ", no_wrap=True, overflow="ellipsis")
    return text.append(one["title"], "dim")
