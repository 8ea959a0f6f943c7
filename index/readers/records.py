"""A mapping of named fields made into a document: JSON records and front matter alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.dates import DateMention, PartialDate
from index.errors import MalformedError, TooLargeError
from index.mentions import find_mentions
from index.model import Document, Paragraph
from index.readers import fields
from index.readers.comments import Told, check_count, link, own_quotes
from index.readers.decoding import normalise, trim
from index.readers.epoch import day_of_stamp
from index.readers.limits import Limits
from index.readers.strict_json import kind_of, unwrapped
from index.readers.urls import untracked

_GAP = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Typed access to the fields of one record; what had to be left out is noted."""

    values: Mapping[str, object]
    where: str
    """File and line: how a fault begins."""
    limits: Limits
    warnings: list[str] = field(default_factory=list)

    def string(self, *names: str) -> str | None:
        """The first of these fields that is stated, as text.

        Raises:
            MalformedError: it is neither text nor a number.
        """
        for name in names:
            value = unwrapped(self.values.get(name))
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise MalformedError(
                    f'{self.where}: "{name}" must be text, it is {kind_of(value)}.'
                )
            return normalise(str(value))
        return None

    def key(self, *names: str) -> str | None:
        """An id, or None where none is stated."""
        text = self.string(*names)
        return (fields.clean_key(text) or None) if text else None

    def name(self, *names: str) -> str | None:
        """A name; of an object its `name`, of a list of either all of them.

        Raises:
            MalformedError: it is none of these.
        """
        for name in names:
            value = self.values.get(name)
            people = value if isinstance(value, list) else [value]
            told = [self._named(name, person).strip() for person in people]
            if found := fields.clean_name(", ".join(filter(None, told))):
                return found
        return None

    def _named(self, name: str, person: object) -> str:
        one, where = {name: person}, self.where
        if isinstance(person, Mapping):
            one, where, name = dict(person), f"{where}, {name}", "name"
        return Record(values=one, where=where, limits=self.limits).string(name) or ""

    def author(self) -> str | None:
        """Who wrote it; `authors` of another form, as many a corpus has, are noted and left out.

        Raises:
            MalformedError: `author` is no name.
        """
        if stated := self.name("author"):
            return stated
        try:
            return self.name("authors")
        except MalformedError:
            self.warnings.append('"authors" left out: they are no names')
            return None

    def line(self, *names: str, most: int = fields.MAX_NAME_CHARS) -> str | None:
        """Text on one line, or None where none is stated."""
        return fields.one_line(self.string(*names) or "", most) or None

    def date(self, *names: str) -> PartialDate | None:
        """A stated date; one that cannot be read is noted and left out."""
        for name in names:
            value = unwrapped(self.values.get(name))
            if value is None or value == "":
                continue
            try:
                return day_of_stamp(value) or fields.parse_published(value)
            except ValueError as error:
                self._left_out(name, value, error)
        return None

    def url(self) -> str | None:
        """The link without trackers; one that is not safe to show is noted and left out."""
        text = self.string("url")
        try:
            return untracked(text) if text and text.strip() else None
        except ValueError as error:
            self._left_out("url", text, error)
            return None

    def language(self) -> str | None:
        """The language code; one that is none is noted and left out."""
        text = self.string("language")
        try:
            return fields.clean_language(text) if text and text.strip() else None
        except ValueError as error:
            self._left_out("language", text, error)
            return None

    def paragraphs(self, *names: str) -> tuple[Paragraph, ...]:
        """Text cut at blank lines, or a list of paragraphs as they are.

        Raises:
            MalformedError: it is neither.
            TooLargeError: there are too many, or one has too long a line.
        """
        name = next((n for n in names if self.values.get(n) is not None), None)
        value = None if name is None else self.values[name]
        if isinstance(value, list):
            if not all(isinstance(part, str) for part in value):
                raise MalformedError(f'{self.where}: "{name}" must hold only text.')
            parts = [normalise(part) for part in value]
        else:
            stated = _GAP.split(self.string(*names) or "")
            parts = [piece for part in stated for piece in _broken(part, self.limits)]
        paragraphs = tuple(Paragraph(text=p) for p in (trim(part) for part in parts) if p)
        check_paragraphs(paragraphs, self.limits, self.where)
        return paragraphs

    def _left_out(self, name: str, value: object, reason: ValueError) -> None:
        shown = str(value)[:60]
        self.warnings.append(f'"{name}" left out, {shown!r} cannot be used: {reason}')


def _broken(part: str, limits: Limits) -> Iterator[str]:
    """A paragraph whose lines are beyond the limit as several, where a space lets it be broken."""
    most, start = limits.max_line_chars, 0
    # Looked for once and not in each rest, of which a text of many lines has many.
    beyond = _lines_beyond(part, most) if len(part) > most else []
    while any(end - max(first, start) > most for first, end in beyond):
        cut = part.rfind(" ", start + most // 2, start + most)
        if cut < 0:
            break
        yield part[start:cut]
        start = cut + 1
    yield part[start:]


def _lines_beyond(text: str, most: int) -> list[tuple[int, int]]:
    """Where lines of more characters begin and end."""
    found: list[tuple[int, int]] = []
    first = 0
    for line in text.split("\n"):
        end = first + len(line)
        if len(line) > most:
            found.append((first, end))
        first = end + 1
    return found


def check_paragraphs(paragraphs: Sequence[Paragraph], limits: Limits, where: str) -> None:
    """Refuse texts that are beyond the limits.

    Raises:
        TooLargeError: there are too many paragraphs, or one has too long a line.
    """
    if len(paragraphs) > limits.max_paragraphs:
        raise TooLargeError(
            f"{where} has more than {limits.max_paragraphs:,} paragraphs in one text; split it."
        )
    for paragraph in paragraphs:
        if len(paragraph.text) > limits.max_line_chars and any(
            len(line) > limits.max_line_chars for line in paragraph.text.split("\n")
        ):
            raise TooLargeError(
                f"{where} has a line of text with more than {limits.max_line_chars:,} characters; "
                "break it into paragraphs."
            )


def head_of(record: Record, body: tuple[Paragraph, ...], *, title: str | None = None) -> Document:
    """A document without its comments: the stated fields, the body, and dates mentioned in it.

    Args:
        record: where title, credit, author, source, url, published and language are stated.
        body: its paragraphs.
        title: what to call it where the record states none.
    """
    url = record.url()
    return Document(
        title=record.line("title", most=fields.MAX_TITLE_CHARS) or title or "",
        credit=record.line("credit", most=fields.MAX_TITLE_CHARS),
        author=record.author(),
        source=record.name("source") or fields.domain_of(url),
        url=url,
        published=record.date(*_PUBLISHED),
        language=record.language(),
        body=body,
        mentions=mentions_of(body),
    )


def mentions_of(body: Sequence[Paragraph]) -> tuple[DateMention, ...]:
    """The dates that body paragraphs mention."""
    return tuple(
        mention
        for at, paragraph in enumerate(body)
        for mention in find_mentions(paragraph.text, at)
    )


def comments_of(record: Record, name: str = "comments") -> list[Told]:
    """The comments that a record lists, flat with `parent` or nested in `replies`, in order.

    Raises:
        MalformedError: an entry is of another kind than the format says.
        TooLargeError: there are too many.
    """
    told: list[Told] = []
    # A stack and not recursion: replies may be nested deeper than Python's stack.
    waiting: list[tuple[Iterator[object], int | None]] = [(_listed(record, name), None)]
    while waiting:
        entries, under = waiting[-1]
        entry = next(entries, _END)
        if entry is _END:
            waiting.pop()
            continue
        where = f"{record.where}, comment {len(told) + 1}"
        if not isinstance(entry, Mapping):
            raise MalformedError(f"{where} must be an object with a text, it is {kind_of(entry)}.")
        one = Record(values=entry, where=where, limits=record.limits, warnings=record.warnings)
        told.append(_told(one, under))
        check_count(len(told), record.limits, record.where)
        waiting.append((_listed(one, "replies"), len(told) - 1))
    return told


def with_comments(head: Document, told: Sequence[Told], record: Record) -> Document:
    """The document with its comments linked, and with everything that was noted on the way.

    Raises:
        TooLargeError: there are too many comments or paragraphs, or too deep a chain of replies.
    """
    check_paragraphs(head.body, record.limits, record.where)
    comments, mended = link(told, record.limits, record.where)
    noted = [*head.warnings, *record.warnings, *mended]
    if len(noted) > _MAX_WARNINGS:
        noted[_MAX_WARNINGS:] = [f"and {len(noted) - _MAX_WARNINGS} more warnings"]
    return replace(head, comments=comments, warnings=tuple(noted))


def _told(one: Record, under: int | None) -> Told:
    key, parent = one.key("id", "_id", "key"), one.key("parent", "parent_id")
    if one.values.get("deleted") in (True, "true"):
        return Told(key=key, parent=parent, under=under)
    return Told(
        key=key,
        parent=parent,
        under=under,
        author=one.name("author"),
        published=one.date("published", "date"),
        paragraphs=own_quotes(one.paragraphs("text", "body")),
    )


def _listed(record: Record, name: str) -> Iterator[object]:
    value = record.values.get(name)
    if value is None or value == "":
        return iter(())
    if not isinstance(value, list):
        raise MalformedError(f'{record.where}: "{name}" must be a list, it is {kind_of(value)}.')
    return iter(value)


_END = object()
_MAX_WARNINGS = 20
_PUBLISHED = ("published", "date", "date_publish", "publish_date", "published_at")
"""As documents state it, and crawlers: news-please, newspaper."""
