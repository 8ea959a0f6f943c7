"""Asking the bot from a chat that it is not in: inline queries, and mentions as a guest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.telegram.chats import Chat, ChatType
from support.telegram.content import Content, text
from support.telegram.messages import Message
from support.telegram.waiting import Bell

if TYPE_CHECKING:
    from support.telegram.people import User
    from support.telegram.world import World


@dataclass(slots=True, kw_only=True)
class Asked:
    """One inline query or mention and, once the bot gave it, the answer to it."""

    id: str
    person: User = field(repr=False)
    query: str = ""
    answer: dict[str, Any] | None = None
    """What the bot's call carried."""
    offered: list[dict[str, Any]] = field(default_factory=list)
    """The results; `fields` and `markup` hold each message as it would stand in a chat."""
    expired: bool = False
    bell: Bell = field(default_factory=Bell, repr=False)

    async def answered(self, *, timeout_s: float = 5.0) -> list[dict[str, Any]]:
        """The results that the bot offers.

        Raises:
            AssertionError: it offered nothing, not even an empty list.
        """
        if await self.bell.wait_for(lambda: self.answer, timeout_s) is None:
            story = self.person.world.story()
            raise AssertionError(f"No answer to {self.id} in {timeout_s} s\n{story}")
        return self.offered

    @property
    def button(self) -> str | None:
        """The words above the results."""
        button = (self.answer or {}).get("button")
        return button["text"] if button else None

    def choose(self, number: int, to: Chat) -> Message:
        """Tap a result: the person sends its message, by way of the bot."""
        world, result = self.person.world, self.offered[number]
        message = world.write(
            to,
            Content(fields=result["fields"]),
            sender=self.person.info,
            markup=result["markup"],
            extra={"via_bot": world.bot_as_user()},
        )
        chosen = {"result_id": result["id"], "from": self.person.info, "query": self.query}
        world.updates.push("chosen_inline_result", chosen)
        return message


def ask_inline(person: User, query: str, *, chat_type: str = "supergroup") -> Asked:
    """Type the bot's name and a query in some chat."""
    world = person.world
    if not world.bot["supports_inline_queries"]:
        raise ValueError("Inline mode is off; set world.bot['supports_inline_queries']")
    if len(query) > 256:
        raise ValueError("Telegram's apps cut inline queries at 256 characters")
    asked = Asked(id=world.new_id(), person=person, query=query)
    world.inline[asked.id] = asked
    world.updates.push(
        "inline_query",
        {
            "id": asked.id,
            "from": person.info,
            "query": query,
            "offset": "",
            "chat_type": chat_type,
        },
    )
    return asked


def mention_guest(
    person: User, what: str | Content, *, reply_to: dict[str, Any] | None = None
) -> Asked:
    """Mention the bot in a group that it is not a member of."""
    world = person.world
    message = guest_message(world, person, what)
    query = message.get("text") or message.get("caption") or ""
    asked = Asked(id=world.new_id(), person=person, query=query)
    world.guests[asked.id] = asked
    replied = {"reply_to_message": reply_to} if reply_to else {}
    world.updates.push("guest_message", message | {"guest_query_id": asked.id} | replied)
    return asked


def guest_message(world: World, person: User, what: str | Content) -> dict[str, Any]:
    """A message in a group that the bot is not in."""
    content = text(what) if isinstance(what, str) else what
    world.keep(content.files)
    return {
        "message_id": 900,
        "date": world.now(),
        "chat": {"id": -1_000_000_000_777, "type": str(ChatType.SUPERGROUP), "title": "Elsewhere"},
        "from": person.info,
        **content.fields,
    }
