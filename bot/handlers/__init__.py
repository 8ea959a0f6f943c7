"""Which update is whose: private chats only; what is not listed here is left alone on purpose.

Messages in groups, channel posts, guest and business messages match none of the filters.
"""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.callbacks import BALLOT_FORM
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Commands
from bot.handlers.faults import Faults
from bot.handlers.feedback import Feedback
from bot.handlers.questions import Questions
from bot.handlers.tools import Tools

ALLOWED_UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY)
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
    application.add_handlers(
        [
            CommandHandler("start", commands.start, filters=new),
            CommandHandler("help", commands.help, filters=new),
            CommandHandler("privacy", commands.privacy, filters=new),
            CommandHandler("sources", commands.sources, filters=new),
            MessageHandler(new, questions.on_message),
            MessageHandler(edited, questions.on_edit),
            CallbackQueryHandler(feedback.on_press, pattern=BALLOT_FORM),
            CallbackQueryHandler(Buttons(tools).on_press),
        ]
    )
    application.add_error_handler(Faults(tools).on_error)
