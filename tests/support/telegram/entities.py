"""Message entities: UTF-16 offsets, what Telegram finds in a text by itself, clean-up."""

from __future__ import annotations

import re
from typing import Any

from support.telegram.errors import bad_request

Entity = dict[str, Any]

MAX_ENTITIES = 100

_FOUND = (
    ("url", re.compile(r"(?:https?://|(?<![\w@.])www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z]\w{3,31}\b")),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?(?![\w/])"),
    ),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d_])\w{1,256}")),
)
# Telegram finds no links inside these.
_OPAQUE = {"code", "pre", "text_link", "text_mention", "custom_emoji"}
_CODE = {"code", "pre"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_ORDER = {"expandable_blockquote": 0, "blockquote": 0, "text_link": 1, "pre": 2, "code": 2}


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: a character past U+FFFF counts twice."""
    return len(text) + sum(c > "\uffff" for c in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def find_entities(text: str, known: list[Entity] | None = None) -> list[Entity]:
    """The known entities with those that Telegram adds: commands, links, mentions, hashtags."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in known or () if e["type"] in _OPAQUE]
    found: list[Entity] = []
    if any(mark in text for mark in "/@#.:"):
        for kind, pattern in _FOUND:
            for match in pattern.finditer(text):
                start = utf16_length(text[: match.start()])
                end = start + utf16_length(match.group())
                if all(end <= a or start >= b for a, b in taken):
                    found.append({"type": kind, "offset": start, "length": end - start})
                    taken.append((start, end))
    return sort_entities([*(known or ()), *found])


def sort_entities(entities: list[Entity]) -> list[Entity]:
    """Order by start, the longer first, the block before the letter style."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], _ORDER.get(e["type"], 3)))


def normalised(entities: list[Entity]) -> list[Entity]:
    """What Telegram keeps: nothing inside code, no quote inside a quote, equal styles joined."""
    kept: list[Entity] = []
    for entity in sort_entities(entities):
        around = [e for e in kept if entity["offset"] < e["offset"] + e["length"]]
        kinds = {e["type"] for e in around}
        if kinds & _CODE or (entity["type"] in _QUOTES and kinds & _QUOTES):
            continue
        if entity["type"] in _STYLES and (earlier := _touching(kept, entity)):
            end = max(e["offset"] + e["length"] for e in (earlier, entity))
            earlier["length"] = end - earlier["offset"]
            continue
        kept.append(dict(entity))
    return kept


def _touching(kept: list[Entity], entity: Entity) -> Entity | None:
    """The entity of the same style that reaches up to this one."""
    for earlier in kept:
        reaches = earlier["offset"] + earlier["length"] >= entity["offset"]
        if earlier["type"] == entity["type"] and reaches:
            return earlier
    return None


def check_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """Refuse entities that lie outside the text, as Telegram does.

    Raises:
        ApiError: 400 for a negative or out-of-text span.
    """
    end = utf16_length(text)
    for entity in entities:
        offset, length = entity["offset"], entity["length"]
        if offset < 0 or length < 0 or offset + length > end:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {offset + length}"
            )
    return sort_entities([e for e in entities if e["length"]])


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip the text as Telegram does and move its entities with it."""
    text = text.replace("\r", "")
    stripped = text.strip(" \t\n\x0b\x00")
    if stripped == text:
        return text, entities
    shift = utf16_length(text[: text.find(stripped)]) if stripped else 0
    end = utf16_length(stripped)
    moved = []
    for entity in entities:
        first = max(entity["offset"] - shift, 0)
        last = min(entity["offset"] - shift + entity["length"], end)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return stripped, moved
