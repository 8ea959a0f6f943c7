"""The messages of a Telegram Desktop export, without ids of people and without service notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from index.dates import PartialDate
from index.errors import MalformedError
from index.model import Paragraph
from index.readers import json_stream
from index.readers.base import SourceFile
from index.readers.epoch import day_of, seconds_of
from index.readers.fields import MAX_TITLE_CHARS, clean_name, one_line
from index.readers.records import Record

LIST = "messages"
_TITLE_CHARS = 120
_SENTENCE = re.compile(r"[.!?…。！？]+[\"”»’)\]]*(?=\s|$)")
_MEDIA = ("photo", "file", "media_type")


class Kind(StrEnum):
    """What a chat is."""

    CHANNEL = "channel"
    GROUP = "group"


_KINDS = {
    "public_channel": Kind.CHANNEL,
    "private_channel": Kind.CHANNEL,
    "public_supergroup": Kind.GROUP,
    "private_supergroup": Kind.GROUP,
    "private_group": Kind.GROUP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat that was exported."""

    name: str
    kind: Kind
    number: int
    where: str
    """The file: how a fault begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message that somebody wrote. Of its sender only the shown name is kept."""

    number: int
    answers: int | None
    author: str | None
    """Shown name of the person or channel that sent it."""
    signature: str | None
    """Who of a channel's people wrote it, where the channel shows that."""
    by_channel: int | None
    """The channel that it was sent as, where it was not sent by a person."""
    second: int
    published: PartialDate | None
    paragraphs: tuple[Paragraph, ...]
    media: bool

    @property
    def text(self) -> str:
        """All of it: what two copies of a post are compared by."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)


def chat_of(file: SourceFile) -> Chat:
    """Which chat a file is an export of.

    Raises:
        MalformedError: it is no export of a channel or a group.
        ReadError: it cannot be read.
    """
    head: dict[str, object] = {}
    for name, value in json_stream.entries(file, LIST):
        if name == LIST:
            break
        head[name] = value
    kind = _KINDS.get(str(head.get("type")))
    if kind is None:
        raise MalformedError(
            f"{file.name} is an export of {head.get('type') or 'a whole account'}, not of one "
            "channel or group; private chats are not read. Export the channel or group by itself."
        )
    record = Record(values=head, where=file.name, limits=file.limits)
    return Chat(
        name=record.line("name") or "Telegram",
        kind=kind,
        number=_whole(head.get("id")) or 0,
        where=file.name,
    )


def messages_of(file: SourceFile) -> Iterator[Message]:
    """The messages of an export, in its order; service messages are left out.

    Raises:
        MalformedError: it is no JSON, or a message has another form than Telegram gives it.
        TooLargeError: it is beyond the limits.
        ReadError: it cannot be read.
    """
    topics: set[int] = set()
    for name, value in json_stream.entries(file, LIST):
        if name != LIST:
            continue
        number = _whole(value.get("id")) if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or number is None:
            raise MalformedError(f'{file.name} has a message that has no "id".')
        if value.get("action") == "topic_created":
            topics.add(number)
        if value.get("type") == "message":
            yield _message(value, number, topics, file)


def title_of(text: str) -> str:
    """The first line of a post, or its first sentence where that line is long."""
    line = text.split("\n", 1)[0].strip()
    if len(line) > _TITLE_CHARS:
        end = _SENTENCE.search(line[: _TITLE_CHARS + 1])
        line = line[: end.end()] if end else one_line(line, _TITLE_CHARS)
    return one_line(line, MAX_TITLE_CHARS)


def _message(
    value: Mapping[str, object], number: int, topics: set[int], file: SourceFile
) -> Message:
    where = f"{file.name}, message {number}"
    text = {"text": _flat(value.get("text"), where)}
    sender = str(value.get("from_id") or "")
    elsewhere = value.get("reply_to_peer_id") is not None
    answers = _whole(value.get("reply_to_message_id"))
    return Message(
        number=number,
        # What begins in a topic names the topic's opening, which nobody said.
        answers=None if elsewhere or answers in topics else answers,
        author=_name(value.get("from")),
        signature=_name(value.get("author")),
        by_channel=_whole(sender.removeprefix("channel"))
        if sender.startswith("channel")
        else None,
        second=seconds_of(value.get("date_unixtime")) or 0,
        published=_day(value),
        paragraphs=Record(values=text, where=where, limits=file.limits).paragraphs("text"),
        media=any(name in value for name in _MEDIA),
    )


def _name(value: object) -> str | None:
    return clean_name(value) if isinstance(value, str) else None


def _flat(text: object, where: str) -> str:
    """A text that is stored as such, or as a list of pieces of which some have a form."""
    if text is None or isinstance(text, str):
        return text or ""
    if not isinstance(text, list):
        raise MalformedError(f'{where}: "text" must be text or a list.')
    pieces = []
    for piece in text:
        shown = piece.get("text") if isinstance(piece, Mapping) else piece
        if not isinstance(shown, str):
            raise MalformedError(f'{where}: "text" holds something that is no text.')
        pieces.append(shown)
    return "".join(pieces)


def _day(value: Mapping[str, object]) -> PartialDate | None:
    """The day as its export states it, in the time zone of who exported."""
    stated = value.get("date")
    if isinstance(stated, str):
        try:
            return PartialDate.parse(stated)
        except ValueError:
            pass
    return day_of(value.get("date_unixtime"))


def _whole(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
