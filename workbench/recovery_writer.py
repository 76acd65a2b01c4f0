"""Recovery files are brought to disk beside the keys; those of long texts are written there too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from pepa.language.saving import put_on_disk
from workbench.document import Document, recovery_file, remember

LONG = 1_000_000  # characters, from which writing them takes longer than a key may wait


class RecoveryWriter:
    """Keeps the texts it is given, of each model the last one; `amiss` hears of what cannot be written."""

    def __init__(self, amiss: Callable[[OSError], None]) -> None:
        self._amiss = amiss
        self._waiting: dict[Path, Document] = {}
        self._writing: asyncio.Task[None] | None = None

    def keep(self, document: Document) -> None:
        """Write the unsaved text of a document, or remove what was written where all is saved."""
        if not self._writing and len(document.text) + len(document.raw) < LONG and not self._written(document):
            return
        self._waiting[recovery_file(document.path, document.slot)] = document
        if self._writing is None:
            self._writing = asyncio.create_task(self._work())

    async def settled(self) -> None:
        """Wait until nothing is being written any more."""
        while self._writing is not None:
            await asyncio.shield(self._writing)

    def _written(self, document: Document) -> bool:
        """Write it at once; return whether there is a file then that may not be on disk."""
        try:
            remember(document)
        except OSError as error:
            self._amiss(error)
            return False
        return document.dirty

    async def _work(self) -> None:
        while self._waiting:
            file, document = next(iter(self._waiting.items()))
            del self._waiting[file]
            try:
                await asyncio.to_thread(remember, document)
            except OSError as error:
                self._amiss(error)
            else:
                await asyncio.to_thread(put_on_disk, file)
        self._writing = None
