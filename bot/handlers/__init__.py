"""Which update is whose; what is not listed here is left alone on purpose.

Channel posts themselves and business messages match none of the filters: what somebody writes to a
business account is written to its owner, not to the bot. So it is with direct messages to a
channel, which the gate does not let in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from bot import deeplink
from bot.callbacks import BALLOT_FORM, OBJECTION_FORM, WISH_FORM
from bot.chats.choices import CHOICE_FORM
from bot.chats.posts import Posts
from bot.chores import Chore
from bot.handlers.briefly import Briefly
from bot.handlers.buttons import Buttons
from bot.handlers.chat_settings import ChatSettingsPanel
from bot.handlers.commands import Commands
from bot.handlers.correcting import Corrections
from bot.handlers.faults import Faults
from bot.handlers.feedback import Feedback
from bot.handlers.groups import Groups
from bot.handlers.inline import Inline
from bot.handlers.membership import Membership
from bot.handlers.objections import Objections
from bot.handlers.operating import Operating, Operators
from bot.handlers.personal import Personal
from bot.handlers.posts import ChannelPosts
from bot.handlers.questions import Questions
from bot.handlers.reactions import Reactions
from bot.handlers.shared import Shared
from bot.handlers.tools import Tools
from bot.handlers.upkeep import Upkeep
from bot.handlers.wishes import Wishes
from bot.limits import Allowance

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.GUEST_MESSAGE,
    Update.MESSAGE_REACTION,
    Update.MY_CHAT_MEMBER,
    Update.EDITED_CHANNEL_POST,
)
"""What is asked of Telegram; everything else is not even sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long things are kept, and how often it is looked for what is over."""

    answers_kept_days: int
    chat_grace_days: int
    chores_every_s: float
    corrections_every_s: float


def register(
    application: Application[Any, Any, Any, Any, Any, Any],
    tools: Tools,
    times: Times,
    allowance: Allowance,
    operators: Operators | None = None,
) -> list[Chore]:
    """Put every handler into the application, and return what is to be done beside them."""
    private = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    new = private & filters.UpdateType.MESSAGE
    edited = private & filters.UpdateType.EDITED_MESSAGE
    groups = filters.ChatType.GROUPS & ~filters.StatusUpdate.ALL
    new_in_group = groups & filters.UpdateType.MESSAGE
    edited_in_group = groups & filters.UpdateType.EDITED_MESSAGE
    post = filters.UpdateType.EDITED_CHANNEL_POST
    migrated = filters.ChatType.GROUPS & filters.StatusUpdate.MIGRATE

    commands = Commands(tools, times.answers_kept_days, times.chat_grace_days)
    questions = Questions(tools)
    feedback = Feedback(tools)
    personal = Personal(tools, feedback)
    link = filters.Regex(rf"^/start(@\w+)? {deeplink.PATTERN}$")
    panel = ChatSettingsPanel(tools)
    membership = Membership(tools, application.bot)
    briefly = Briefly(tools)
    inline = Inline(tools, briefly, allowance)
    in_groups = Groups(tools, briefly)
    posts = ChannelPosts(tools, briefly, Posts())
    reactions = Reactions(tools, briefly)
    if operators is not None:
        application.add_handlers(Operating(tools, operators).handlers(new))
    application.add_handlers(
        [
            CommandHandler("start", Shared(tools).on_start, filters=new & link),
            CommandHandler("start", commands.start, filters=new),
            CommandHandler("help", commands.help, filters=new),
            CommandHandler("privacy", commands.privacy, filters=new),
            CommandHandler("mydata", personal.mydata, filters=new),
            CommandHandler("forget", personal.forget, filters=new),
            CommandHandler("sources", commands.sources, filters=new),
            CommandHandler(["language", "settings"], panel.on_language, filters=new),
            MessageHandler(new, questions.on_message),
            MessageHandler(edited, questions.on_edit),
            CallbackQueryHandler(Wishes(tools).on_press, pattern=WISH_FORM),
            CommandHandler("settings", panel.on_settings, filters=new_in_group),
            MessageHandler(groups & filters.IS_AUTOMATIC_FORWARD, posts.on_copy),
            MessageHandler(new_in_group, in_groups.on_message),
            MessageHandler(edited_in_group, in_groups.on_edit),
            MessageHandler(post, posts.on_original_edit),
            MessageHandler(migrated, membership.on_migration),
            MessageReactionHandler(reactions.on_reaction),
            ChatMemberHandler(membership.on_change, ChatMemberHandler.MY_CHAT_MEMBER),
            CallbackQueryHandler(feedback.on_press, pattern=BALLOT_FORM),
            CallbackQueryHandler(Objections(tools).on_press, pattern=OBJECTION_FORM),
            CallbackQueryHandler(panel.on_press, pattern=CHOICE_FORM),
            # Beside the turns: each letter that somebody types is a query of its own.
            InlineQueryHandler(inline.on_query, block=False),
            MessageHandler(filters.UpdateType.GUEST_MESSAGE, inline.on_guest),
            CallbackQueryHandler(Buttons(tools).on_press),
        ]
    )
    application.add_error_handler(Faults(tools).on_error)
    upkeep = Upkeep(tools, chat_grace_days=times.chat_grace_days, in_use=reactions.waiting)
    return [
        Chore(name=name, every_s=times.chores_every_s, do=do)
        for name, do in (
            ("replies", upkeep.delete_replies),
            ("keeping", upkeep.forget),
            ("posts", posts.look_again),
        )
    ] + [
        Chore(
            name="corrections",
            every_s=times.corrections_every_s,
            do=Corrections(tools).look,
        )
    ]
