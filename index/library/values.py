"""What the library gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from index.dates import PartialDate
from index.model import ArticleHead, Lane, Paragraph, Source


class Change(StrEnum):
    """What loading a document did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    """The same article of the same outlet is stored already; this copy was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upsert:
    """The outcome for one document."""

    document_id: int
    """Of a duplicate: the document that is stored."""
    change: Change
    passages_added: int = 0
    passages_kept: int = 0
    passages_removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document as lists show it."""

    document_id: int
    path: str
    record: str
    title: str
    source: Source
    url: str | None
    published: PartialDate | None
    language: str | None
    """Stated, or told from the text."""
    comments: int
    passages: int
    parse_confidence: float
    hidden: bool
    loaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """An outlet and how much of the collection is from it.

    The one with an empty name stands for documents that state no outlet.
    """

    source_id: int
    name: str
    domain: str | None
    note: str | None
    documents: int
    also: tuple[str, ...] = ()
    """Other names under which documents state it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an article said before it was updated."""

    document_id: int
    title: str
    published: PartialDate | None
    text: str
    loaded_at: datetime
    replaced_at: datetime | None
    """When other words of the same address took its place; None where a later article did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCount:
    """How much of the collection is in a language."""

    language: str | None
    """ISO 639-1 code; None where it is neither stated nor told by the text."""
    documents: int
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState:
    """How much the library holds; hidden rows are counted."""

    revision: int
    """Grows with every change that is committed."""
    documents: int
    comments: int
    sources: int
    """That documents are from, each spelling of an outlet counted."""
    passages: Mapping[Lane, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """Something that the operator hid."""

    takedown_id: int
    document_id: int | None
    """The hidden document; None where a comment is hidden, or it is not stored now."""
    comment_id: int | None
    """The hidden comment; None where a document is hidden, or it is not stored now."""
    of_comment: bool
    title: str | None
    """Of the document, or of the one that the comment stands under, while it is stored."""
    author: str | None
    """Of the comment."""
    url: str | None
    path: str
    """The file that the document came from last."""
    reason: str
    hidden_at: datetime
    lifted_at: datetime | None
    """When it was shown again; what is hidden now has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageMark:
    """What an index keeps of a passage besides its words, and by what it is known as unchanged."""

    passage_id: int
    document_id: int
    comment_id: int | None
    source_id: int
    day_from: int | None
    """First day the article may be from, as `date.toordinal()`."""
    day_to: int | None
    family_id: int | None
    """The same for all documents that are copies of one text."""
    language: str | None
    """Of the comment, or of the article for reporting; None where it is unknown."""
    text_hash: bytes
    """16 bytes, the hash of what the encoder is given: other words, another hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRow(PassageMark):
    """A passage as an index is built from it."""

    embedding_text: str
    title: str
    context: str
    """First words of the comment that is answered, or empty."""
    body: str
    """The verbatim span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHead:
    """What is said of a comment wherever words of it are shown."""

    comment_id: int
    thread_id: int
    """The comment that opened the conversation: the same for all that belong together."""
    parent_id: int | None
    """The comment it answers, which may be hidden."""
    author: str | None
    published: PartialDate | None
    uncertain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """A passage by itself: what it takes to choose among several."""

    passage_id: int
    lane: Lane
    document_id: int
    comment: CommentHead | None
    text: str
    """The stored text's characters `start` to `end`."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage as an answer shows it."""

    passage_id: int
    lane: Lane
    document: ArticleHead
    comment: CommentHead | None
    text: str
    """The stored text's characters `start` to `end`."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadComment:
    """A comment in its conversation."""

    comment_id: int
    parent_id: int | None
    depth: int
    """0 for the comment that opened the conversation."""
    author: str | None
    published: PartialDate | None
    paragraphs: tuple[Paragraph, ...]
    uncertain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A comment with what it answers and what answers it. Hidden comments are left out."""

    head: ArticleHead
    ancestors: tuple[ThreadComment, ...]
    """From the comment that opened the conversation down to the parent."""
    comment: ThreadComment
    replies: tuple[ThreadComment, ...]
    """Direct and indirect, in reading order: each answer below what it answers."""
    more: int
    """Replies beyond the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlinedComment:
    """Where a comment stands in its discussion, without its words."""

    comment_id: int
    parent_id: int | None
    shown: bool
    """Neither hidden nor deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDocument:
    """A stored article in full, and the outline of its discussion."""

    head: ArticleHead
    language: str | None
    """ISO 639-1 code, stated or told from the text."""
    body: tuple[Paragraph, ...]
    superseded: bool
    """Its outlet has published a later version; then there is no body."""
    newer_id: int | None
    """The newest version, unless it is hidden."""
    outline: tuple[OutlinedComment, ...]
    """Every comment, those that are not shown too, as they stand in the file."""
