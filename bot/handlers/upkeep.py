"""What is to be cleared away: replies after their hours, rows after their days."""

from __future__ import annotations

from collections.abc import Collection

from bot.handlers.tools import Tools

_DAY_S = 86_400


class Upkeep:
    """Deletes what is over."""

    def __init__(
        self, tools: Tools, *, chat_grace_days: int, in_use: Collection[tuple[int, int]]
    ) -> None:
        """Nothing is deleted yet.

        Args:
            tools: of the bot.
            chat_grace_days: how long the rows of a chat outlive the bot's removal from it.
            in_use: chats and messages that are not deleted while they are in it.
        """
        self._tools = tools
        self._in_use = in_use
        self._grace_s = chat_grace_days * _DAY_S

    async def delete_replies(self) -> None:
        """Delete replies in chats that want that, and signs of waiting that a crash left."""
        tools = self._tools
        # What is in use now may be an answer that stays by the time it is looked at.
        spared = frozenset(self._in_use)
        for chat_id, message_id in await tools.replies.due():
            if (chat_id, message_id) in spared.union(self._in_use):
                continue
            await tools.delivery.delete(chat_id, message_id)
            await tools.replies.deleted(chat_id, message_id)
            await tools.store.forget_message(chat_id=chat_id, answer_id=message_id)

    async def forget(self) -> None:
        """Delete what is too old, and all of chats that the bot has been out of for long."""
        tools = self._tools
        await tools.replies.sweep()
        for chat_id in await tools.chats.left_longer_than(self._grace_s):
            await tools.personal.forget(chat_id)
            await tools.chats.forget(chat_id)
        if tools.unanswered is not None:
            await tools.unanswered.sweep()
