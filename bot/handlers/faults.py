"""What nobody foresaw: a short line for the person, the same number in the log."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import Path

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.delivery import Outgoing
from bot.handlers.tools import Tools
from bot.markup import plain

_log = logging.getLogger(__name__)
_PLACES = 6


class Faults:
    """Keeps exception texts out of chats, and people's texts out of logs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log the kind and the place of an error, and tell the person its number."""
        fault_id = secrets.token_hex(4)
        _log.error("fault %s: %s", fault_id, _describe(context.error))
        if not isinstance(update, Update):
            return
        t = await self._tools.translator(update)
        line = t.gettext("Something went wrong on my side. Please try again. (Number {id})")
        line = line.format(id=fault_id)
        chat = update.effective_chat
        if update.callback_query is not None:
            await self._tools.delivery.answer_callback(update.callback_query.id, line)
        elif chat is not None and chat.type == ChatType.PRIVATE:
            await self._tools.delivery.send(chat.id, Outgoing(html=plain(line).html))


def _describe(error: BaseException | None) -> str:
    """Kinds and places of an error and its causes: their messages may hold people's texts."""
    if error is None:
        return "unknown"
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    kind = f"{type(error).__module__}.{type(error).__qualname__} at {places or 'nowhere'}"
    cause = error.__cause__
    return kind if cause is None else f"{kind}; caused by {_describe(cause)}"
