"""Reddit: submissions and comments as JSON Lines, or one page's listing."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.dates import PartialDate
from index.errors import MalformedError, TooLargeError
from index.model import Document, Paragraph
from index.readers.base import SourceFile
from index.readers.comments import Told
from index.readers.epoch import day_of
from index.readers.exported import Budget, Discussion, document_of
from index.readers.records import Record
from index.readers.strict_json import parse_json

_SITE = "https://www.reddit.com"
_SUBMISSION, _COMMENT = "t3", "t1"
_MAX_SUBMISSIONS = 1_000_000
_GONE = frozenset({"[deleted]", "[removed]", "[ Removed by Reddit ]", "[deleted by user]"})
_LISTING = re.compile(rb'[\[{]\s*(?:\{\s*)?"kind"\s*:\s*"Listing"')
_DUMPED = re.compile(rb'"(?:link_id|selftext)"\s*:')
_SLUG = re.compile(r"/comments/[0-9a-z]+/([^/?#]+)")


class RedditReader:
    """A submission is a document; what its author wrote below the title is its first comment."""

    name = "Reddit"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of a listing, and of lines with the fields of submissions or comments."""
        start = head.removeprefix(codecs.BOM_UTF8).lstrip()
        if _LISTING.match(start):
            return 0.97
        line = start.partition(b"\n")[0]
        dumped = line.startswith(b"{") and b'"subreddit"' in line and _DUMPED.search(line)
        return 0.97 if dumped else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The submissions of a file with the comments in it.

        Raises:
            MalformedError: a line is no JSON or neither submission nor comment.
            TooLargeError: it is beyond the limits, or has more comments than can be held.
            ReadError: it cannot be read.
        """
        yield from (document for _, document in self.read_together([file]))

    def read_together(self, files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, Document]]:
        """The submissions of files that belong together: submissions in one, comments in another.

        Yields:
            The file that a submission stands in, else that of a comment on it; and the document.

        Raises:
            ReadError: as for `read`.
        """
        dump = _Dump(budget=Budget(where=files[0].name))
        for file in files:
            file.sidecar.refuse_for_many(file.name)
            for record, kind in _things(file, dump):
                dump.take(record, kind, file)
        yield from dump.documents()


def _things(file: SourceFile, dump: _Dump) -> Iterator[tuple[Record, str]]:
    """Submissions and comments, each with its kind."""
    if _LISTING.match(file.head().removeprefix(codecs.BOM_UTF8).lstrip()):
        yield from _listed(parse_json(file.data(), file.name), file, dump)
        return
    for number, line in file.lines():
        if not line.strip():
            continue
        where = f"{file.name}, line {number}"
        value = parse_json(line, where)
        if not isinstance(value, Mapping):
            raise MalformedError(f"{where} must be an object with the fields of a submission.")
        inner = value.get("data")
        values = inner if isinstance(inner, Mapping) else value
        record = Record(values=values, where=where, limits=file.limits)
        if "link_id" in values:
            yield record, _COMMENT
        elif "title" in values:
            yield record, _SUBMISSION
        else:
            raise MalformedError(f'{where} has neither "title" nor "link_id".')


def _listed(value: object, file: SourceFile, dump: _Dump) -> Iterator[tuple[Record, str]]:
    """What a listing holds, replies after what they answer; on a stack, for it may be deep."""
    waiting: list[object] = list(reversed(value)) if isinstance(value, list) else [value]
    while waiting:
        thing = waiting.pop()
        data = thing.get("data") if isinstance(thing, Mapping) else None
        if not isinstance(thing, Mapping) or not isinstance(data, Mapping):
            raise MalformedError(f"{file.name} is no listing; save the page's .json again.")
        kind = thing.get("kind")
        if kind == "Listing":
            children = data.get("children")
            waiting.extend(reversed(children if isinstance(children, list) else []))
        elif kind == "more":
            count = data.get("count")
            dump.unfetched += count if isinstance(count, int) else 0
        elif kind in (_SUBMISSION, _COMMENT):
            yield Record(values=data, where=file.name, limits=file.limits), str(kind)
            if isinstance(data.get("replies"), Mapping):
                waiting.append(data["replies"])


@dataclass(slots=True, kw_only=True)
class _Submission:
    file: SourceFile
    discussion: Discussion
    values: dict[str, str] = field(default_factory=dict)
    stated: bool = False
    """The submission itself is in the files, not only comments on it."""
    root: bool = False
    """It has a text of its own."""
    discussed: bool = False
    """Comments on it are in the files; else they may be in files that were loaded before."""
    seen: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def add(self, key: str, told: Told) -> None:
        """Take a comment once, however many files hold it; one gone in any of them is gone."""
        if not told.paragraphs:
            self.gone.add(key)
        if key in self.seen:
            return
        self.seen.add(key)
        if told.paragraphs:
            self.discussion.add(told)
        else:
            self.discussion.leave_out(told.key, told.parent)

    def told(self) -> list[Told]:
        """Its comments in order; those that are gone are empty."""
        return [
            Told(key=one.key, parent=one.parent) if one.key in self.gone else one
            for one in self.discussion.told()
        ]


@dataclass(slots=True, kw_only=True)
class _Dump:
    budget: Budget
    unfetched: int = 0
    """Comments that a listing says exist and does not hold."""
    _found: dict[str, _Submission] = field(default_factory=dict)

    def take(self, record: Record, kind: str, file: SourceFile) -> None:
        if kind == _COMMENT:
            self._comment(record, file)
        else:
            self._submission(record, file)

    def documents(self) -> Iterator[tuple[SourceFile, Document]]:
        notes = self._notes()
        kept = [one for one in self._found.values() if any(t.paragraphs for t in one.told())]
        for at, one in enumerate(kept):
            told = [self._linked(reply, one) for reply in one.told()]
            where = f"{one.file.name}, submission {one.values['record']}"
            document = document_of(one.values, (), told, where, one.file.limits)
            document = replace(
                document,
                newest_only=not (one.stated and one.discussed),
                only_comments=not one.stated,
            )
            if at == len(kept) - 1:
                document = replace(document, warnings=(*document.warnings, *notes))
            yield one.file, document
        if not kept:
            raise MalformedError(
                f"{self.budget.where} holds no text and no comment: load a dump of submissions "
                "together with the dump of their comments."
            )

    def _submission(self, record: Record, file: SourceFile) -> None:
        key = _bare(record.key("id", "name")) or ""
        one = self._of(key, file)
        if one.stated:
            return
        one.file, one.stated = file, True
        one.values |= _head(record, key)
        paragraphs = _paragraphs(record, "selftext")
        if paragraphs:
            one.root = True
            one.discussion.add(
                Told(
                    key=f"{_SUBMISSION}_{key}",
                    author=_author(record),
                    published=_day(record),
                    paragraphs=paragraphs,
                )
            )

    def _comment(self, record: Record, file: SourceFile) -> None:
        link = _bare(record.key("link_id")) or ""
        one = self._of(link, file)
        if not one.stated:
            for name, text in _head(record, link).items():
                one.values.setdefault(name, text)
        one.discussed = True
        key, parent = _bare(record.key("id")), record.key("parent_id")
        if parent is not None and parent.startswith(f"{_COMMENT}_"):
            parent = _bare(parent)
        one.add(
            key or record.where,
            Told(
                key=key,
                parent=parent,
                author=_author(record),
                published=_day(record),
                paragraphs=_paragraphs(record, "body"),
            ),
        )

    def _of(self, key: str, file: SourceFile) -> _Submission:
        if key not in self._found:
            if len(self._found) >= _MAX_SUBMISSIONS:
                raise TooLargeError(
                    f"{file.name} has more than {_MAX_SUBMISSIONS:,} submissions; split it."
                )
            discussion = Discussion(file.limits, self.budget)
            self._found[key] = _Submission(file=file, discussion=discussion)
        return self._found[key]

    def _linked(self, told: Told, one: _Submission) -> Told:
        """Without the submission as parent where it has no text to answer."""
        answers_top = told.parent is not None and told.parent.startswith(f"{_SUBMISSION}_")
        return replace(told, parent=None) if answers_top and not one.root else told

    def _notes(self) -> list[str]:
        notes = []
        if self.unfetched:
            notes.append(
                f"{self.unfetched:,} comments are not in the file: Reddit names them and "
                "does not send them with the page"
            )
        alone = sum(not one.stated for one in self._found.values())
        if alone:
            notes.append(
                f"{alone:,} submissions are not in the file; their titles are taken from the "
                "addresses of their comments"
            )
        return notes


def _head(record: Record, key: str) -> dict[str, str]:
    permalink = record.string("permalink") or ""
    subreddit = record.line("subreddit") or ""
    slug = _SLUG.search(permalink)
    title = record.line("title", "link_title", most=500) or ""
    if not title and slug:
        title = slug[1].replace("_", " ").capitalize()
    folder = f"r/{subreddit}/comments" if subreddit else "comments"
    values = {
        "record": key,
        "title": _unescaped(title),
        "source": f"r/{subreddit}" if subreddit else "reddit.com",
        "url": f"{_SITE}/{folder}/{key}/",
    }
    if "selftext" in record.values:
        link = record.string("url_overridden_by_dest", "url") or ""
        if link.startswith("http") and key not in link:
            values["credit"] = f"Links to {_unescaped(link)}"
        if author := _author(record):
            values["author"] = author
        if day := _day(record):
            values["published"] = day.isoformat()
    return values


def _author(record: Record) -> str | None:
    name = record.name("author")
    return None if name in _GONE else name


def _day(record: Record) -> PartialDate | None:
    return day_of(record.values.get("created_utc"))


def _paragraphs(record: Record, name: str) -> tuple[Paragraph, ...]:
    text = record.string(name) or ""
    if text.strip() in _GONE:
        return ()
    plain = Record(values={name: _unescaped(text)}, where=record.where, limits=record.limits)
    return plain.paragraphs(name)


def _unescaped(text: str) -> str:
    """Reddit escapes these three and nothing else; its editor writes spaces that show nothing."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text.replace("&#x200B;", "").replace("&nbsp;", " ")


def _bare(name: str | None) -> str | None:
    return None if name is None else name.rpartition("_")[2]
