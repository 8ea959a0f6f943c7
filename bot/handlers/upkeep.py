"""What is to be cleared away: replies after their hours, rows after their days."""

from __future__ import annotations

from bot.handlers.tools import Tools

_DAY_S = 86_400


class Upkeep:
    """Deletes what is over."""

    def __init__(self, tools: Tools, *, chat_grace_days: int) -> None:
        self._tools = tools
        self._grace_s = chat_grace_days * _DAY_S

    async def delete_replies(self) -> None:
        """Delete the bot's own replies in chats that want that."""
        tools = self._tools
        for chat_id, message_id in await tools.replies.due():
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
