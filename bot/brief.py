"""The short form of an answer for groups: the best passage, one remark at most, no buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot import wording
from bot.headings import about, byline, highlighted, title
from bot.i18n import Translator
from bot.markup import (
    Fragment,
    bold,
    fill,
    inline,
    italic,
    join,
    plain,
    quote,
    shorten,
    utf16_units,
)
from index.model import Answer, Article, ArticleHead, Excerpt, Strength, Thread

_PASSAGE_UNITS = 500
_REMARK_UNITS = 250
_CLAIM_UNITS = 120
_NOTE_UNITS = 200
_CUT = "[…]"


def render_brief(answers: Sequence[Answer], t: Translator, *, note: str = "") -> Fragment:
    """The nearest of the answers to one message, in short.

    Args:
        answers: to all claims of the message, in order, at least one.
        t: the language of everything around the verbatim texts.
        note: a line below the claim on where it comes from; the claim is not repeated where
            the message says itself, and alone, what it states.

    Returns:
        About 1,500 UTF-16 units at most; the abstention in a line or two where nothing is near.
    """
    answer = nearest(answers)
    if not answer.has_context:
        if wording.of_unknown_page(answer):
            return plain(wording.unknown_page(t))
        headline, _ = wording.nothing_close(t)
        caution = t.gettext("That says nothing about whether it is true.")
        claim = _claim(answer, note) if note else Fragment()
        return join("\n", [claim, bold(plain(headline)), plain(caution)])
    claim = _claim(answer, note) if note or len(answers) > 1 else Fragment()
    label = bold(plain(wording.strength_label(answer.strength, t)))
    parts = [join("\n", [claim, label])]
    if answer.reporting:
        parts.append(_reporting(answer.reporting[0], t))
    if answer.discussion:
        parts.append(_remark(answer.discussion[0], answer, t))
    return join("\n\n", parts)


def _claim(answer: Answer, note: str) -> Fragment:
    return join(
        "\n", [quote(plain(shorten(answer.claim.text, _CLAIM_UNITS))), italic(plain(note))]
    )


def nearest(answers: Sequence[Answer]) -> Answer:
    """The answer to show in short: a close one before a related one, else the first."""
    for strength in (Strength.STRONG, Strength.RELATED):
        for answer in answers:
            if answer.strength is strength and answer.has_context:
                return answer
    return answers[0]


def _reporting(article: Article, t: Translator) -> Fragment:
    passage = article.passages[0]
    differing = wording.differing(passage, t)
    below = italic(inline(differing, _NOTE_UNITS, rtl=t.rtl)) if differing else Fragment()
    return join("\n", [*_provenance(article.head, t), _excerpt(passage, _PASSAGE_UNITS), below])


def _remark(thread: Thread, answer: Answer, t: Translator) -> Fragment:
    remark = thread.remarks[0]
    label = plain("💬 ") + italic(plain(t.gettext("opinions of readers, not checked")))
    above, below = about(remark, t)
    place = [fill(t.gettext("Under the article {title}"), title=bold(title(thread.head, t)))]
    if thread.head.document_id not in [a.head.document_id for a in answer.reporting[:1]]:
        place.append(byline(thread.head, t))
    return join("\n", [label, *place, above, _excerpt(remark.excerpt, _REMARK_UNITS), below])


def _provenance(head: ArticleHead, t: Translator) -> tuple[Fragment, ...]:
    note = Fragment()
    if head.source.note:
        words = inline(head.source.note, _NOTE_UNITS, rtl=t.rtl)
        note = italic(fill(t.gettext("About the source: {note}"), note=words))
    return bold(title(head, t)), byline(head, t), note


def _excerpt(excerpt: Excerpt, max_units: int) -> Fragment:
    """The text, or of a long one its nearest sentence, or the beginning of that; cuts are said."""
    start, end = 0, len(excerpt.text)
    if utf16_units(excerpt.text) > max_units:
        if excerpt.highlight is not None:
            start, end = excerpt.highlight.start, excerpt.highlight.end
        end = start + _fitting_length(excerpt.text[start:end], max_units)
    before = plain("" if start == 0 else _CUT)
    after = plain("" if end >= len(excerpt.text.rstrip()) else _CUT)
    return join("\n", [before, quote(highlighted(excerpt, start, end)), after])


def _fitting_length(text: str, max_units: int) -> int:
    """Characters of a text that fit, cut at a word where there is one."""
    if utf16_units(text) <= max_units:
        return len(text)
    # At worst each character counts twice.
    fits = next(n for n in range(max_units, 0, -1) if utf16_units(text[:n]) <= max_units)
    space = text.rfind(" ", fits // 2, fits)
    return space if space > 0 else fits
