"""What is said about an answer, alike in a chat and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import Translator
from bot.markup import shorten
from index.model import (
    Answer,
    Article,
    ArticleHead,
    Copy,
    DifferenceKind,
    Excerpt,
    Source,
    Strength,
)

if TYPE_CHECKING:
    from index.library import SourceSummary

PICTURE_SIGN = "🖼"
"""Stands below claims that were read from a picture; known again when a page is turned."""

_MENTIONS_SHOWN = 2
COPIES_SHOWN = 3
"""Of an article; a number stands for the others."""
_LABEL_NAME_UNITS = 24


def strength_label(strength: Strength, t: Translator) -> str:
    """The label of a strength: how near in content, never whether true."""
    if strength is Strength.STRONG:
        return t.gettext("Close match")
    return t.gettext("Related")


def strength_hint(strength: Strength, t: Translator) -> str:
    """What the label means for the reader."""
    if strength is Strength.STRONG:
        return t.gettext("These texts are about the same matter. Read and judge for yourself.")
    return t.gettext("Nothing here is quite about this; these texts come near it.")


def own_label(article: Article, answer: Answer, t: Translator) -> str:
    """The label of one article where it differs from that of the whole answer, else nothing."""
    if article.strength in (answer.strength, Strength.NONE):
        return ""
    return strength_label(article.strength, t)


def differing(excerpt: Excerpt, t: Translator) -> str:
    """One line on what the claim and a passage differ in, without judging; mostly nothing."""
    lines = []
    for found in excerpt.differences:
        if found.kind is not DifferenceKind.DENIAL:
            line = t.gettext("Differs: the message says {claim}, this passage says {passage}")
        elif found.claim:
            line = t.gettext("Differs: “{claim}” stands in the message only")
        else:
            line = t.gettext("Differs: “{passage}” stands in this passage only")
        lines.append(line.format(claim=found.claim, passage=found.passage))
    return "; ".join(lines)


def nothing_close(t: Translator) -> tuple[str, str]:
    """The abstention: what was found, and what that does not mean."""
    return (
        t.gettext("Nothing in the collection is close to this."),
        t.gettext(
            "That says nothing about whether it is true or false: only that the articles "
            "collected here do not speak of it. Other words for it, or one claim at a time, "
            "may find more."
        ),
    )


def of_unknown_page(answer: Answer) -> bool:
    """Whether it is to a message of nothing but links, none of them to a stored page."""
    return answer.abstained and bool(answer.claim.links) and not answer.claim.text


def unknown_page(t: Translator) -> str:
    """For an answer `of_unknown_page`."""
    return t.gettext(
        "The collection does not hold the page behind this link. Send me in words what it states."
    )


def not_kept(t: Translator) -> str:
    """For an answer that the bot has forgotten."""
    return t.gettext("This answer is no longer kept. Send the claim again.")


def withdrawn(t: Translator) -> str:
    """For an answer of which all was hidden or removed since."""
    return t.gettext("What this answer showed was withdrawn. Send the claim again.")


def from_picture(t: Translator) -> str:
    """That the claim above was not written by a person but read by a program."""
    words = t.gettext("Read from the picture; letters may be wrong.")
    return f"{PICTURE_SIGN} {words}"


def come_later(t: Translator) -> str:
    """Why an answer comes unasked."""
    words = t.gettext("You asked to be told when there is context for this.")
    return f"🔔 {words}"


def date_words(head: ArticleHead, t: Translator) -> str:
    """When an article was published, no more precisely than is known."""
    updated = [] if head.updated is None else [t.gettext("updated {date}").format(
        date=t.date(head.updated)
    )]  # fmt: skip
    if head.published is not None and head.published != head.updated:
        return " · ".join([t.date(head.published), *updated])
    if updated:
        return updated[0]
    mentioned = list(dict.fromkeys(t.date(mention.date) for mention in head.mentions))
    if not mentioned:
        return t.gettext("date not stated")
    dates = "; ".join(mentioned[:_MENTIONS_SHOWN])
    return t.gettext("date not stated; the text mentions {dates}").format(dates=dates)


def copy_words(copy: Copy, t: Translator) -> str:
    """Who published a copy of an article, and when."""
    published = [t.date(copy.published)] if copy.published else []
    return " · ".join([source_words(copy.source, t), *published])


def source_words(source: Source | SourceSummary, t: Translator) -> str:
    """The outlet's name, or that none is stated."""
    return source.name or source.domain or t.gettext("source not stated")


def author_words(author: str | None, t: Translator) -> str:
    """Who wrote a comment."""
    return author or t.gettext("anonymous reader")


def replies_label(author: str | None, t: Translator) -> str:
    """Leads to, and stands above, what was replied to somebody's comment."""
    name = shorten(author_words(author, t), _LABEL_NAME_UNITS)
    return t.gettext("Replies to {author}").format(author=name)


def remark_count(answer: Answer) -> int:
    """How many comments an answer holds."""
    return sum(len(thread.remarks) for thread in answer.discussion)


def introduction(t: Translator) -> tuple[str, ...]:
    """What the bot is: a title, and a few sentences."""
    return (
        t.gettext("Context for what you read"),
        t.gettext(
            "Forward me a message, or write me a claim. I look through a collection of "
            "articles and show the passages that come nearest to it, and what readers "
            "said about them."
        ),
        t.gettext("I never say whether something is true. That is for you to judge."),
    )


def instructions(t: Translator) -> tuple[str, ...]:
    """How to ask, and how to read an answer."""
    return (
        t.gettext(
            "Send or forward one claim at a time: a text, a picture with a caption, or "
            "the part of a message that you quote. If you edit your message, my answer "
            "changes with it."
        ),
        t.gettext(
            "“Reporting” quotes articles word for word, with source and date. “What "
            "readers said” quotes comments under articles: opinions that nobody checked."
        ),
        t.gettext(
            "“Close match” and “Related” say how near a text is to your claim, not who "
            "is right. When I find nothing, that says nothing about the claim."
        ),
    )
