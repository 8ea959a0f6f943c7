"""Being added, removed, blocked; a group that becomes a supergroup."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from telegram import (
    Bot,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import ContextTypes

from bot.chats.choices import Choice, Place, What, encode_choice
from bot.chats.panel import privacy_line
from bot.delivery import Outgoing
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.markup import Fragment, bold, fill, inline, join, plain

_INSIDE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
_TITLE_UNITS = 80


class Membership:
    """Keeps a row for each chat that the bot is in, and says a short hello in a new one."""

    def __init__(self, tools: Tools, bot: Bot) -> None:
        self._tools = tools
        self._bot = bot

    async def on_change(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Telegram changed the bot's place in a chat."""
        change = update.my_chat_member
        if change is None:
            return
        self._tools.admins.forget(change.chat.id, self._tools.me().id)
        before, now = _inside(change.old_chat_member), _inside(change.new_chat_member)
        if not now:
            await self._tools.chats.left(change.chat.id)
        elif change.chat.type == ChatType.PRIVATE:
            chats = self._tools.chats
            await chats.save(change.chat.id, await chats.get(change.chat.id))
        elif not before:
            await self._joined(change)

    async def on_migration(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """A group got another number; Telegram says so in both chats."""
        message = update.message
        if message is None:
            return
        old, new = message.chat_id, message.migrate_to_chat_id
        if message.migrate_from_chat_id is not None:
            old, new = message.migrate_from_chat_id, message.chat_id
        if new is not None:
            await self._tools.chats.migrate(old, new)

    async def _joined(self, change: ChatMemberUpdated) -> None:
        chats, chat = self._tools.chats, change.chat
        if await chats.present(chat.id):
            return
        # Privacy mode may have been switched since the start: it takes effect by adding anew.
        await self._tools.delivery.promptly("a look at itself", self._bot.get_me)
        t = await self._tools.translator_in(None, change.from_user)
        settings = await chats.get(chat.id)
        # Where nobody asks, nobody's language is known: that of whoever added the bot is used.
        await chats.save(chat.id, replace(settings, language=settings.language or t.code))
        if chat.type == ChatType.CHANNEL:
            await self._explain_channel(chat, change.from_user.id, t)
        else:
            await self._hello(chat, t)

    async def _hello(self, chat: Chat, t: Translator) -> None:
        sees_all = await self._sees_all(chat.id)
        label = t.gettext("Settings of this chat")
        data = encode_choice(Choice(what=What.OPEN, value=Place.MAIN))
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])
        hello = _hello(t, sees_all=sees_all)
        await self._tools.delivery.send(chat.id, Outgoing(html=hello.html, keyboard=keyboard))

    async def _hears(self, group_id: int) -> bool:
        """Whether it would see what a channel posts into its discussion group."""
        return await self._tools.chats.present(group_id) and await self._sees_all(group_id)

    async def _sees_all(self, chat_id: int) -> bool:
        me = self._tools.me()
        if me.can_read_all_group_messages:
            return True
        return await self._tools.admins.is_admin(chat_id, me.id)

    async def _explain_channel(self, channel: Chat, admin_id: int, t: Translator) -> None:
        """In private, to whoever added the bot; that succeeds if they ever started it."""
        look = partial(self._bot.get_chat, channel.id)
        found = await self._tools.delivery.promptly("a look at a channel", look)
        linked = found.linked_chat_id if found else None
        if linked is not None and await self._hears(linked):
            return
        title = inline(channel.title or "", _TITLE_UNITS, rtl=t.rtl)
        private = not self._tools.me().can_read_all_group_messages
        text = fill(_about_channel(t, linked=linked is not None, private=private), title=title)
        await self._tools.delivery.send(admin_id, Outgoing(html=text.html))


def _inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _INSIDE


def _hello(t: Translator, *, sees_all: bool) -> Fragment:
    how = t.gettext(
        "Reply to a message with /context or with my name, and I show what the collection holds"
        " about it, briefly and once."
    )
    lines = [
        bold(plain(t.gettext("Context for what you read"))),
        plain(how),
        plain(t.gettext("I never say whether something is true. That is for you to judge.")),
        Fragment() if sees_all else plain(privacy_line(t)),
    ]
    return join("\n\n", lines)


def _about_channel(t: Translator, *, linked: bool, private: bool) -> str:
    if linked and private:
        return t.gettext(
            "I am in your channel {title} now. Make me an admin of its discussion group too: there"
            " I reply, once, under each post that the collection has something close to."
        )
    if linked:
        return t.gettext(
            "I am in your channel {title} now. Add me to its discussion group too: there I reply,"
            " once, under each post that the collection has something close to."
        )
    return t.gettext(
        "Your channel {title} has no discussion group, so I write nothing there. Forward me a"
        " post here, and I show you its context."
    )
