"""An answer in a terminal: the same words as in a chat, with its markup as type."""

from __future__ import annotations

import gettext
import unicodedata

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot import wording
from bot.i18n import ENGLISH, Translator
from bot.markup import is_web_url, shorten
from bot.render import CLAIM_UNITS
from index.model import Answer, ArticleHead, Excerpt, Remark

_INDENT = 2
_REPLY_UNITS = 140
# Control characters and lone surrogates; joiners, which spelling needs, are not among them.
_UNPRINTABLE = {"Cc", "Cs"}


def print_answer(answer: Answer, console: Console, t: Translator | None = None) -> None:
    """Write a whole answer; a pipe gets plain text.

    Args:
        answer: what to write.
        console: where to; its width is kept to.
        t: the language, English without it.
    """
    t = t or Translator(ENGLISH, gettext.NullTranslations())
    for part in _answer(answer, t):
        console.print(part, soft_wrap=False)


def _answer(answer: Answer, t: Translator) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if claim := shorten(answer.claim.text, CLAIM_UNITS):
        parts += [Text(f"> {_plain(claim)}", style="italic"), Text()]
    if answer.abstained or not (answer.reporting or answer.discussion):
        headline, caution = wording.nothing_close(t)
        return [*parts, Text(headline, style="bold"), Text(caution)]
    label, hint = (w(answer.strength, t) for w in (wording.strength_label, wording.strength_hint))
    parts += [Text.assemble((label, "bold"), f". {hint}"), Text()]
    return [*parts, *_reporting(answer, t), *_discussion(answer, t)]


def _reporting(answer: Answer, t: Translator) -> list[RenderableType]:
    if not answer.reporting:
        return []
    parts: list[RenderableType] = [_heading(t.gettext("Reporting")), Text()]
    for article in answer.reporting:
        parts += _head(article.head, t, wording.own_label(article, answer, t))
        if note := article.head.source.note:
            about = t.gettext("About the source: {note}").format(note=note)
            parts.append(Text(_plain(about), style="italic"))
        for excerpt in article.passages:
            parts += [_indented(_verbatim(excerpt)), Text()]
    return parts


def _discussion(answer: Answer, t: Translator) -> list[RenderableType]:
    if not answer.discussion:
        return []
    label = t.gettext("opinions of readers, not checked")
    heading = _heading(t.gettext("What readers said")) + Text(f" ({label})", style="italic")
    parts: list[RenderableType] = [heading, Text()]
    for thread in answer.discussion:
        parts += _head(thread.head, t)
        for remark in thread.remarks:
            parts += [_indented(_remark(remark, t)), Text()]
    return parts


def _head(head: ArticleHead, t: Translator, label: str = "") -> list[RenderableType]:
    title = Text(_plain(" ".join(head.title.split())) or t.gettext("untitled"), style="bold")
    byline = [label, wording.source_words(head.source, t), head.author or ""]
    byline.append(wording.date_words(head, t))
    lines: list[RenderableType] = [title, Text(_plain(" · ".join(b for b in byline if b)))]
    if is_web_url(head.url):
        # Never folded: a broken address cannot be opened.
        lines.append(Text(head.url or "", style="underline", no_wrap=True, overflow="ignore"))
    return lines


def _remark(remark: Remark, t: Translator) -> RenderableType:
    who = Text(_plain(wording.author_words(remark.author, t)), style="bold")
    if remark.published is not None:
        who.append(f" · {t.date(remark.published)}", style="not bold")
    lines: list[RenderableType] = [who]
    if remark.answers is not None:
        reply = t.gettext("in reply to {author}: “{text}”").format(
            author=wording.author_words(remark.answers.author, t),
            text=shorten(remark.answers.text, _REPLY_UNITS),
        )
        lines.append(Text(_plain(reply), style="italic"))
    lines.append(_indented(_verbatim(remark.excerpt)))
    if remark.uncertain:
        guess = t.gettext("where this comment begins and ends was guessed")
        lines.append(Text(guess, style="italic"))
    return Group(*lines)


def _verbatim(excerpt: Excerpt) -> Text:
    if excerpt.highlight is None:
        return Text(_plain(excerpt.text))
    start, end = excerpt.highlight.start, excerpt.highlight.end
    return Text.assemble(
        _plain(excerpt.text[:start]),
        (_plain(excerpt.text[start:end]), "bold"),
        _plain(excerpt.text[end:]),
    )


def _heading(words: str) -> Text:
    return Text(words.upper(), style="bold underline")


def _indented(inner: RenderableType) -> Padding:
    return Padding(inner, (0, 0, 0, _INDENT))


def _plain(text: str) -> str:
    """Without control characters: a stored text must not steer the terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNPRINTABLE)
