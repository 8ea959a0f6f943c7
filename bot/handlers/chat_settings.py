"""/settings for a group's admins, /language for a person: one message, changed by its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    Update,
)
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.chats.choices import Choice, Place, What, chosen, decode_choice
from bot.chats.panel import (
    Panel,
    Surroundings,
    languages_page,
    main_page,
    page_of,
    sources_page,
    texts_page,
)
from bot.delivery import Outgoing
from bot.handlers.tools import Tools
from index.library import SourceSummary


class ChatSettingsPanel:
    """Shows what is set for a chat, and lets those change it who may."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def on_settings(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the panel in a group; only to admins."""
        message = update.message
        if message is None or not await self._tools.admins.wrote(message):
            return
        panel = await self._page(update, message, Choice(what=What.OPEN, value=Place.MAIN))
        await self._tools.delivery.send(
            message.chat_id,
            _outgoing(panel),
            reply_to=message.message_id,
            thread_id=message.message_thread_id if message.is_topic_message else None,
            only_as_reply=True,
        )

    async def on_language(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the languages in a private chat."""
        message = update.message
        if message is not None:
            panel = await self._page(
                update, message, Choice(what=What.OPEN, value=Place.LANGUAGES)
            )
            await self._tools.delivery.send(message.chat_id, _outgoing(panel))

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Change what was pressed and show the panel again."""
        query = update.callback_query
        choice = decode_choice(query.data) if query else None
        if query is None:
            return
        if query.message is None or choice is None:
            await self._tools.delivery.answer_callback(query.id)
            return
        t = await self._tools.translator(update)
        if not await self._may(query, query.message, choice):
            line = t.gettext("Only admins can change this.")
            await self._tools.delivery.answer_callback(query.id, line, alert=False)
            return
        await self._tools.delivery.answer_callback(query.id)
        chat_id, message_id = query.message.chat.id, query.message.message_id
        if choice.what is What.CLOSE:
            await self._tools.delivery.delete(chat_id, message_id)
            return
        await self._change(chat_id, choice)
        panel = await self._page(update, query.message, choice)
        await self._tools.delivery.edit(chat_id, message_id, _outgoing(panel))

    async def _may(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage, choice: Choice
    ) -> bool:
        if message.chat.type == ChatType.PRIVATE:
            return choice.what is What.LANGUAGE
        return await self._tools.admins.is_admin(message.chat.id, query.from_user.id)

    async def _change(self, chat_id: int, choice: Choice) -> None:
        if choice.what is What.OPEN:
            return
        before = await self._tools.chats.get(chat_id)
        after = chosen(
            before,
            choice,
            languages=self._tools.translators.codes,
            sources=await self._tools.service.sources(),
            held=await self._held() if choice.what is What.TEXTS else (),
        )
        if after != before:
            await self._tools.chats.save(chat_id, after)

    async def _held(self) -> set[str]:
        counts = await self._tools.service.languages()
        return {one.language for one in counts if one.language is not None}

    async def _page(
        self, update: Update, message: MaybeInaccessibleMessage, choice: Choice
    ) -> Panel:
        """The page that a press leads to, in the language that holds after it."""
        tools, chat = self._tools, message.chat
        t = await tools.translator(update)
        settings = await tools.chats.get(chat.id)
        if choice.value == Place.LANGUAGES or choice.what is What.LANGUAGE:
            back = chat.type != ChatType.PRIVATE
            return languages_page(settings.language, tools.translators.all, t, back=back)
        if choice.what is What.SOURCE or choice.value.startswith(Place.SOURCES):
            sources = await tools.service.sources()
            return sources_page(settings, sources, _page_number(choice, sources), t)
        if choice.what is What.TEXTS or choice.value == Place.TEXTS:
            return texts_page(settings, await tools.service.languages(), t)
        me = tools.me()
        sees_all = me.can_read_all_group_messages or await tools.admins.is_admin(chat.id, me.id)
        around = Surroundings(topic=_topic(message), sees_all=bool(sees_all))
        return main_page(settings, around, t)


def _page_number(choice: Choice, sources: Sequence[SourceSummary]) -> int:
    if choice.what is What.SOURCE:
        return page_of(sources, choice.value)
    number = choice.value.removeprefix(Place.SOURCES)
    return int(number) if number.isdecimal() else 0


def _topic(message: MaybeInaccessibleMessage) -> int | None:
    """The topic of a forum that a message stands in, 0 for General."""
    if not isinstance(message, Message) or not message.chat.is_forum:
        return None
    return message.message_thread_id or 0 if message.is_topic_message else 0


def _outgoing(panel: Panel) -> Outgoing:
    rows = [
        [InlineKeyboardButton(label, callback_data=data) for label, data in row]
        for row in panel.rows
    ]
    return Outgoing(html=panel.html, keyboard=InlineKeyboardMarkup(rows))
