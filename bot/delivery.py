"""Sending and editing: each chat's messages in order, retried where safe, never for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import ChatMigrated, TelegramError

from bot.attempts import Attempts, Mark
from bot.errors import LineFullError
from bot.lines import Lines, Pace, Sleep
from bot.refusals import Repeat, report, unless_same

_T = TypeVar("_T")

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# An answer that is there sooner needs no sign that it comes, which would cost a call of its own.
_TYPING_AFTER_S = 1.0
# Telegram shows "typing" for five seconds.
_TYPING_EVERY_S = 4.5
# Telegram forgets presses and queries within seconds.
_HASTE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message about to be sent: Telegram HTML and its buttons."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None


class Delivery:
    """What every message to Telegram goes through.

    Calls for one chat follow each other in the order they were made, at the pace that Telegram
    allows; chats do not wait for each other. A call that Telegram told to wait does so for that
    chat alone. An edit whose message got a newer one meanwhile is left out. What cannot be
    delivered is logged without the chat's number and reported to the caller as None or False:
    nothing raises but programming errors.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        pace: Pace | None = None,
        patience_s: float = 180.0,
        sleep: Sleep = asyncio.sleep,
        on_error: Callable[[str], None] = lambda _kind: None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            bot: makes the calls.
            pace: how often chats are written to; Telegram's limits if None.
            patience_s: longest time between tries of one call, in sum.
            sleep: how to wait, in seconds.
            on_error: is told the kind of each failed call.
        """
        self._bot = bot
        self._sleep = sleep
        self._typing: set[asyncio.Task[None]] = set()
        self._lines = Lines(pace or Pace(), sleep)
        self._attempts = Attempts(
            self._lines, patience_s=patience_s, sleep=sleep, on_error=on_error
        )

    @property
    def waiting(self) -> int:
        """Calls that wait for their turn or are under way."""
        return self._lines.waiting

    def flooded(self, chat_id: int) -> bool:
        """Whether Telegram wants nothing for a chat just now."""
        return self._lines.flooded(chat_id)

    def free(self, chat_id: int) -> bool:
        """Whether what is sent to a chat now is on its way at once."""
        return self._lines.free(chat_id)

    async def send(
        self,
        chat_id: int,
        message: Outgoing,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
        only_as_reply: bool = False,
        mark: Mark | None = None,
    ) -> int | None:
        """Send a message, as a reply where the message it answers still exists.

        Args:
            chat_id: the chat.
            message: what to send.
            reply_to: the message that it answers.
            thread_id: the topic of a forum; None for General and where there are no topics.
            only_as_reply: send nothing where the message that it answers is gone.
            mark: told when the call is being made, and when it surely did not arrive.

        Returns:
            The new message's number, or None where it was not delivered or may not have been.
        """
        sent = await self.send_and_read(
            chat_id,
            message,
            reply_to=reply_to,
            thread_id=thread_id,
            only_as_reply=only_as_reply,
            mark=mark,
        )
        return sent.message_id if sent else None

    async def send_and_read(
        self,
        chat_id: int,
        message: Outgoing,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
        only_as_reply: bool = False,
        mark: Mark | None = None,
    ) -> Message | None:
        """Send as `send` does; what comes back also holds the message that was replied to.

        Where the group became a supergroup meanwhile, the message goes there, and replies to
        nothing: there the message that it answers has another number, or none.
        """
        reply = None
        if reply_to is not None:
            reply = ReplyParameters(
                message_id=reply_to, allow_sending_without_reply=not only_as_reply
            )
        sent = await self._send(chat_id, message, reply, thread_id, mark)
        if isinstance(sent, ChatMigrated):
            sent = await self._send(sent.new_chat_id, message, None, None, mark)
        return sent if isinstance(sent, Message) else None

    async def _send(
        self,
        chat_id: int,
        message: Outgoing,
        reply: ReplyParameters | None,
        thread_id: int | None,
        mark: Mark | None,
    ) -> Message | ChatMigrated | None:
        async def call() -> Message | ChatMigrated:
            try:
                return await self._bot.send_message(
                    chat_id,
                    message.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=message.keyboard,
                    reply_parameters=reply,
                    message_thread_id=thread_id,
                    link_preview_options=_NO_PREVIEW,
                )
            except ChatMigrated as moved:
                return moved

        # In a group the bot speaks once; in private a lost answer is worse than a second one.
        repeat = Repeat.UNLESS_MAYBE_DONE if chat_id < 0 else Repeat.UNLESS_LIKELY_DONE
        try:
            async with self._lines.turn(chat_id) as turn:
                return await self._attempts.make("send", call, turn, repeat=repeat, mark=mark)
        except LineFullError as error:
            report("send", error)
            return None

    async def edit(self, chat_id: int, message_id: int, message: Outgoing) -> bool:
        """Put another content into a message of ours; false where it is not there any more."""

        async def call() -> bool:
            await self._bot.edit_message_text(
                message.html,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
            return True

        return await self._edit(chat_id, message_id, call, rewritten=True)

    async def remove_buttons(self, chat_id: int, message_id: int) -> bool:
        """Take the buttons from a message of ours and leave its text."""
        return await self.put_buttons(chat_id, message_id, None)

    async def put_buttons(
        self, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Put other buttons under a message of ours and leave its text."""

        async def call() -> bool:
            await self._bot.edit_message_reply_markup(
                chat_id=chat_id, message_id=message_id, reply_markup=keyboard
            )
            return True

        return await self._edit(chat_id, message_id, call, rewritten=False)

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Delete a message of ours; false where it is not there any more or too old for that."""

        async def call() -> bool:
            return await self._bot.delete_message(chat_id, message_id)

        return await self._edit(chat_id, message_id, call, rewritten=True)

    async def answer_callback(
        self, query_id: str, text: str | None = None, *, alert: bool = True
    ) -> None:
        """End the waiting sign of a pressed button, with a text where there is one.

        Args:
            query_id: of the press.
            text: at most 200 characters.
            alert: whether the person has to close it; otherwise it passes by itself.
        """

        async def call() -> bool:
            return await self._bot.answer_callback_query(
                query_id, text, show_alert=alert and text is not None
            )

        await self.promptly("callback", call)

    async def promptly(
        self,
        what: str,
        call: Callable[[], Awaitable[_T]],
        repeat: Repeat = Repeat.FREELY,
        *,
        patience_s: float = _HASTE_S,
    ) -> _T | None:
        """Answer a press or a query, or ask something: not in a chat's order.

        Args:
            what: for the log.
            call: makes the call.
            repeat: when it may be made again.
            patience_s: longest time between tries, in sum; Telegram forgets a press soon.

        Returns:
            What the call returned, or None where it was refused.
        """
        return await self._attempts.make(what, call, repeat=repeat, patience_s=patience_s)

    @asynccontextmanager
    async def typing(self, chat_id: int) -> AsyncIterator[None]:
        """Show "typing" in a chat while the body runs for long; failures do not matter."""

        async def type_once() -> None:
            if self._lines.flooded(chat_id):
                return
            with suppress(TelegramError):
                await self._bot.send_chat_action(chat_id, ChatAction.TYPING)

        async def keep_typing() -> None:
            await self._sleep(_TYPING_AFTER_S)
            while True:
                call = asyncio.create_task(type_once())
                self._typing.add(call)
                call.add_done_callback(self._typing.discard)
                # A call under way is left to end: cancelled, it would cost its connection.
                await asyncio.shield(call)
                await self._sleep(_TYPING_EVERY_S)

        task = asyncio.create_task(keep_typing())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _edit(
        self,
        chat_id: int,
        message_id: int,
        call: Callable[[], Awaitable[bool]],
        *,
        rewritten: bool,
    ) -> bool:
        turns = self._lines.turn(chat_id, edited=message_id, rewritten=rewritten)
        try:
            async with turns as turn:
                done = await self._attempts.make(
                    "edit", unless_same(call), turn, repeat=Repeat.FREELY
                )
                return bool(done) or turn.superseded
        except LineFullError as error:
            report("edit", error)
            return False
