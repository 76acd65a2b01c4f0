"""Whose run it is, and of what text: answers told, dropped, or asked for again, without an app or a worker."""

import asyncio

import pytest

from pepa.query.kind import Kind
from tests.workbench.desk import REFUSED, WRONG, desk, figures, settled, task
from workbench import runs as module
from workbench.engine.client import Cancelled, Crashed, Failed
from workbench.panes.solver_settings import How
from workbench.run_messages import (
    Answered,
    Checked,
    Checking,
    Ended,
    Finished,
    GivenUp,
    OthersAnswered,
    Stopped,
    Unanswered,
)


async def solved(there, runs, answer=None, how=None):
    run = task(runs.solve(how or How()))
    asked = await there.answer(answer or figures())
    await run
    return asked


async def test_a_run_is_of_the_text_and_the_values_it_was_begun_with():
    there, runs = desk(r=2.0)
    run = task(runs.solve(How(), watched="throughput(a)"))
    await settled()
    runs.edited("other")
    runs.overrides = {"r": 3.0}
    name, what = await there.answer(figures())
    await run
    assert (name, what["text"], what["overrides"], what["watched"]) == ("solve", "t", {"r": 2.0}, "throughput(a)")
    (told,) = there.heard
    assert isinstance(told, Finished)
    assert (told.text, told.overrides, told.runs) == ("t", {"r": 2.0}, runs)
    assert runs.stale
    assert runs.changed
    assert runs.space_stale
    assert not runs.has_space
    runs.edited("t")
    assert runs.stale  # the values are others
    runs.overrides = {"r": 2.0}
    assert (runs.stale, runs.space_stale, runs.has_space) == (False, False, True)


async def test_states_stay_those_of_the_last_run_that_had_any():
    there, runs = desk()
    await solved(there, runs)
    runs.edited("u")
    name, _ = await solved(there, runs, figures("fluid"), How(kind=Kind.FLUID))
    assert name == "approximate"
    assert runs.held.of == {"text": "t", "overrides": {}}
    assert (runs.stale, runs.space_stale) == (False, True)
    asked = task(runs.about_space(module.protocol.STATES, start=0))
    _, what = await there.answer({"rows": []})
    assert what == {"text": "t", "overrides": {}, "start": 0}
    assert await asked == {"rows": []}


@pytest.mark.parametrize(
    ("error", "said"),
    [(Cancelled(), ("", "", [])), (REFUSED, ("no", "try this", [])), (Crashed("died"), ("died", "", [])),
     (WRONG, ("wrong text", "mend it", WRONG.problems))],
)  # fmt: skip
async def test_a_run_without_an_answer_says_why_and_what_there_was_stays(error, said):
    there, runs = desk()
    await solved(there, runs)
    before = runs.solved
    runs.edited("u")
    await solved(there, runs, error)
    told = there.heard[-1]
    assert isinstance(told, Stopped)
    assert (told.message, told.hint, told.problems) == said
    assert runs.solved is before
    assert runs.changed


async def test_a_run_that_is_overtaken_says_so():
    there, runs = desk()
    first = task(runs.solve(How()))
    await settled()
    assert runs.busy
    second = task(runs.ask("a question"))
    await first
    assert [type(told) for told in there.heard] == [GivenUp]
    await there.answer({"answer": 1})
    await second
    assert [type(told) for told in there.heard] == [GivenUp, Answered]
    assert there.patience == [module.PATIENCE]


async def test_of_three_wishes_in_a_row_the_last_has_its_turn():
    there, runs = desk()
    wishes = [task(runs.solve(How())) for _ in range(3)]
    await there.answer(figures())
    await asyncio.gather(*wishes)
    assert len(there.waiting) == 2  # the second was overtaken before its turn
    assert [type(told) for told in there.heard] == [Finished]
    assert runs.latest.number == 3


@pytest.mark.parametrize(
    ("error", "said"),
    [(Cancelled(), ("", "")), (Crashed("died"), ("died", "")), (REFUSED, ("no", "try this")),
     (WRONG, ("the model has an error: wrong text", "mend it"))],
)  # fmt: skip
async def test_a_line_without_an_answer_says_why(error, said):
    there, runs = desk()
    asked = task(runs.ask("x"))
    await there.answer(error)
    await asked
    (told,) = there.heard
    assert isinstance(told, Unanswered)
    assert (told.question, told.message, told.hint) == ("x", *said)


async def test_other_methods_are_asked_up_to_a_time():
    there, runs = desk(r=1.0)
    asked = task(runs.ask("x", until=7.0))
    name, what = await there.answer({"fluid": 1})
    await asked
    assert (name, what["until"], what["question"]) == ("by_others", 7.0, "x")
    assert isinstance(there.heard[-1], OthersAnswered)
    assert there.heard[-1].overrides == {"r": 1.0}


def checked(parameters, problems=()):
    return {"problems": list(problems), "more": {}, "parameters": parameters, "sizes": [], "through": {}}


async def test_a_check_of_an_older_text_is_dropped_and_errors_keep_the_parameters_there_were():
    there, runs = desk()
    check = task(runs.check())
    await there.answer(checked({"r": 1.0}), there.beside)
    await check
    assert (runs.checked, runs.well, runs.parameters.written) == (True, True, {"r": 1.0})
    runs.edited("u")
    assert (runs.checked, runs.well) == (False, False)
    check = task(runs.check())
    await settled()
    runs.edited("v")
    await there.answer(checked({"s": 1.0}), there.beside)
    await check
    assert (runs.checked, runs.parameters.written) == (False, {"r": 1.0})
    check = task(runs.check())
    await there.answer(checked(None, ["x"]), there.beside)
    await check
    assert (runs.checked, runs.well, runs.parameters.written) == (True, False, {"r": 1.0})
    assert [told.parameters is None for told in there.heard if isinstance(told, Checked)] == [False, True]


async def test_a_check_is_asked_for_again_where_its_worker_ends_but_not_for_ever(monkeypatch):
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0, 0.0))
    there, runs = desk()
    check = task(runs.check())
    await there.answer(Crashed("died"), there.beside)
    assert runs.unread
    await there.answer(checked({}), there.beside)
    await check
    assert (len(there.beside), runs.checked, runs.unread) == (2, True, False)
    runs.edited("u")
    check = task(runs.check())
    for _ in range(3):
        await there.answer(Crashed("died"), there.beside)
    await check
    assert (len(there.beside), runs.checked, runs.unread) == (5, False, True)
    assert not there.heard[-1].goes_on
    assert isinstance(there.heard[-1], Checking)
    runs.edited("v")
    assert not runs.unread
    check = task(runs.check())
    await there.answer(REFUSED, there.beside)
    await check
    assert (len(there.beside), runs.checked) == (6, False)  # the next edit asks again


async def test_once_another_document_is_shown_nothing_is_told_and_nobody_waits():
    there, runs = desk()
    there.run_worker = lambda work: task(work())
    run = task(runs.solve(How()))
    await settled()
    runs.leave()
    await settled()
    with pytest.raises(asyncio.CancelledError):
        await run
    runs.tell(Ended())
    assert there.heard == []
    assert there.patience == [module.PATIENCE]


async def test_a_question_about_a_solution_must_not_cost_it():
    there, runs = desk(r=1.0)
    asked = task(runs.influences("throughput(a)"))
    await settled()
    assert there.waiting[-1][1] == {
        "text": "t",
        "overrides": {"r": 1.0},
        "measure": "throughput(a)",
        "kind": Kind.EXACT,
    }
    await runs.cancel()
    assert there.patience == [module.GENTLE]
    told = await asked
    assert isinstance(told, Failed)
    assert str(told) == "cancelled"
    await runs.cancel()
    assert there.patience[-1] == module.PATIENCE
    asked = task(runs.elasticities("r"))
    await there.answer(REFUSED)
    assert await asked is REFUSED


async def test_steps_are_asked_beside_the_states_where_they_are_its_and_else_aside():
    there, runs = desk()
    for has_space, busy, long, where in [(False, False, False, "beside"), (False, False, True, "waiting"),
                                         (True, False, False, "waiting"), (True, True, True, "beside")]:  # fmt: skip
        if has_space and not runs.has_space:
            await solved(there, runs)
        run = task(runs.solve(How())) if busy else None
        await settled()
        step = task(runs.about_steps(module.protocol.STEP, long=long, place={}))
        _, what = await there.answer({"state": 1}, getattr(there, where))
        assert what == {"text": "t", "overrides": {}, "place": {}}
        assert await step == {"state": 1}
        if run:
            await there.answer(figures())
            await run


@pytest.mark.parametrize(("error", "said"), [(Cancelled(), "cancelled"), (Crashed("x"), "the states are gone")])
async def test_states_without_an_answer_say_why_and_a_long_question_ends(error, said):
    there, runs = desk()
    assert str(await runs.about_space(module.protocol.STATES)) == "there is no state space yet"
    asked = task(runs.about_states(module.protocol.STATES, long=True))
    await there.answer(error)
    assert said in str(await asked)
    assert [type(told) for told in there.heard] == [Ended]
    asked = task(runs.about_states(module.protocol.STATES))
    await there.answer({"rows": []})
    assert await asked == {"rows": []}
    assert len(there.heard) == 1  # what is short tells nothing
    aside = task(runs.ask_aside(module.protocol.OUTLINED))
    await there.answer(Crashed("died"), there.beside)
    assert (str(await aside), (await aside).hint) == ("died", "ask again")
