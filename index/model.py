"""The values that flow through the package: documents come in, answers go out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from index.dates import DateMention, PartialDate

PARAGRAPH_BREAK = "\n\n"
"""What stands between two paragraphs of a stored text; offsets count it."""


SUMMARY_ONLY = "only a summary; for the whole text add its page, or follow the feed"
"""The warning on a document whose body is less than the article. It is stored with the document,
and known again by its words: they do not change."""


class Lane(StrEnum):
    """The two kinds of passage; they are ranked and shown apart, never mixed."""

    REPORTING = "reporting"
    DISCUSSION = "discussion"


class Strength(StrEnum):
    """A calibrated label of how close the context is; a raw score is never shown to a user."""

    STRONG = "strong"
    RELATED = "related"
    NONE = "none"


# ---------------------------------------------------------------- documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph, verbatim; line breaks inside it are kept."""

    text: str
    lines: tuple[int, int] | None = None
    """First and last 1-based line in the file, where the format has lines."""
    quote: bool = False
    """It repeats an earlier comment: shown as a quotation, not embedded."""
    uncertain: bool = False
    """It may belong to another comment than the one it was given to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One reader contribution. A deleted one that has replies stays, with no paragraphs."""

    key: str
    """Unique under its document; the format's own id where it has one."""
    parent: str | None = None
    """Key of the comment it answers."""
    author: str | None = None
    published: PartialDate | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    hidden: bool = False

    @property
    def text(self) -> str:
        """The stored text: what offsets of its passages count in."""
        return PARAGRAPH_BREAK.join(p.text for p in self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article with its reader comments, as its reader produced it."""

    title: str
    record: str = ""
    """Which record of its file it is; the format's own id where it has one, else empty."""
    credit: str | None = None
    author: str | None = None
    source: str | None = None
    """Name or domain of the outlet."""
    url: str | None = None
    published: PartialDate | None = None
    language: str | None = None
    """ISO 639-1 code where known."""
    body: tuple[Paragraph, ...] = ()
    comments: tuple[Comment, ...] = ()
    mentions: tuple[DateMention, ...] = ()
    parse_confidence: float = 1.0
    """0 to 1; below 1 only where the format leaves boundaries to be guessed."""
    warnings: tuple[str, ...] = ()
    newest_only: bool = field(default=False, compare=False)
    """There may be comments that it does not hold: those that are stored already stay."""
    only_comments: bool = field(default=False, compare=False)
    """Its title is a guess from where its comments stand: what is stored of the article stays."""

    @property
    def text(self) -> str:
        """The stored body: what offsets of its passages count in."""
        return PARAGRAPH_BREAK.join(p.text for p in self.body)

    @property
    def is_summary(self) -> bool:
        """The body is less than the article: it takes the place of no fuller one."""
        return SUMMARY_ONLY in self.warnings


# ---------------------------------------------------------------- questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The text to find context for, after cleaning."""

    text: str
    """May be empty where there are links."""
    links: tuple[str, ...] = ()
    """Addresses that the message shares: what the collection holds of them comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which part of the collection may answer. Empty fields do not restrict.

    A document without a usable date is outside every date range: nothing is claimed about it.
    """

    sources: frozenset[str] = frozenset()
    """Domains or names, as `factcontext status` lists them; case does not matter."""
    languages: frozenset[str] = frozenset()
    """ISO 639-1 codes; what is in an unknown language is outside every one of them."""
    since: date | None = None
    until: date | None = None


EVERYTHING = Scope()


# ---------------------------------------------------------------- answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Half-open character range [start, end)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet, with the operator's note on it."""

    name: str
    domain: str | None = None
    note: str | None = None


class DifferenceKind(StrEnum):
    """What differs."""

    NUMBER = "number"
    DATE = "date"
    DENIAL = "denial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Words of claim and passage that differ; of a denial, empty where it is not denied."""

    kind: DifferenceKind
    claim: str
    passage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A verbatim span of a stored text: `text` is the stored text's characters start to end."""

    passage_id: int
    text: str
    start: int
    end: int
    highlight: Span | None = None
    """The sentence nearest to the claim, counted inside `text`."""
    differences: tuple[Difference, ...] = ()
    """What plainly differs between the claim and this; of reporting only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The same article as another outlet, or another page, has it."""

    document_id: int
    title: str
    source: Source
    url: str | None = None
    published: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHead:
    """What is said of an article wherever a line of it, or of its discussion, is shown."""

    document_id: int
    title: str
    source: Source
    author: str | None = None
    url: str | None = None
    published: PartialDate | None = None
    mentions: tuple[DateMention, ...] = ()
    """Dates in the body, for when `published` is missing."""
    updated: PartialDate | None = None
    """When this version took the place of an earlier one; None where none is known."""
    family_id: int | None = None
    """The same for all copies of one text; None where there is no copy."""
    copies: tuple[Copy, ...] = ()
    """Who else published it, the earliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Reporting: the passages of one article, best first."""

    head: ArticleHead
    strength: Strength
    passages: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The comment that a shown comment answers, in short."""

    comment_id: int
    author: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A matching comment as it is shown: a span of it, its author, and what it answers."""

    comment_id: int
    excerpt: Excerpt
    author: str | None = None
    published: PartialDate | None = None
    answers: Reply | None = None
    above: tuple[Reply, ...] = ()
    """What `answers` answers in turn, from the opening of the conversation down."""
    answered: bool = False
    """Somebody replied to it."""
    uncertain: bool = False
    """Some boundary of this comment was guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Discussion: matching comments of one conversation under one article, best first."""

    head: ArticleHead
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the collection holds about one claim, or that it holds nothing close."""

    claim: Claim
    strength: Strength
    generation: str
    reporting: tuple[Article, ...] = ()
    discussion: tuple[Thread, ...] = ()
    took_ms: float = field(default=0.0, compare=False)

    @property
    def abstained(self) -> bool:
        """Nothing in the collection is close to the claim."""
        return self.strength is Strength.NONE

    @property
    def has_context(self) -> bool:
        """Something is there to show; of what was close all may have been withdrawn since."""
        return bool(self.reporting or self.discussion)
