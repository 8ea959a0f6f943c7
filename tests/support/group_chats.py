"""A group with an admin, a member and the bot, and answers that differ from claim to claim."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from support import answers as samples
from support.private_bot import Searching
from support.telegram import gatherings
from support.telegram.chats import Chat, ChatType
from support.telegram.messages import Message
from support.telegram.people import User
from support.telegram.server import Telegram

from bot.store import TABLES
from bot.store.database import Database
from index.model import Answer, Strength

OTHER = "Bats are blind and all of them have rabies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A group, its admin Ada, and Bea and Cem, who are members."""

    chat: Chat
    ada: User
    bea: User
    cem: User

    @classmethod
    async def founded(
        cls, telegram: Telegram, kind: ChatType = ChatType.SUPERGROUP, **info: object
    ) -> Town:
        """With the bot in it, whose hello was read."""
        world = telegram.world
        chat = gatherings.group(world, "Town", kind, **info)
        people = [
            world.user(number, first_name=name)
            for number, name in ((5, "Ada"), (6, "Bea"), (7, "Cem"))
        ]
        for user, status in zip(people, ("creator", "member", "member"), strict=True):
            gatherings.joins(chat, user, status)
        await telegram.world.called("getUpdates")
        gatherings.add_bot(chat, by=people[0])
        await chat.receives()
        ada, bea, cem = people
        return cls(chat=chat, ada=ada, bea=bea, cem=cem)

    async def panel(self, user: User | None = None, **where: int) -> Message:
        """The settings, as an admin asks for them."""
        asked = (user or self.ada).send("/settings", to=self.chat, **where)
        return await self.chat.receives(
            lambda m: m.reply_to is not None and m.reply_to.id == asked.id
        )

    async def set(self, *labels: str) -> None:
        """Press buttons of the panel one after another, and close it."""
        shown = await self.panel()
        for label in labels:
            press = self.ada.press(shown, label)
            await press.answered()
            shown = await self.chat.receives()
        self.ada.press(shown, "Done")
        await self.chat.loses(shown)


def other_sample(strength: Strength = Strength.STRONG, passage_id: int = 77) -> Answer:
    """An answer of one passage that no other sample shows."""
    text = "Bats see well, and few of them carry the virus."
    shown = samples.excerpt(text, passage_id=passage_id)
    title = "What bats carry"
    return samples.answer(
        strength=strength, reporting=(samples.article(shown, strength=strength, title=title),)
    )


def different(service: Searching) -> None:
    """The next claim finds other passages."""
    service.sample = other_sample()


async def until(folder: Path, query: str, expected: object) -> None:
    """Wait until the bot's own file answers a query with one value."""
    database = Database.open(folder / "bot.sqlite3", TABLES)
    try:
        for _ in range(3_000):
            found = await database.run(lambda connection: connection.execute(query).fetchone())
            if found is not None and found[0] == expected:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{query}: {found}, not {expected}")
    finally:
        await database.aclose()
