"""What a person can send: text, media with a caption, places, contacts, polls."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any

from support.telegram.entities import Entity, find_entities, trim
from support.telegram.html import parse_html

_serial = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that getFile finds."""

    file_id: str
    unique_id: str
    path: str
    data: bytes = field(repr=False)
    size: int
    """Bytes; may be said to be more than `data` to try the limit of downloads."""

    def json(self) -> dict[str, Any]:
        """The fields that every kind of file shares."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The fields of a `Message` that hold what is sent, and the files in them."""

    fields: dict[str, Any]
    files: tuple[StoredFile, ...] = ()


def stored(data: bytes, path: str, *, size: int | None = None) -> StoredFile:
    """A new file id for these bytes; equal bytes share the unique id, as in Telegram."""
    number = next(_serial)
    digest = hashlib.sha256(data).hexdigest()[:16]
    return StoredFile(
        file_id=f"AgACAgIAAxkBAAI{number:06d}{digest}",
        unique_id=f"AQAD{digest}",
        path=path.format(number=number),
        data=data,
        size=len(data) if size is None else size,
    )


def text(words: str, *, entities: list[Entity] | None = None) -> Content:
    """Plain words; commands, links and mentions get their entities as in Telegram."""
    words, kept = trim(words, entities or [])
    if not words:
        raise ValueError("Telegram's apps send no empty text")
    found = find_entities(words, kept)
    return Content(fields={"text": words, **({"entities": found} if found else {})})


def html(source: str) -> Content:
    """Words with formatting, given as HTML: `html("<b>no</b>")`."""
    words, entities = parse_html(source)
    return text(words, entities=entities)


def _captioned(fields: dict[str, Any], caption: str, *files: StoredFile) -> Content:
    if caption:
        found = find_entities(caption)
        fields |= {"caption": caption, **({"caption_entities": found} if found else {})}
    return Content(fields=fields, files=files)


def photo(data: bytes = b"\xff\xd8\xff\xe0", caption: str = "", *, sizes: int = 2) -> Content:
    """A photo in several sizes; the last is the largest and holds `data`."""
    files = [stored(data if last else data[:64], "photos/file_{number}.jpg")
             for last in [False] * (sizes - 1) + [True]]  # fmt: skip
    shown = [
        {**file.json(), "width": 90 * 4**n, "height": 60 * 4**n} for n, file in enumerate(files)
    ]
    return _captioned({"photo": shown}, caption, *files)


def document(
    data: bytes = b"%PDF-",
    caption: str = "",
    *,
    name: str = "paper.pdf",
    mime: str = "application/pdf",
    size: int | None = None,
) -> Content:
    """A file; `size` pretends another length."""
    file = stored(data, "documents/file_{number}", size=size)
    shown = {**file.json(), "file_name": name, "mime_type": mime}
    return _captioned({"document": shown}, caption, file)


def video(data: bytes = b"\0", caption: str = "") -> Content:
    """A video of ten seconds."""
    file = stored(data, "videos/file_{number}.mp4")
    shown = {**file.json(), "width": 640, "height": 360, "duration": 10, "mime_type": "video/mp4"}
    return _captioned({"video": shown}, caption, file)


def voice(data: bytes = b"OggS", caption: str = "") -> Content:
    """A voice message of three seconds."""
    file = stored(data, "voice/file_{number}.oga")
    return _captioned(
        {"voice": {**file.json(), "duration": 3, "mime_type": "audio/ogg"}}, caption, file
    )


def video_note() -> Content:
    """A round video of three seconds."""
    file = stored(b"\0", "video_notes/file_{number}.mp4")
    return Content(
        fields={"video_note": {**file.json(), "length": 384, "duration": 3}}, files=(file,)
    )


def audio(caption: str = "") -> Content:
    """A song."""
    file = stored(b"ID3", "music/file_{number}.mp3")
    shown = {**file.json(), "duration": 180, "mime_type": "audio/mpeg", "title": "A song"}
    return _captioned({"audio": shown}, caption, file)


def sticker(emoji: str = "🙂", data: bytes = b"RIFF") -> Content:
    """A still sticker."""
    file = stored(data, "stickers/file_{number}.webp")
    shown = {
        **file.json(),
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
    }
    return Content(fields={"sticker": shown}, files=(file,))


def location(latitude: float = 36.19, longitude: float = 43.99) -> Content:
    """A place on the map."""
    return Content(fields={"location": {"latitude": latitude, "longitude": longitude}})


def venue(title: str = "Harbour Hall") -> Content:
    """A place with a name."""
    place = location().fields
    return Content(
        fields={**place, "venue": {**place, "title": title, "address": "1 Quay Street"}}
    )


def contact(name: str = "Bea", phone: str = "+15550100") -> Content:
    """Somebody's number."""
    return Content(fields={"contact": {"phone_number": phone, "first_name": name}})


def dice(value: int = 4) -> Content:
    """A thrown die."""
    return Content(fields={"dice": {"emoji": "🎲", "value": value}})


def poll(question: str, *options: str) -> Content:
    """An open, anonymous poll with no votes."""
    number = next(_serial)
    return Content(
        fields={
            "poll": {
                "id": str(5_000_000_000 + number),
                "question": question,
                "options": [
                    {"persistent_id": str(n), "text": o, "voter_count": 0}
                    for n, o in enumerate(options or ("Yes", "No"))
                ],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": True,
                "members_only": False,
            }
        }
    )
