"""What exports of whole sites share: discussions with gaps, and notes on the whole file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.errors import TooLargeError
from index.model import Document, Paragraph
from index.readers.comments import Told, check_count, own_quotes
from index.readers.fields import clean_name, one_line, parse_published
from index.readers.limits import Limits
from index.readers.records import Record, check_paragraphs, head_of, with_comments
from index.readers.urls import canonical

MAX_HELD_BYTES = 1024**3
"""Memory, roughly, for comments that are held at a time: about a million of usual length."""
MAX_ARTICLES = 500_000
"""Articles, or writers, that are kept track of in one file."""

_COMMENT_BYTES = 500
_LEFT_OUT_FACTOR = 10
_UNSTATED = "0000-00-00"
_OPENING_CHARS = 80


@dataclass(slots=True, kw_only=True)
class Budget:
    """How much memory comments may still take; shared by the discussions of a file."""

    where: str
    left: int = MAX_HELD_BYTES

    def spend(self, paragraphs: Sequence[Paragraph] = ()) -> None:
        """Account for a comment, or for the place of one.

        Raises:
            TooLargeError: nothing is left.
        """
        self.left -= _COMMENT_BYTES + sum(len(paragraph.text) for paragraph in paragraphs)
        if self.left < 0:
            raise TooLargeError(
                f"{self.where} has too many comments to hold together, about a million; "
                "export it in parts."
            )


class Discussion:
    """The comments of one article, and the places of those that are left out."""

    def __init__(self, limits: Limits, budget: Budget) -> None:
        self._limits = limits
        self._budget = budget
        self._told: list[Told] = []
        self._shown = 0

    def add(self, told: Told) -> None:
        """Take a comment that is shown.

        Raises:
            TooLargeError: there are too many, or it is too long.
        """
        self._shown += 1
        check_count(self._shown, self._limits, self._budget.where)
        check_paragraphs(told.paragraphs, self._limits, self._budget.where)
        self._budget.spend(told.paragraphs)
        self._told.append(replace(told, paragraphs=own_quotes(told.paragraphs)))

    def leave_out(self, key: str | None, parent: str | None) -> None:
        """Note where a comment stands that is not shown: replies to it may be.

        Raises:
            TooLargeError: there are far too many.
        """
        if len(self._told) - self._shown > _LEFT_OUT_FACTOR * self._limits.max_comments:
            raise TooLargeError(
                f"{self._budget.where} has more than {_LEFT_OUT_FACTOR} times as many spam or "
                f"deleted comments as the {self._limits.max_comments:,} that a document may have; "
                "empty the spam folder and export again."
            )
        self._budget.spend()
        self._told.append(Told(key=key, parent=parent))

    def told(self) -> list[Told]:
        """The comments in order; of those left out only the ones that some reply needs."""
        by_key: dict[str, Told] = {}
        for one in self._told:
            if one.key is not None:
                by_key.setdefault(one.key, one)
        needed: set[str] = set()
        for one in self._told:
            parent = one.parent if one.paragraphs else None
            while parent is not None and parent not in needed:
                needed.add(parent)
                parent = by_key[parent].parent if parent in by_key else None
        return [one for one in self._told if one.paragraphs or one.key in needed]


def check_articles(count: int, where: str) -> None:
    """Refuse a file with more articles or writers than can be kept track of.

    Raises:
        TooLargeError: there are more than `MAX_ARTICLES`.
    """
    if count > MAX_ARTICLES:
        raise TooLargeError(
            f"{where} names more than {MAX_ARTICLES:,} articles or writers; export it in parts."
        )


def told_of(
    key: str, parent: str, author: str, published: str, paragraphs: tuple[Paragraph, ...]
) -> Told:
    """A comment from texts of which each may be empty; a date that cannot be read is left out."""
    try:
        date = parse_published(published) if published else None
    except ValueError:
        date = None
    return Told(
        key=key or None,
        parent=parent or None,
        author=clean_name(author),
        published=date,
        paragraphs=paragraphs,
    )


def document_of(
    values: Mapping[str, str],
    body: tuple[Paragraph, ...],
    told: Sequence[Told],
    where: str,
    limits: Limits,
) -> Document:
    """The document of an exported article.

    Args:
        values: texts as `Record` names them, each possibly empty; `record` is its id.
        body: its paragraphs, possibly none.
        told: its comments.
        where: the file and the article: how a fault begins.
        limits: bounds on all of it.

    Raises:
        TooLargeError: it is beyond the limits.
    """
    stated = {name: text for name, text in values.items() if text and not _is_unstated(text)}
    record = Record(values=stated, where=where, limits=limits)
    opening = one_line(body[0].text, _OPENING_CHARS) if body else ""
    title = opening or stated.get("url") or stated.get("record") or where
    document = with_comments(head_of(record, body, title=title), told, record)
    return replace(document, record=record.key("record") or "")


def noted_on_last(documents: Iterator[Document], notes: Sequence[str]) -> Iterator[Document]:
    """The same documents; the last carries what was noted about the file while they were read."""
    last: Document | None = None
    for document in documents:
        if last is not None:
            yield last
        last = document
    if last is not None:
        yield replace(last, warnings=(*last.warnings, *notes))


def discussion_url(url: str) -> str:
    """The address of the discussion below an article, for documents that have no article text.

    It is not the article's own: a document replaces the stored one of the same address, and one
    without text must not take the place of one with it.
    """
    address = article_url(url)
    return f"{address}#comments" if address else ""


def article_url(url: str) -> str:
    """The canonical address of an article; what is no safe address stays as it is."""
    try:
        return canonical(url)
    except ValueError:
        # Reading the field will say what is wrong with it.
        return url


def _is_unstated(text: str) -> bool:
    return text.startswith(_UNSTATED)
