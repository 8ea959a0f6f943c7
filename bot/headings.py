"""What stands above a quotation: title, source, date, author; and its nearest sentence in bold."""

from __future__ import annotations

from bot import wording
from bot.i18n import Translator
from bot.markup import Fragment, bold, fill, inline, italic, join, link, plain
from index.dates import PartialDate
from index.model import ArticleHead, Excerpt, Remark, Reply, Span

_TITLE_UNITS = 300
NAME_UNITS = 80
_REPLY_UNITS = 140
_ABOVE_UNITS = 80


def title(head: ArticleHead, t: Translator) -> Fragment:
    """The title, as a link where the article has a safe address."""
    words = head.title.strip() or t.gettext("untitled")
    return link(inline(words, _TITLE_UNITS, rtl=t.rtl), head.url)


def byline(head: ArticleHead, t: Translator, label: str = "") -> Fragment:
    """Source, author and date in one line, after a label of the article's own."""
    source = inline(wording.source_words(head.source, t), NAME_UNITS, rtl=t.rtl)
    author = inline(head.author or "", NAME_UNITS, rtl=t.rtl)
    dates = plain(wording.date_words(head, t))
    return join(" · ", [plain(label), source, author, dates])


def also_published(head: ArticleHead, t: Translator) -> Fragment:
    """Who else published the article, each with its own link."""
    if not head.copies:
        return Fragment()
    shown = [
        link(inline(wording.copy_words(copy, t), NAME_UNITS, rtl=t.rtl), copy.url)
        for copy in head.copies[: wording.COPIES_SHOWN]
    ]
    more = len(head.copies) - len(shown)
    if more:
        shown.append(plain(f"+{more}"))
    return fill(t.gettext("Also published by {copies}"), copies=join(", ", shown))


def about(remark: Remark, t: Translator) -> tuple[Fragment, Fragment]:
    """What stands above and below a comment."""
    lines = [said_by(remark.author, remark.published, t)]
    lines += [italic(_further_up(opening, t)) for opening in remark.above[:1]]
    if len(remark.above) > 1:
        lines.append(plain("…"))
    if remark.answers is not None:
        answered = wording.author_words(remark.answers.author, t)
        reply = fill(
            t.gettext("in reply to {author}: “{text}”"),
            author=inline(answered, NAME_UNITS, rtl=t.rtl),
            text=inline(remark.answers.text, _REPLY_UNITS, rtl=t.rtl),
        )
        lines.append(italic(reply))
    guess = t.gettext("where this comment begins and ends was guessed")
    return join("\n", lines), italic(plain(guess)) if remark.uncertain else Fragment()


def said_by(author: str | None, published: PartialDate | None, t: Translator) -> Fragment:
    """Who said something, and when."""
    who = bold(inline(wording.author_words(author, t), NAME_UNITS, rtl=t.rtl))
    return join(" · ", [who, plain(t.date(published)) if published else Fragment()])


def _further_up(reply: Reply, t: Translator) -> Fragment:
    return fill(
        "{author}: {text}",
        author=inline(wording.author_words(reply.author, t), NAME_UNITS, rtl=t.rtl),
        text=inline(reply.text, _ABOVE_UNITS, rtl=t.rtl),
    )


def highlighted(excerpt: Excerpt, start: int, end: int) -> Fragment:
    """The characters `start` to `end` of a verbatim text, its nearest sentence in bold."""
    text = excerpt.text
    end = start + len(text[start:end].rstrip())
    mark = excerpt.highlight or Span(start=end, end=end)
    first, last = (min(max(edge, start), end) for edge in (mark.start, mark.end))
    return plain(text[start:first]) + bold(plain(text[first:last])) + plain(text[last:end])
