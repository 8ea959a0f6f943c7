"""Buttons that open an answer as a page."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardButton, WebAppInfo

from bot.i18n import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """Where people reach the pages."""

    public_url: str
    """What stands before every path."""

    def address(self, answer_id: str, t: Translator) -> str:
        """The page of an answer, in a language."""
        return f"{self.public_url.rstrip('/')}/c/{answer_id}?lang={t.code}"

    def in_private(self, answer_id: str, t: Translator) -> InlineKeyboardButton:
        """Opens inside Telegram, which wants a certificate for that; else in the browser."""
        url = self.address(answer_id, t)
        if url.startswith("https://"):
            return InlineKeyboardButton(_label(t), web_app=WebAppInfo(url))
        return InlineKeyboardButton(_label(t), url=url)

    def in_group(self, answer_id: str, t: Translator) -> InlineKeyboardButton:
        """Opens in the browser: in groups Telegram has no other way."""
        return InlineKeyboardButton(_label(t), url=self.address(answer_id, t))


def _label(t: Translator) -> str:
    return t.gettext("Read in place")
