"""Commands of the operators in their private chats; for anybody else there are none.

They are in English, as the operator's area and the command line are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot.delivery import Outgoing
from bot.errors import CommandError
from bot.handlers.tools import Tools
from bot.markup import plain
from bot.metrics import age_s
from bot.takedowns import counted, hide_named, said_of, unhide_named
from index.errors import LibraryError
from index.library import Library

_AS_FAR_AS_KEPT = "In groups and inline, where nothing was found, nothing is counted."
_HOW_TO_HIDE = (
    "Say what and why: /hide LINK REASON, or /hide comment:NUMBER REASON. Nothing was hidden."
)
_HOW_TO_UNHIDE = "Say what: /unhide LINK, or /unhide comment:NUMBER. Nothing changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """Who they are, and what they rule over."""

    users: frozenset[int]
    """Numbers of Telegram users."""
    library: Library


class Operating:
    """How it stands, and takedowns on the way."""

    def __init__(self, tools: Tools, operators: Operators) -> None:
        self._tools = tools
        self._users = operators.users
        self._library = operators.library

    def handlers(self, where: filters.BaseFilter) -> list[CommandHandler[Any, Any]]:
        """The commands; messages of anybody else pass by them."""
        ours = where & filters.User(self._users)
        return [
            CommandHandler("status", self.status, filters=ours),
            CommandHandler("stats", self.stats, filters=ours),
            CommandHandler("hide", self.hide, filters=ours),
            CommandHandler("unhide", self.unhide, filters=ours),
        ]

    async def status(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Which index answers, how old it is, what the collection holds, what waits."""
        service = self._tools.service
        state = await asyncio.to_thread(self._library.state)
        passages = ", ".join(f"{n:,} {lane}" for lane, n in state.passages.items())
        lines = [
            f"Index in use: {service.generation or 'none'}",
            f"Built: {_since(service.built_at)}" if service.built_at else "",
            f"Documents: {state.documents:,} with {state.comments:,} comments",
            f"Passages: {passages}",
            f"Waiting: {service.waiting:,} claims, {self._tools.delivery.waiting:,} calls",
        ]
        await self._say(update, "\n".join(filter(None, lines)))

    async def stats(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """How many answers were given today, and how many abstentions."""
        today = datetime.now(UTC).date().isoformat()
        counts = {s: n for day, s, n in await self._tools.store.by_day() if day == today}
        abstained = counts.pop("none", 0)
        kinds = "".join(f", {n:,} {strength}" for strength, n in sorted(counts.items()))
        answers = f"Answers: {sum(counts.values()):,}{kinds}"
        lines = [f"{today} (UTC)", answers, f"Abstentions: {abstained:,}", _AS_FAR_AS_KEPT]
        await self._say(update, "\n".join(lines))

    async def hide(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/hide LINK_OR_NUMBER REASON."""
        what, *reason = context.args or [""]
        if not reason:
            await self._say(update, _HOW_TO_HIDE)
            return
        await self._change(
            update, lambda: said_of(*hide_named(self._library, [what], " ".join(reason)))
        )

    async def unhide(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/unhide LINK_OR_NUMBER."""
        what = context.args
        if not what:
            await self._say(update, _HOW_TO_UNHIDE)
            return
        await self._change(
            update, lambda: f"{counted(unhide_named(self._library, what))} shown again."
        )

    async def _change(self, update: Update, change: Callable[[], str]) -> None:
        try:
            said = await asyncio.to_thread(change)
        except (CommandError, LibraryError) as error:
            said = str(error)
        await self._say(update, said)

    async def _say(self, update: Update, text: str) -> None:
        message = update.message
        if message is not None:
            line = Outgoing(html=plain(text).html)
            await self._tools.delivery.send(message.chat_id, line, reply_to=message.message_id)


def _since(built_at: datetime) -> str:
    age = timedelta(seconds=int(age_s(built_at)))
    return f"{built_at:%Y-%m-%d %H:%M} UTC, {age} ago"
