"""Which update is whose; what is not listed here is left alone on purpose.

Messages in groups, channel posts and business messages match none of the filters: what somebody
writes to a business account is written to its owner, not to the bot.
"""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot import deeplink
from bot.callbacks import BALLOT_FORM, WISH_FORM
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Commands
from bot.handlers.faults import Faults
from bot.handlers.feedback import Feedback
from bot.handlers.inline import Inline
from bot.handlers.questions import Questions
from bot.handlers.shared import Shared
from bot.handlers.tools import Tools
from bot.handlers.wishes import Wishes

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.GUEST_MESSAGE,
)
"""What is asked of Telegram; everything else is not even sent."""


def register(
    application: Application[Any, Any, Any, Any, Any, Any],
    tools: Tools,
    *,
    answers_kept_days: int,
) -> None:
    """Put every handler into the application."""
    private = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    new = private & filters.UpdateType.MESSAGE
    edited = private & filters.UpdateType.EDITED_MESSAGE
    commands = Commands(tools, answers_kept_days=answers_kept_days)
    questions = Questions(tools)
    feedback = Feedback(tools)
    inline = Inline(tools)
    link = filters.Regex(rf"^/start(@\w+)? {deeplink.PATTERN}$")
    application.add_handlers(
        [
            CommandHandler("start", Shared(tools).on_start, filters=new & link),
            CommandHandler("start", commands.start, filters=new),
            CommandHandler("help", commands.help, filters=new),
            CommandHandler("privacy", commands.privacy, filters=new),
            CommandHandler("sources", commands.sources, filters=new),
            MessageHandler(new, questions.on_message),
            MessageHandler(edited, questions.on_edit),
            CallbackQueryHandler(feedback.on_press, pattern=BALLOT_FORM),
            CallbackQueryHandler(Wishes(tools).on_press, pattern=WISH_FORM),
            # Beside the turns: each letter that somebody types is a query of its own.
            InlineQueryHandler(inline.on_query, block=False),
            MessageHandler(filters.UpdateType.GUEST_MESSAGE, inline.on_guest),
            CallbackQueryHandler(Buttons(tools).on_press),
        ]
    )
    application.add_error_handler(Faults(tools).on_error)
