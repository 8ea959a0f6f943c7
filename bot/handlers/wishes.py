"""A button below "nothing is close": tell me when there is context, and stop that again."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, MaybeInaccessibleMessage, Update
from telegram.ext import ContextTypes

from bot import wording
from bot.callbacks import LaterWish, decode_wish
from bot.grouped import claims_of
from bot.handlers.echo import echoed
from bot.handlers.keyboards import later_button
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.store.wishes import MOST_OF_ONE, Wish
from index.reference import references_from_json


class Wishes:
    """Keeps the claims of an answer without context, once its person asks for that."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep a wish or forget it, say what that means, and offer the opposite."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        t = await self._tools.translator(update)
        pressed = decode_wish(query.data)
        said = await self._carry_out(pressed, query.message, t) if pressed else None
        if pressed is None or said is None:
            gone = wording.not_kept(t)
            await self._tools.delivery.answer_callback(query.id, gone)
            chat_id, message_id = query.message.chat.id, query.message.message_id
            await self._tools.delivery.remove_buttons(chat_id, message_id)
            return
        words, kept = said
        await self._tools.delivery.answer_callback(query.id, words)
        button = later_button(pressed.answer_id, t, wanted=not kept)
        await self._tools.delivery.put_buttons(
            query.message.chat.id, query.message.message_id, InlineKeyboardMarkup([[button]])
        )

    async def _carry_out(
        self, pressed: LaterWish, shown: MaybeInaccessibleMessage, t: Translator
    ) -> tuple[str, bool] | None:
        """What to say, and whether the wish is kept now; None where its answer is gone."""
        wishes = self._tools.wishes
        if not pressed.wanted:
            await wishes.take(pressed.answer_id, chat_id=shown.chat.id)
            return t.gettext("I have forgotten the claim."), False
        answer = await self._tools.store.get(pressed.answer_id, chat_id=shown.chat.id)
        claims = (
            claims_of(echoed(shown)[0], len(references_from_json(answer.reference)))
            if answer
            else ()
        )
        if not claims:
            return None
        wish = Wish(
            id=pressed.answer_id,
            chat_id=shown.chat.id,
            message_id=shown.message_id,
            language=t.code,
            claims=claims,
        )
        if not await wishes.add(wish, checked=self._tools.service.generation or ""):
            most = t.gettext("I keep at most {count} claims for one person. Stop another first.")
            return most.format(count=MOST_OF_ONE), False
        words = t.ngettext(
            "I will write once if something close comes in within {count} day. "
            "Until then I keep the claim, encrypted.",
            "I will write once if something close comes in within {count} days. "
            "Until then I keep the claim, encrypted.",
            wishes.keep_days,
        )
        return words.format(count=wishes.keep_days), True
