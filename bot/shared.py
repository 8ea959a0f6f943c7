"""An answer as messages that a person can share: each with its source and a way to the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot import deeplink, wording
from bot.grouped import claims_above
from bot.i18n import Translator
from bot.markup import shorten
from bot.pages import Page, View
from bot.render import render
from index.model import Answer, ArticleHead, Excerpt
from index.reference import AnswerReference

_TITLE_UNITS = 120
_DESCRIPTION_UNITS = 200
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def results(
    answer: Answer, t: Translator, bot_name: str, *, note: str = ""
) -> list[InlineQueryResultArticle]:
    """One result an article and one a discussion; none where nothing is close.

    Args:
        answer: what was found.
        t: the language of the person who asks.
        bot_name: the bot's user name, for the link to the whole answer.
        note: a line below the claim, as on where it comes from.
    """
    if answer.abstained:
        return []
    whole = whole_button(AnswerReference.of(answer), t, bot_name)
    keyboard = InlineKeyboardMarkup([[whole]])
    return [
        InlineQueryResultArticle(
            id=str(number),
            title=shorten(title, _TITLE_UNITS),
            description=shorten(description, _DESCRIPTION_UNITS),
            input_message_content=_content(page),
            reply_markup=keyboard,
        )
        for number, (title, description, page) in enumerate(_parts(answer, t, note))
    ]


def single(
    answer: Answer, t: Translator, bot_name: str, *, note: str = ""
) -> InlineQueryResultArticle:
    """The one message that says most, as in `results`; an abstention where nothing is close."""
    found = results(answer, t, bot_name, note=note)
    if found:
        return found[0]
    if wording.of_unknown_page(answer):
        return line(wording.unknown_page(t))
    headline, caution = wording.nothing_close(t)
    above = claims_above([answer], t, 0, note=note)
    return InlineQueryResultArticle(
        id="0",
        title=headline,
        description=caution,
        input_message_content=_content(render(answer, t, above=above)),
    )


def line(words: str) -> InlineQueryResultArticle:
    """A message of one line, which is no answer."""
    return InlineQueryResultArticle(
        id="0",
        title=words,
        input_message_content=InputTextMessageContent(words),
    )


def _parts(answer: Answer, t: Translator, note: str) -> Iterator[tuple[str, str, Page]]:
    """Title, description and message of each result."""
    above = claims_above([answer], t, 0, note=note)
    for article in answer.reporting:
        alone = replace(answer, strength=article.strength, reporting=(article,), discussion=())
        yield (
            article.head.title or t.gettext("untitled"),
            _described(article.head, article.passages[0], t),
            render(alone, t, above=above),
        )
    for thread in answer.discussion:
        alone = replace(answer, discussion=(thread,))
        title = f"{t.gettext('What readers said')}: {thread.head.title or t.gettext('untitled')}"
        described = _described(thread.head, thread.remarks[0].excerpt, t)
        yield title, described, render(alone, t, View.DISCUSSION, above=above)


def _described(head: ArticleHead, excerpt: Excerpt, t: Translator) -> str:
    source = wording.source_words(head.source, t)
    return f"{source} · {wording.date_words(head, t)} · {' '.join(excerpt.text.split())}"


def _content(page: Page) -> InputTextMessageContent:
    return InputTextMessageContent(
        page.html, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
    )


def whole_button(reference: AnswerReference, t: Translator, bot_name: str) -> InlineKeyboardButton:
    """A button that opens the whole answer in the bot's private chat."""
    link = f"https://t.me/{bot_name}?start={deeplink.encode(reference)}"
    return InlineKeyboardButton(t.gettext("Full context"), url=link)
