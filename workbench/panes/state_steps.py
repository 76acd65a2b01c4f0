"""Single steps: where one is, what can happen there, the way here, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pepa.language.printer import figure
from workbench.told_keys import key_of

if TYPE_CHECKING:
    from pepa.explore.told_trace import Members, ToldActivity, ToldStep, ToldTrace
    from workbench.engine.answers import OpenActivity, PassedStep, Place, StateDetail, WalkedStep, WalkedWay

MANY = 100  # steps of a longer random walk
MOST_LEFT = 100  # ways left that are remembered
LOOKING = "looking at the model …"


@dataclass(frozen=True)
class Pace:
    """How often a step is done where it can be: its rate, and its chance against all else that can happen there."""

    rate: float
    chance: float


@dataclass(frozen=True)
class Visit:
    """A state on the way here: who is where, the action that led to it, and after how long, in a random walk."""

    members: Members
    action: str = ""
    seconds: float | None = None
    parts: tuple[tuple[str, str, str], ...] = ()  # group, and the local derivatives left and entered
    pace: Pace | None = None
    walked: Pace | None = None  # the pace with which it took these seconds

    @property
    def older(self) -> bool:
        """Whether it took its time with other rates than there are now."""
        return self.seconds is not None and self.pace != self.walked


def visit(step: ToldActivity | PassedStep) -> Visit:
    """Return the visit at the end of a step that the worker has told."""
    parts = tuple((group, source, target) for group, source, target in step["parts"])
    seconds = step.get("seconds")
    stayed = seconds if isinstance(seconds, float) else None
    pace = Pace(step["rate"], step["chance"])
    return Visit(step["members"], step["action"], stayed, parts, pace, pace)


def renewed(way: Sequence[Visit], walked: Sequence[ToldStep]) -> list[Visit]:
    """Return a way with the rates that its steps have now, and the time that they took when they were walked."""
    there = zip(way[1:], map(visit, walked), strict=True)
    return [*way[:1], *(replace(now, seconds=before.seconds, walked=before.walked) for before, now in there)]


def told_way(way: Sequence[Visit]) -> WalkedWay:
    """Return a way as a trace that can be replayed; what it took with other rates is left out."""
    steps: list[WalkedStep] = []
    for one in way[1:]:
        rate = None if one.pace is None else one.pace.rate
        steps.append({"action": one.action, "members": one.members, "rate": rate})
        if one.seconds is not None and not one.older:
            steps[-1]["seconds"] = one.seconds
    return {"found": "walked", "start": {"members": way[0].members}, "steps": steps}


class StateSteps(Vertical):
    """The present state and its activities; Enter does one."""

    BINDINGS = [
        Binding("backspace", "undo", "Back", id="steps.undo", tooltip="A step back, or to the way left before"),
        Binding("space", "stroll(1)", "Random", id="steps.random", tooltip="One step by chance"),
        Binding("plus", f"stroll({MANY})", "Walk", show=False, id="steps.walk", tooltip=f"{MANY} steps by chance"),
        Binding("i", "begin", "Initial", id="steps.begin", tooltip="Start again in the initial state"),
        Binding("h", "origins", "Before", id="steps.origins", tooltip="Which states lead here, or what can happen"),
        Binding("asterisk", "keep", "Keep", id="steps.keep", tooltip="Bookmark this state, to go to by its name"),
        Binding("g", "ask", "Go to", id="steps.go", tooltip="To a state by number, bookmark, or typed: who is where"),
        Binding("x", "ask_way", "Way", id="steps.way", tooltip="The shortest way from the initial state"),
        Binding("X", "ask_likeliest", "Likeliest", show=False, id="steps.likeliest", tooltip="The most probable way"),
        Binding("o", "ask_file", "Open", show=False, id="steps.open",
                tooltip="Walk a way kept in a file: a trace, or a path of pepa simulate --path --json"),
        Binding("w", "ask_write", "Write", show=False, id="steps.write", tooltip="Write the way here, JSON or text"),
        Binding("y", "copy", "Copy", show=False, id="steps.copy", tooltip="Copy this state to the clipboard (OSC 52)"),
    ]  # fmt: skip

    @dataclass
    class PlaceWanted(Message):
        """A state is to be looked at: its members, its number, or as typed.

        `way` is the one there, its last visit filled in with the answer; `leaves` tells whether the way here ends,
        and `anew` whether the one there may be of an older model.
        """

        place: Place
        way: list[Visit]
        leaves: bool
        origins: bool
        anew: bool = False

    @dataclass
    class RenewWanted(Message):
        """A run has ended: the state where one is is to be looked at again, and the way there."""

        wanted: StateSteps.PlaceWanted

    @dataclass
    class StrollWanted(Message):
        """Random steps are wanted."""

        members: Members
        steps: int

    @dataclass
    class Asked(Message):
        """The user wants to type a state, or a condition to find the way to."""

        about: str

    @dataclass
    class Copied(Message):
        """The state is to go to the clipboard."""

        text: str

    def __init__(self) -> None:
        super().__init__(id="state-steps")
        self.way: list[Visit] = []
        self.kept: dict[str, Members] = {}
        self.detail: StateDetail | None = None
        self._left: list[list[Visit]] = []  # ways that ended when one went elsewhere: back leads to them
        self._origins = False

    def compose(self) -> ComposeResult:
        """The state, and what can happen."""
        yield Static(LOOKING, id="step-state")
        yield OptionList(id="activities", compact=True)

    def begin_anew(self) -> None:
        """Know no state."""
        self.kept = {}
        self.forget_way()

    def forget_way(self) -> None:
        """Be nowhere; what is bookmarked stays."""
        self.way, self.detail, self._left = [], None, []
        self.query_one("#step-state", Static).update(LOOKING)
        self.query_one("#activities", OptionList).clear_options()

    def look(self, place: Place, way: list[Visit], *, leaves: bool = False) -> None:
        """Ask for a state that stands at the end of a way."""
        self.take(self.PlaceWanted(place, way, leaves, self._origins))

    def take(self, wanted: PlaceWanted) -> None:
        """Ask for a state."""
        self.post_message(wanted.set_sender(self))  # the pane may be who has it asked, and would not hear itself

    def show(self, detail: StateDetail, wanted: PlaceWanted) -> None:
        """Show one state and what can happen in it, as it was asked for."""
        if wanted.leaves and self.way and (len(self.way) > 1 or self.way[-1].members != detail["members"]):
            self._left = [*self._left[1 - MOST_LEFT :], self.way]
        way = renewed(wanted.way, detail["walked"]) if "walked" in detail else wanted.way
        self.way = [*way[:-1], replace(way[-1], members=detail["members"])]
        self.detail = detail
        self.query_one("#step-state", Static).update(self._state())
        listed = self.query_one("#activities", OptionList)
        listed.clear_options()
        listed.add_options([Option(_activity(one, self._origins)) for one in self._offered()])
        if listed.option_count:
            listed.highlighted = 0

    @property
    def come(self) -> str:
        """How far one has come, and in what time."""
        steps = max(0, len(self.way) - 1)
        took = [visit.seconds for visit in self.way[1:] if visit.seconds is not None]
        older = " with older rates" if any(visit.older for visit in self.way) else ""
        passed = f" · time {figure(sum(took))}{older}" if took else ""
        return f"{steps:,} step{'' if steps == 1 else 's'}{passed}"

    @property
    def subtitle(self) -> str:
        """How far one has come, and the keys."""
        happens = f"{key_of(self, 'steps.origins')} what can happen"
        does = f"Enter goes there · {happens}" if self._origins else "Enter does it"
        return f"{self.come} · {does} · {key_of(self, 'steps.undo')} back"

    def _offered(self) -> list[OpenActivity]:
        if self.detail is None:
            return []
        return self.detail.get("origins", []) if self._origins else self.detail["activities"]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do an activity, or go back to where it came from."""
        event.stop()
        chosen = self._offered()[event.option_index]
        if self._origins:
            self.look({"members": chosen["members"]}, [Visit(chosen["members"])], leaves=True)
        else:
            self.look({"members": chosen["members"]}, [*self.way, visit(chosen)])

    def action_undo(self) -> None:
        """Step back; from where a way begins, to the end of the one left for it."""
        if len(self.way) > 1:
            self.look({"members": self.way[-2].members}, self.way[:-1])
        elif self._left:
            self.take(self._anew(self._left.pop()))

    def go_back(self, step: int) -> None:
        """Take back all that came after a step."""
        self.look({"members": self.way[step].members}, self.way[: step + 1])

    def action_begin(self) -> None:
        """Start again, with what can happen there."""
        self._origins = False
        self.look({"typed": ""}, [Visit([])], leaves=True)

    def action_again(self) -> None:
        """Look at the same state again."""
        self.look({"members": self.way[-1].members}, self.way)

    def renew(self) -> None:
        """Look at the state again after a run: rates may have changed, or all of it."""
        self.post_message(self.RenewWanted(self._anew(self.way)).set_sender(self))

    def _anew(self, way: list[Visit]) -> PlaceWanted:
        return self.PlaceWanted({"members": way[-1].members}, way, False, self._origins, anew=True)

    def action_origins(self) -> None:
        """Show what led here, or what can happen."""
        self._origins = not self._origins
        if self.way:
            self.action_again()

    def action_stroll(self, steps: int) -> None:
        """Ask for random steps."""
        if self.way:
            self.post_message(self.StrollWanted(self.way[-1].members, steps))

    def strolled(self, passed: Sequence[PassedStep]) -> PlaceWanted:
        """Return where a random walk has led."""
        visits = [visit(step) for step in passed]
        return self.PlaceWanted({"members": visits[-1].members}, [*self.way, *visits], False, self._origins)

    def action_keep(self) -> None:
        """Bookmark this state."""
        if self.way:
            name = f"mark{len(self.kept) + 1}"
            self.kept[name] = self.way[-1].members
            self.notify(f"kept as {name}: {key_of(self, 'steps.go')} {name} comes back to it")

    def action_ask(self) -> None:
        """Ask for a state."""
        self.post_message(self.Asked("go"))

    def action_ask_way(self) -> None:
        """Ask where the shortest way should lead."""
        self.post_message(self.Asked("way"))

    def action_ask_likeliest(self) -> None:
        """Ask where the most probable way should lead."""
        self.post_message(self.Asked("likeliest"))

    def action_ask_file(self) -> None:
        """Ask which file holds the way to walk."""
        self.post_message(self.Asked("replay"))

    def action_ask_write(self) -> None:
        """Ask where to write the way here."""
        self.post_message(self.Asked("keep"))

    def end_of(self, trace: ToldTrace) -> PlaceWanted:
        """Return where a way from the initial state ends."""
        way = [Visit(trace["start"]["members"]), *map(visit, trace["steps"])]
        return self.PlaceWanted({"members": way[-1].members}, way, True, self._origins)

    def go(self, text: str) -> None:
        """Go to a state typed, by number or by the name of a bookmark."""
        place: Place = {"members": self.kept[text]} if text in self.kept else {"typed": text}
        self.look(place, [Visit([])], leaves=True)

    def action_copy(self) -> None:
        """Copy the state as it can be typed."""
        if self.detail is not None:
            self.post_message(self.Copied(self.detail["typed"]))

    def _state(self) -> Text:
        detail = self.detail
        if detail is None:
            return Text()
        number = "initial state" if detail["initial"] else "state"
        text = Text(number if detail["state"] is None else f"{number} {detail['state']:,}", "bold")
        if detail["probability"] is not None:
            text.append(f"   probability {figure(detail['probability'])}", "not bold")
        text.append(f"   {detail['kind']}", "not bold")
        if detail["exit"]:
            text.append(f"   lasts {figure(1 / detail['exit'])} on average", "not bold")
        text.append("\n")
        for group in detail["groups"]:
            name = group["name"] if group["size"] == 1 else f"{group['name']}[{group['size']}]"
            text.append(f"{name}: ", "not bold dim")
            text.append(f"{group['members']}   ", "not bold")
        if self._origins:
            said = "action · who · came from" if detail.get("origins") else "nothing leads here"
            text.append(f"\n{'rate':>11}  {'won':>7}  {'mean delay':>10}  {said}", "bold dim")
        elif not detail["activities"]:
            text.append("\nnothing can happen here: a deadlock", "bold")
        else:
            text.append(f"\n{'rate':>11}  {'wins':>7}  {'mean delay':>10}  action · who · leads to", "bold dim")
        return text


def _activity(activity: OpenActivity, back: bool) -> Text:
    text = Text(no_wrap=True)
    delay = figure(1 / activity["rate"])
    text.append(f"{figure(activity['rate']):>11}  {activity['chance']:>7.1%}  {delay:>10}  ")
    text.append(activity["action"], "bold")
    text.append(f"  {', '.join(f'{source} → {target}' for _, source, target in activity['parts'])}", "dim")
    if activity["state"] is not None:
        text.append(f"  {'←' if back else '→'} {activity['state']:,}")
    return text
