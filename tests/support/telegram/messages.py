"""A message as it stands in a chat, and what a person sees of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from support.telegram.entities import Entity, utf16_slice
from support.telegram.keyboards import Button, rows_of

if TYPE_CHECKING:
    from support.telegram.chats import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One version of a message; an edit makes a new version under the same id."""

    chat: Chat = field(repr=False, compare=False)
    id: int
    date: int
    sender: dict[str, Any] | None = field(repr=False)
    """A `User` of the Bot API; None in a channel."""
    from_bot: bool = False
    """Whether the bot under test wrote it; in a channel nothing else tells."""
    content: dict[str, Any]
    """The fields of the Bot API's `Message` that hold text or media."""
    sender_chat: dict[str, Any] | None = None
    reply_to: Message | None = field(default=None, repr=False)
    markup: dict[str, Any] | None = None
    """An inline keyboard."""
    edit_date: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """Any other field of the Bot API's `Message`: forward_origin, quote, message_thread_id..."""

    @property
    def text(self) -> str:
        """The text or the caption, without markup."""
        return self.content.get("text") or self.content.get("caption") or ""

    @property
    def entities(self) -> list[Entity]:
        """What is bold, a link and so on, in UTF-16 offsets."""
        return self.content.get("entities") or self.content.get("caption_entities") or []

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The buttons as they are laid out."""
        return rows_of(self.markup)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order."""
        return tuple(button for row in self.rows for button in row)

    @property
    def edited(self) -> bool:
        """Whether this is not the first version."""
        return self.edit_date is not None

    def marked(self, kind: str) -> list[str]:
        """The parts of the text that have one kind of entity: `marked("bold")`."""
        return [self.covered(e) for e in self.entities if e["type"] == kind]

    def covered(self, entity: Entity) -> str:
        """The part of the text under an entity."""
        return utf16_slice(self.text, entity["offset"], entity["length"])

    @property
    def links(self) -> dict[str, str]:
        """The words of each link and where it leads."""
        return {self.covered(e): e["url"] for e in self.entities if e["type"] == "text_link"}

    def button(self, label: str) -> Button:
        """The button with this label, or the only one that contains it.

        Raises:
            AssertionError: there is none, or several; names those that exist.
        """
        exact = [b for b in self.buttons if b.text == label]
        near = exact or [b for b in self.buttons if label in b.text]
        if len(near) != 1:
            labels = [b.text for b in self.buttons]
            raise AssertionError(f"No single button {label!r} under message {self.id}: {labels}")
        return near[0]

    def json(self, *, nested: bool = False) -> dict[str, Any]:
        """The Bot API's `Message`; a nested one carries no message it replies to."""
        value: dict[str, Any] = {
            "message_id": self.id,
            "date": self.date,
            "chat": self.chat.json(),
            **self.extra,
            **self.content,
        }
        if self.sender:
            value["from"] = self.sender
        if self.sender_chat:
            value["sender_chat"] = self.sender_chat
        if self.markup:
            value["reply_markup"] = self.markup
        if self.edit_date:
            value["edit_date"] = self.edit_date
        if self.reply_to and not nested:
            value["reply_to_message"] = self.reply_to.json(nested=True)
        return value

    def edited_to(self, content: dict[str, Any], markup: dict[str, Any] | None) -> Message:
        """The next version."""
        now = self.chat.world.now()
        return replace(self, content=content, markup=markup, edit_date=now)


def thread_of(replied: Message) -> dict[str, Any]:
    """The thread that a reply in a supergroup belongs to: a topic, or a conversation."""
    topic = replied.extra.get("is_topic_message")
    thread = {"message_thread_id": replied.extra.get("message_thread_id", replied.id)}
    return thread | {"is_topic_message": True} if topic else thread
