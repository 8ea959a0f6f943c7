"""An answer as Telegram messages: pure, escaped, within the limits of a message."""

from __future__ import annotations

from collections.abc import Iterator

from bot import wording
from bot.headings import about, also_published, byline, highlighted, title
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
    split,
)
from bot.packing import Piece, lay_out, pack, pager
from bot.pages import Button, Page, View
from index.model import Answer, Article, Excerpt, Thread

CLAIM_UNITS = 200
"""How much of the claim is repeated above its answer, in UTF-16 units."""
_NOTE_UNITS = 300
# A passage with the most that can stand around it stays below the limit of a message.
_PART_UNITS = 2_000
# The two lanes are told apart at a glance.
_REPORTING_SIGN, _DISCUSSION_SIGN = "📰", "💬"


def render(
    answer: Answer,
    t: Translator,
    view: View = View.REPORTING,
    page: int = 0,
    *,
    above: Fragment | None = None,
) -> Page:
    """Show one page of an answer.

    Args:
        answer: what to show; a claim without text is not echoed.
        t: the language of everything around the verbatim texts.
        view: which lane; where that has nothing, the other one is shown.
        page: 0-based; beyond the end shows the last page.
        above: what stands on top of each page; the claim in short if None.

    Returns:
        HTML of at most 4096 UTF-16 units and 100 entities after parsing, and its buttons.
    """
    echo = echoed(answer) if above is None else above
    if answer.abstained or not answer.has_context:
        headline, caution = wording.nothing_close(t)
        return Page(html=join("\n\n", [echo, bold(plain(headline)), plain(caution)]).html)
    view = _available(answer, view)
    pieces = _reporting(answer, t) if view is View.REPORTING else _discussion(answer, t)
    pages = pack(list(pieces))
    page = min(max(page, 0), len(pages) - 1)
    top = _reporting_top(answer, t) if view is View.REPORTING else _discussion_top(answer, t)
    whole = join("\n\n", [echo, top, *lay_out(pages[page])])
    rows = [pager(t, view, page, len(pages))] if len(pages) > 1 else []
    rows += [*_to_replies(pages[page], t), *_to_other_view(answer, t, view)]
    return Page(html=whole.html, buttons=tuple(rows), view=view)


def echoed(answer: Answer) -> Fragment:
    """The claim in short, as it stands above its answer; nothing where it has no text."""
    return quote(plain(shorten(answer.claim.text, CLAIM_UNITS)))


def _available(answer: Answer, view: View) -> View:
    if view is View.REPORTING:
        return view if answer.reporting else View.DISCUSSION
    return view if answer.discussion else View.REPORTING


def _reporting_top(answer: Answer, t: Translator) -> Fragment:
    strength = _strength(answer, t, hint=wording.strength_hint(answer.strength, t))
    return join("\n\n", [strength, _heading(_REPORTING_SIGN, t.gettext("Reporting"))])


def _strength(answer: Answer, t: Translator, *, hint: str) -> Fragment:
    label = wording.strength_label(answer.strength, t)
    return join("\n", [bold(plain(label)), plain(hint)])


def _discussion_top(answer: Answer, t: Translator) -> Fragment:
    alone = t.gettext("No article in the collection is close to this.")
    missing = Fragment() if answer.reporting else _strength(answer, t, hint=alone)
    label = italic(plain(t.gettext("opinions of readers, not checked")))
    heading = join("\n", [_heading(_DISCUSSION_SIGN, t.gettext("What readers said")), label])
    return join("\n\n", [missing, heading])


def _heading(sign: str, words: str) -> Fragment:
    return bold(plain(f"{sign} {words}"))


def _reporting(answer: Answer, t: Translator) -> Iterator[Piece]:
    for group, article in enumerate(answer.reporting):
        heading = _article_heading(article, answer, t)
        for excerpt in article.passages:
            differing = wording.differing(excerpt, t)
            *parts, last = _parts(excerpt, t)
            below = italic(inline(differing, _NOTE_UNITS, rtl=t.rtl)) if differing else Fragment()
            for body in (*parts, join("\n", [last, below])):
                yield Piece(group=group, heading=heading, body=body)


def _discussion(answer: Answer, t: Translator) -> Iterator[Piece]:
    for thread in answer.discussion:
        heading = _thread_heading(thread, t)
        for remark in thread.remarks:
            above, below = about(remark, t)
            for body in _parts(remark.excerpt, t):
                yield Piece(
                    group=thread.head.document_id,
                    heading=heading,
                    body=join("\n", [above, body, below]),
                    remark=remark,
                )


def _article_heading(article: Article, answer: Answer, t: Translator) -> Fragment:
    note = article.head.source.note
    return join(
        "\n",
        [
            bold(title(article.head, t)),
            byline(article.head, t, wording.own_label(article, answer, t)),
            _filled(t.gettext("About the source: {note}"), t, _NOTE_UNITS, note=note)
            if note
            else Fragment(),
            also_published(article.head, t),
        ],
    )


def _thread_heading(thread: Thread, t: Translator) -> Fragment:
    under = fill(t.gettext("Under the article {title}"), title=bold(title(thread.head, t)))
    return join("\n", [under, byline(thread.head, t)])


def _filled(template: str, t: Translator, max_units: int, **texts: str) -> Fragment:
    values = {name: inline(text, max_units, rtl=t.rtl) for name, text in texts.items()}
    return italic(fill(template, **values))


def _parts(excerpt: Excerpt, t: Translator) -> Iterator[Fragment]:
    """A verbatim text as quotations that fit; where it is cut is said outside of them."""
    ranges = split(excerpt.text, _PART_UNITS)
    for start, end in ranges:
        before = "" if start == 0 else t.gettext("[…] continued")
        after = "" if end == len(excerpt.text) else t.gettext("[…] continued on the next page")
        verbatim = quote(highlighted(excerpt, start, end))
        yield join("\n", [italic(plain(before)), verbatim, italic(plain(after))])


def _to_replies(shown: list[Piece], t: Translator) -> Iterator[tuple[Button, ...]]:
    """A button for each comment on this page that somebody replied to."""
    remarks = {p.remark.comment_id: p.remark for p in shown if p.remark and p.remark.answered}
    for comment_id, remark in remarks.items():
        yield (
            Button(
                label=wording.replies_label(remark.author, t),
                view=View.DISCUSSION,
                page=0,
                comment=comment_id,
            ),
        )


def _to_other_view(answer: Answer, t: Translator, view: View) -> Iterator[tuple[Button, ...]]:
    if view is View.REPORTING and answer.discussion:
        label = t.gettext("What readers said ({count})").format(count=wording.remark_count(answer))
        yield (Button(label=f"{_DISCUSSION_SIGN} {label}", view=View.DISCUSSION, page=0),)
    if view is View.DISCUSSION and answer.reporting:
        label = f"{_REPORTING_SIGN} {t.gettext('Reporting')}"
        yield (Button(label=label, view=View.REPORTING, page=0),)
