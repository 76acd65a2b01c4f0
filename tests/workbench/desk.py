"""Runs of a document under an app and an engine that are neither: answers are given by hand."""

import asyncio

from workbench.engine.client import Cancelled, Failed
from workbench.run_messages import Running
from workbench.runs import Runs

REFUSED = Failed("no", "try this", [])
WRONG = Failed("wrong text", "mend it", [{"message": "x"}])


class Desk:
    """An app that hears messages, and an engine whose answers are given by hand."""

    def __init__(self):
        self.is_running, self.heard = True, []
        self.waiting, self.beside, self.patience = [], [], []
        self.begun = []  # what was to be done beside

    def post_message(self, message):
        if not isinstance(message, Running):
            self.heard.append(message)

    def run_worker(self, work):
        self.begun.append(work)

    @property
    def busy(self):
        return any(not future.done() for _, _, future in self.waiting)

    async def ask(self, operation, progress=None, part=None, **what):
        del progress
        self.part = part
        return await self._await(self.waiting, operation.name, what)

    async def quick(self, operation, progress=None, **what):
        del progress
        return await self._await(self.beside, operation.name, what)

    async def _await(self, asked, name, what):
        future = asyncio.get_running_loop().create_future()
        asked.append((name, what, future))
        return await future

    async def cancel(self, patience):
        self.patience.append(patience)
        for _, _, future in self.waiting:
            if not future.done():
                future.set_exception(Cancelled())
        await asyncio.sleep(0)  # meanwhile others wish for something

    async def answer(self, found, asked=None):
        """Answer what was asked last; return how it was asked."""
        await settled()
        name, what, future = (self.waiting if asked is None else asked)[-1]
        future.set_exception(found) if isinstance(found, Exception) else future.set_result(found)
        await settled()
        return name, what


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


def desk(text="t", **overrides):
    found = Desk()
    runs = Runs(found, found)
    runs.edited(text)
    runs.overrides = overrides
    return found, runs


def task(work):
    return asyncio.create_task(work)


def figures(kind="solved"):
    return {"kind": kind}
