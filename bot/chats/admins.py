"""Who may set something in a chat: asked of Telegram, remembered for moments."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from telegram import Bot, Message
from telegram.constants import ChatMemberStatus

from bot.delivery import Delivery

_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
_REMEMBERED = 10_000
_PRESS_S = 5.0
_MESSAGE_S = 60.0
"""A message can still be answered after a minute in which Telegram told the bot to wait."""


class Admins:
    """Knows the admins of chats; where Telegram does not say, nobody is one."""

    def __init__(
        self,
        bot: Bot,
        delivery: Delivery,
        *,
        keep_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._delivery = delivery
        self._keep_s = keep_s
        self._clock = clock
        self._known: OrderedDict[tuple[int, int], tuple[float, bool]] = OrderedDict()

    async def is_admin(self, chat_id: int, user_id: int, *, patience_s: float = _PRESS_S) -> bool:
        """Whether a member is an admin or the owner of a chat.

        Args:
            chat_id: the chat.
            user_id: the member.
            patience_s: how long Telegram is asked again where it cannot say.
        """
        key = (chat_id, user_id)
        until, known = self._known.get(key, (0.0, False))
        if self._clock() < until:
            return known
        ask = partial(self._bot.get_chat_member, chat_id, user_id)
        member = await self._delivery.promptly(
            "a question who is an admin", ask, patience_s=patience_s
        )
        if member is None:
            return False
        answer = member.status in _ADMINS
        self._known[key] = (self._clock() + self._keep_s, answer)
        self._known.move_to_end(key)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return answer

    def forget(self, chat_id: int, user_id: int) -> None:
        """Telegram told of a change."""
        self._known.pop((chat_id, user_id), None)

    async def wrote(self, message: Message) -> bool:
        """Whether an admin wrote a message; one who stays anonymous writes as the chat itself."""
        if message.sender_chat is not None:
            return message.sender_chat.id == message.chat_id
        return message.from_user is not None and await self.is_admin(
            message.chat_id, message.from_user.id, patience_s=_MESSAGE_S
        )
