"""The people of the world: they write, forward, edit, press buttons, block, and read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.telegram import content as contents
from support.telegram.chats import Chat, ChatType
from support.telegram.content import Content
from support.telegram.entities import utf16_length
from support.telegram.jsonvalue import Json
from support.telegram.messages import Message, thread_of
from support.telegram.origins import Origin
from support.telegram.waiting import Bell

if TYPE_CHECKING:
    from support.telegram.world import World

_albums = itertools.count(13_000_000_000_000_000)
MAX_TEXT = 4096


@dataclass(slots=True, kw_only=True)
class Press:
    """One press of a button and, once the bot gave it, the answer to it."""

    id: str
    world: World = field(repr=False)
    answer: dict[str, Any] | None = None
    """What `answerCallbackQuery` carried: `text`, `show_alert`, `url`."""
    expired: bool = False
    """Set it to let the bot be too late."""
    bell: Bell = field(default_factory=Bell, repr=False)

    async def answered(self, *, timeout_s: float = 5.0) -> dict[str, Any]:
        """The bot's answer to the press.

        Raises:
            AssertionError: the button kept spinning.
        """
        answer = await self.bell.wait_for(lambda: self.answer, timeout_s)
        if answer is None:
            raise AssertionError(f"No answer to a press in {timeout_s} s\n{self.world.story()}")
        return answer


class User:
    """A person with a private chat with the bot."""

    def __init__(self, world: World, info: dict[str, Any], private: Chat) -> None:
        self.world = world
        self.info = info
        """The Bot API's `User`."""
        self.private = private

    @property
    def id(self) -> int:
        """The user's id, which is also the private chat's."""
        return int(self.info["id"])

    def send(
        self,
        what: str | Content,
        *,
        to: Chat | None = None,
        reply_to: Message | None = None,
        quote: str | None = None,
        origin: Origin | None = None,
        thread: int | None = None,
        sender_chat: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> Message:
        """Write into the private chat, or into another one.

        Args:
            what: Words, or anything from `support.telegram.content`.
            to: Another chat than the private one.
            reply_to: The message this one replies to.
            quote: The part of `reply_to` that is quoted.
            origin: Where it is forwarded from (`support.telegram.origins`).
            thread: The topic of a forum.
            sender_chat: The chat in whose name it is written.
            extra: Any other fields of the Bot API's `Message`.
        """
        chat = to or self.private
        content = contents.text(what) if isinstance(what, str) else what
        if utf16_length(content.fields.get("text", "")) > MAX_TEXT:
            raise ValueError(f"Telegram's apps split a text over {MAX_TEXT}; send it in parts")
        more = dict(extra or {})
        if origin:
            more["forward_origin"] = origin
        if quote is not None:
            more["quote"] = _quote(reply_to, quote)
        if thread is not None:
            more |= {"message_thread_id": thread, "is_topic_message": True}
            # What answers nobody in a topic replies to the message that opened it.
            reply_to = reply_to or chat.message(thread)
        elif reply_to is not None and chat.type is ChatType.SUPERGROUP:
            more |= thread_of(reply_to)
        message = self.world.write(
            chat,
            content,
            sender=self.info,
            sender_chat=sender_chat,
            reply_to=reply_to,
            extra=more,
        )
        if self.world.bot_hears(message):
            kind = "channel_post" if chat.type is ChatType.CHANNEL else "message"
            self.world.updates.push(kind, message.json())
        return message

    def forward(
        self, what: str | Content, origin: Origin, *, to: Chat | None = None, **more: Json
    ) -> Message:
        """Forward something that first stood elsewhere."""
        return self.send(what, to=to, origin=origin, **more)

    def send_album(
        self, parts: Sequence[Content], *, to: Chat | None = None, origin: Origin | None = None
    ) -> list[Message]:
        """Send several photos or files as one album; only the first may have a caption."""
        group = {"media_group_id": str(next(_albums))}
        return [self.send(part, to=to, origin=origin, extra=group) for part in parts]

    def edit(self, message: Message, what: str | Content) -> Message:
        """Change a message that this person wrote."""
        content = contents.text(what) if isinstance(what, str) else what
        current = message.chat.message(message.id)
        post = message.chat.type is ChatType.CHANNEL
        own = current is not None and current.sender == self.info
        if current is None or not (own or post):
            raise ValueError(f"{self.info['first_name']} cannot edit message {message.id}")
        changed = current.edited_to(content.fields, current.markup)
        self.world.keep(content.files)
        message.chat.put(changed)
        if self.world.bot_hears(changed):
            self.world.updates.push(
                "edited_channel_post" if post else "edited_message", changed.json()
            )
        return changed

    def press(self, message: Message, label: str, *, inaccessible: bool = False) -> Press:
        """Press a button under a message, as it stands there now.

        Args:
            message: Any version of the message.
            label: The button's text, or a part of it that no other button has.
            inaccessible: As if the message were so old that Telegram sends no content.

        Raises:
            AssertionError: there is no such button, or it does not call the bot.
        """
        current = message.chat.message(message.id)
        if current is None:
            raise AssertionError(f"Message {message.id} is gone, nobody can press its buttons")
        button = current.button(label)
        if button.data is None:
            raise AssertionError(f"Button {button.text!r} opens {button.url}, it calls no bot")
        return self.press_data(current, button.data, inaccessible=inaccessible)

    def press_data(self, message: Message, data: str, *, inaccessible: bool = False) -> Press:
        """Send any callback data, such as that of an old version or of a forger."""
        press = self.world.new_press()
        shown = message.json()
        if inaccessible:
            shown = {"chat": shown["chat"], "message_id": message.id, "date": 0}
        query = {
            "id": press.id,
            "from": self.info,
            "message": shown,
            "chat_instance": str(message.chat.id * 7_919),
            "data": data,
        }
        self.world.updates.push("callback_query", query)
        return press

    def block(self) -> None:
        """Stop the bot; every further call to the private chat is refused with 403."""
        self._set_blocked(True)

    def unblock(self) -> None:
        """Start the bot again."""
        self._set_blocked(False)

    def _set_blocked(self, blocked: bool) -> None:
        member = {"status": "member", "user": self.world.bot_as_user()}
        kicked = {"status": "kicked", "user": self.world.bot_as_user(), "until_date": 0}
        self.private.blocked = blocked
        change = {
            "chat": self.private.json(),
            "from": self.info,
            "date": self.world.now(),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        self.world.updates.push("my_chat_member", change)

    async def receives(
        self, where: Callable[[Message], bool] | None = None, *, timeout_s: float = 5.0
    ) -> Message:
        """The next message that the bot sends or edits in the private chat."""
        return await self.private.receives(where, timeout_s=timeout_s)

    async def receives_nothing(self, *, within_s: float = 0.3) -> None:
        """Hold that the bot stays silent in the private chat."""
        await self.private.receives_nothing(within_s=within_s)


def _quote(reply_to: Message | None, words: str) -> dict[str, Any]:
    if reply_to is None or words not in reply_to.text:
        raise ValueError("A quote is a part of the message that is replied to")
    position = utf16_length(reply_to.text[: reply_to.text.index(words)])
    return {"text": words, "position": position, "is_manual": True}
