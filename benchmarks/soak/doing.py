"""What everything that people do is made of: who, what, and what has to come of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from support.telegram.messages import Message
from support.telegram.people import User

from benchmarks.soak.claims import Known
from benchmarks.soak.ledger import Deed, Ledger, Prompt, standing
from benchmarks.soak.town import Town

_T = TypeVar("_T")
NOTHING_CLOSE = "Nothing in the collection is close to this."
LOOK_S = 0.5
_PATIENCE_S = 90.0
_FIRST_NEWCOMER = 900_000


@dataclass(slots=True, kw_only=True)
class Doing:
    """Chooses, notes, and goes on later with what takes several steps."""

    town: Town
    claims: Sequence[Known]
    ledger: Ledger
    chance: Random
    steps: set[asyncio.Task[None]] = field(default_factory=set)
    """What goes on beside everything else."""
    _newcomers: int = 0

    def person(self) -> User:
        """Somebody who has a private chat with the bot."""
        return self.chance.choice(self.town.people)

    def newcomer(self) -> User:
        """Somebody of whom nobody has heard."""
        self._newcomers += 1
        return self.town.world.user(_FIRST_NEWCOMER + self._newcomers)

    def claim(self, *, close: bool = False) -> Known:
        """Any claim, or one to which something is close."""
        while True:
            known = self.chance.choice(self.claims)
            if known.title or not close:
                return known

    def note(self, kind: str, known: Known, *messages: Message) -> Deed:
        """Messages that make a claim, to which one answer has to come."""
        return self.note_as(kind, known.title or NOTHING_CLOSE, *messages)

    def note_as(self, kind: str, shows: str | None, *messages: Message) -> Deed:
        """Messages to which these words have to come, or nothing."""
        deed = Deed(kind=kind, at=time.monotonic(), messages=messages, shows=shows)
        self.ledger.deeds.append(deed)
        return deed

    def prompt(self, kind: str) -> Prompt:
        """A press or a query that has to be answered."""
        prompt = Prompt(kind=kind, at=time.monotonic())
        self.ledger.prompts.append(prompt)
        return prompt

    def press(self, kind: str, person: User, message: Message, label: str) -> None:
        """Press a button."""
        pressed, prompt = person.press(message, label), self.prompt(kind)

        async def look() -> None:
            if await comes(lambda: pressed.answer) is not None:
                prompt.reply = "answered"

        self.later(look())

    async def answer(self, deed: Deed) -> Message | None:
        """What stands as the answer, once it shows what it should; None if it never does."""

        def look() -> Message | None:
            right = (m for m in standing(deed) if deed.shows and deed.shows in m.text)
            return next(right, None)

        return await comes(look)

    def later(self, steps: Coroutine[None, None, None]) -> None:
        """Go on with this beside everything else."""
        task = asyncio.create_task(steps)
        self.steps.add(task)
        task.add_done_callback(self.steps.discard)


async def comes(look: Callable[[], _T | None]) -> _T | None:
    """Look again and again until something is there; None after a long time."""
    for _ in range(int(_PATIENCE_S / LOOK_S)):
        if (found := look()) is not None:
            return found
        await asyncio.sleep(LOOK_S)
    return None
