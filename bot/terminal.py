"""An answer in a terminal: the same words as in a chat, with its markup as type."""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot import wording
from bot.i18n import ENGLISH, Translator
from bot.markup import is_web_url, shorten
from bot.render import CLAIM_UNITS
from index.model import Answer, ArticleHead, Excerpt, Remark

_INDENT = 2
_LINE_UNITS = 300
_REPLY_UNITS = 140
# Control characters and lone surrogates; joiners, which spelling needs, are not among them.
_UNPRINTABLE = {"Cc", "Cs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A paragraph at some depth; a `whole` one is never folded."""

    text: Text
    depth: int = 0
    whole: bool = False


_BLANK = _Line(text=Text())


def print_answer(answer: Answer, console: Console, t: Translator | None = None) -> None:
    """Write a whole answer.

    Args:
        answer: what to write.
        console: a terminal gets lines of its width and type; a pipe plain, unfolded lines.
        t: the language, English without it.
    """
    t = t or Translator(ENGLISH, gettext.NullTranslations())
    for line in _answer(answer, t):
        # Padding around nothing is no line at all.
        if console.is_terminal and line.text and not line.whole:
            padding = (0, 0, 0, _INDENT * line.depth)
            console.print(Padding(line.text, padding, expand=False))
        else:
            for part in line.text.split("\n", allow_blank=True):
                indented = Text(" " * _INDENT * line.depth) + part
                console.print(indented, soft_wrap=True)


def _answer(answer: Answer, t: Translator) -> Iterator[_Line]:
    if claim := shorten(answer.claim.text, CLAIM_UNITS):
        yield _Line(text=Text(f"> {printable(claim)}", style="italic"))
        yield _BLANK
    if wording.of_unknown_page(answer):
        yield _Line(text=Text(wording.unknown_page(t)))
        yield _BLANK
        return
    if answer.abstained or not answer.has_context:
        headline, caution = wording.nothing_close(t)
        yield _Line(text=Text(headline, style="bold"))
        yield _Line(text=Text(caution))
        yield _BLANK
        return
    hint = wording.strength_hint(answer.strength, t)
    if not answer.reporting:
        hint = t.gettext("No article in the collection is close to this.")
    label = wording.strength_label(answer.strength, t)
    yield _Line(text=Text.assemble((label, "bold"), f". {hint}"))
    yield _BLANK
    yield from _reporting(answer, t)
    yield from _discussion(answer, t)


def _reporting(answer: Answer, t: Translator) -> Iterator[_Line]:
    if answer.reporting:
        yield _heading(t.gettext("Reporting"))
        yield _BLANK
    for article in answer.reporting:
        yield _Line(text=Text(_title(article.head, t), style="bold"))
        yield from _origin(article.head, t, wording.own_label(article, answer, t))
        if note := article.head.source.note:
            about = t.gettext("About the source: {note}").format(note=shorten(note, _LINE_UNITS))
            yield _Line(text=Text(printable(about), style="italic"))
        yield from _also(article.head, t)
        for excerpt in article.passages:
            yield _Line(text=_verbatim(excerpt), depth=1)
            if differing := wording.differing(excerpt, t):
                yield _Line(text=Text(printable(differing), style="italic"), depth=1)
            yield _BLANK


def _also(head: ArticleHead, t: Translator) -> Iterator[_Line]:
    for copy in head.copies[: wording.COPIES_SHOWN]:
        words = _one_line(wording.copy_words(copy, t))
        yield _Line(text=Text(t.gettext("Also published by {copies}").format(copies=words)))
        if is_web_url(copy.url):
            yield _Line(text=Text(copy.url or "", style="underline"), whole=True)
    more = len(head.copies) - wording.COPIES_SHOWN
    if more > 0:
        yield _Line(text=Text(t.gettext("Also published by {copies}").format(copies=f"+{more}")))


def _discussion(answer: Answer, t: Translator) -> Iterator[_Line]:
    if answer.discussion:
        yield _heading(t.gettext("What readers said"))
        yield _Line(text=Text(t.gettext("opinions of readers, not checked"), style="italic"))
        yield _BLANK
    above: ArticleHead | None = None
    for thread in answer.discussion:
        if thread.head != above:
            under = t.gettext("Under the article {title}").format(title=_title(thread.head, t))
            yield _Line(text=Text(under, style="bold"))
            yield from _origin(thread.head, t)
        above = thread.head
        for remark in thread.remarks:
            yield from _remark(remark, t)
            yield _BLANK


def _remark(remark: Remark, t: Translator) -> Iterator[_Line]:
    who = Text(_one_line(wording.author_words(remark.author, t)), style="bold")
    if remark.published is not None:
        who.append(f" · {t.date(remark.published)}", style="not bold")
    yield _Line(text=who, depth=1)
    if remark.answers is not None:
        reply = t.gettext("in reply to {author}: “{text}”").format(
            author=_one_line(wording.author_words(remark.answers.author, t)),
            text=printable(shorten(remark.answers.text, _REPLY_UNITS)),
        )
        yield _Line(text=Text(reply, style="italic"), depth=1)
    yield _Line(text=_verbatim(remark.excerpt), depth=2)
    if remark.uncertain:
        guess = t.gettext("where this comment begins and ends was guessed")
        yield _Line(text=Text(guess, style="italic"), depth=1)


def _title(head: ArticleHead, t: Translator) -> str:
    return _one_line(head.title) or t.gettext("untitled")


def _origin(head: ArticleHead, t: Translator, label: str = "") -> Iterator[_Line]:
    names = [_one_line(wording.source_words(head.source, t)), _one_line(head.author or "")]
    byline = [label, *names, wording.date_words(head, t)]
    yield _Line(text=Text(" · ".join(part for part in byline if part)))
    if is_web_url(head.url):
        # A broken address cannot be opened.
        yield _Line(text=Text(head.url or "", style="underline"), whole=True)


def _verbatim(excerpt: Excerpt) -> Text:
    text, mark = excerpt.text, excerpt.highlight
    if mark is None:
        return Text(printable(text))
    return Text.assemble(
        printable(text[: mark.start]),
        (printable(text[mark.start : mark.end]), "bold"),
        printable(text[mark.end :]),
    )


def _heading(words: str) -> _Line:
    return _Line(text=Text(words.upper(), style="bold underline"))


def _one_line(text: str) -> str:
    return printable(shorten(text, _LINE_UNITS))


def printable(text: str) -> str:
    """Without control characters: a stored text must not steer the terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNPRINTABLE)
