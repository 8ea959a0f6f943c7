"""What can be set for one chat, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

MAX_SILENT_TOPICS = 200
MAX_SOURCES = 200
MAX_TEXT_LANGUAGES = 40
NO_LIMIT = 0
"""Of replies a day: as many as are asked for."""
NEVER = 0
"""Of hours after which replies are deleted."""


class Mode(StrEnum):
    """What the bot answers in a group."""

    ASKED = "asked"
    FORWARDS = "forwards"
    """Also what was forwarded into the group, where something close is found."""


class Needed(StrEnum):
    """How near a text must be to be shown."""

    FITTING = "fit"
    """Close where nobody asked, related where somebody did."""
    CLOSE = "close"
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """The wishes of a group's admins, or of the person in a private chat."""

    language: str | None = None
    """Of the interface; None for that of whoever asks."""
    mode: Mode = Mode.ASKED
    needed: Needed = Needed.FITTING
    replies_a_day: int = 20
    discussions: bool = True
    """Whether comments of readers are shown."""
    sources: frozenset[str] = frozenset()
    """Names of the outlets to search; empty for all."""
    text_languages: frozenset[str] = frozenset()
    """Codes of the languages in which texts are searched; empty for all."""
    emoji: str | None = None
    """The reaction that asks; None for no such reaction."""
    under_posts: bool | None = None
    """Whether to reply under a channel's posts; None for: where the bot is in the channel too."""
    silent_topics: frozenset[int] = frozenset()
    """Topics where only admins are answered; 0 is General."""
    delete_after_h: int = NEVER
    """Hours after which the bot deletes its own replies."""

    def to_json(self) -> str:
        """A compact text of what differs from the defaults, which `settings_from_json` reads."""
        changed = {
            field.name: _plain(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(DEFAULTS, field.name)
        }
        return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))


DEFAULTS = ChatSettings()


def settings_from_json(text: str) -> ChatSettings:
    """Read what `to_json` wrote, by whatever version; a value that is not allowed is left out."""
    try:
        kept = json.loads(text)
    except ValueError:
        return DEFAULTS
    settings = DEFAULTS
    for name, value in kept.items() if isinstance(kept, Mapping) else ():
        try:
            settings = replace(settings, **{name: _READ[name](value)})
        except (KeyError, ValueError, TypeError):
            continue
    return settings


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_READ: dict[str, Callable[[Any], Any]] = {
    "language": _text,
    "mode": Mode,
    "needed": Needed,
    "replies_a_day": _number,
    "discussions": _flag,
    "sources": lambda names: frozenset(_text(name) for name in names[:MAX_SOURCES]),
    "text_languages": lambda codes: frozenset(_text(c) for c in codes[:MAX_TEXT_LANGUAGES]),
    "emoji": _text,
    "under_posts": _flag,
    "silent_topics": lambda ids: frozenset(_number(id_) for id_ in ids[:MAX_SILENT_TOPICS]),
    "delete_after_h": _number,
}
