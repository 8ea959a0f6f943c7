"""What a button of the settings panel carries, and what it changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.chats.settings import (
    MAX_SILENT_TOPICS,
    MAX_SOURCES,
    MAX_TEXT_LANGUAGES,
    NEVER,
    NO_LIMIT,
    ChatSettings,
    Mode,
    Needed,
)
from index.library import SourceSummary

CHOICE_FORM = re.compile(r"s1\.([a-z])\.(-?[A-Za-z0-9]{1,20})(?:\.([01]))?", re.ASCII)
BUDGETS = (5, 20, 50, NO_LIMIT)
DELETE_AFTER_H = (NEVER, 1, 6, 24, 47)
"""Hours; after 48 Telegram does not let a bot delete what it sent."""
EMOJIS = ("🤔", "👀", "🤨", "🙏")
"""Of those that Telegram has as reactions."""
NOTHING = "-0"
"""Stands for what is chosen by itself, or not at all."""


class What(StrEnum):
    """What is set, or where the panel leads; the values stand in callback data."""

    MODE = "m"
    NEEDED = "n"
    BUDGET = "b"
    DISCUSSIONS = "d"
    EMOJI = "e"
    POSTS = "p"
    TOPIC = "t"
    DELETE = "h"
    LANGUAGE = "l"
    SOURCE = "o"
    TEXTS = "i"
    OPEN = "g"
    CLOSE = "x"


class Place(StrEnum):
    """A page of the panel."""

    MAIN = "main"
    LANGUAGES = "lang"
    SOURCES = "src"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One press in the panel."""

    what: What
    value: str = "0"
    """What to set: a number, a name of an enumeration or a language, the number of a source."""
    on: bool | None = None
    """Of a topic: whether the bot speaks in it. Of a source or a language of texts: whether it is
    searched."""


def encode_choice(choice: Choice) -> str:
    """Callback data of a button.

    Raises:
        ValueError: the value has no place in it.
    """
    data = f"s1.{choice.what}.{choice.value}"
    if choice.on is not None:
        data += f".{int(choice.on)}"
    if decode_choice(data) != choice:
        raise ValueError(f"{choice!r} does not fit into callback data.")
    return data


def decode_choice(data: str | None) -> Choice | None:
    """Read callback data; None for everything that `encode_choice` does not write."""
    match = CHOICE_FORM.fullmatch(data or "")
    if match is None:
        return None
    name, value, on = match.groups()
    try:
        what = What(name)
    except ValueError:
        return None
    return Choice(what=what, value=value, on=None if on is None else on == "1")


def chosen(
    settings: ChatSettings,
    choice: Choice,
    *,
    languages: Sequence[str],
    sources: Sequence[SourceSummary],
    held: Collection[str] = (),
) -> ChatSettings:
    """The settings after a press; unchanged where it offers what is not to be had.

    Args:
        settings: before.
        choice: what was pressed.
        languages: codes that there are.
        sources: what the collection holds.
        held: codes of the languages in which it holds texts.
    """
    if choice.what is What.TOPIC:
        return _topic(settings, choice)
    if choice.what is What.SOURCE:
        return _source(settings, choice, sources)
    if choice.what is What.TEXTS:
        return _texts(settings, choice, held)
    if choice.what is What.LANGUAGE:
        language = None if choice.value == NOTHING else choice.value
        known = language is None or language in languages
        return replace(settings, language=language) if known else settings
    setter = _SETTERS.get(choice.what)
    try:
        return setter(settings, choice.value) if setter else settings
    except (ValueError, IndexError):
        return settings


def _offered(value: str, offered: Sequence[int]) -> int:
    number = int(value)
    if number not in offered:
        raise ValueError
    return number


_SETTERS: dict[What, Callable[[ChatSettings, str], ChatSettings]] = {
    What.MODE: lambda s, v: replace(s, mode=Mode(v)),
    What.NEEDED: lambda s, v: replace(s, needed=Needed(v)),
    What.BUDGET: lambda s, v: replace(s, replies_a_day=_offered(v, BUDGETS)),
    What.DISCUSSIONS: lambda s, v: replace(s, discussions=bool(_offered(v, (0, 1)))),
    What.EMOJI: lambda s, v: replace(s, emoji=None if v == NOTHING else EMOJIS[int(v)]),
    What.POSTS: lambda s, v: replace(
        s, under_posts=None if v == NOTHING else bool(_offered(v, (0, 1)))
    ),
    What.DELETE: lambda s, v: replace(s, delete_after_h=_offered(v, DELETE_AFTER_H)),
}


def _topic(settings: ChatSettings, choice: Choice) -> ChatSettings:
    if not choice.value.isdecimal():
        return settings
    topic, silent = int(choice.value), settings.silent_topics
    if choice.on:
        return replace(settings, silent_topics=silent - {topic})
    full = len(silent) >= MAX_SILENT_TOPICS
    return settings if full else replace(settings, silent_topics=silent | {topic})


def _source(
    settings: ChatSettings, choice: Choice, sources: Sequence[SourceSummary]
) -> ChatSettings:
    if choice.value == NOTHING:
        return replace(settings, sources=frozenset())
    pressed = next((s for s in sources if str(s.source_id) == choice.value), None)
    name = (pressed.name or pressed.domain) if pressed else None
    if pressed is None or not name:
        return settings
    # An outlet that is gone has no button with which it could be taken out.
    held = frozenset().union(*(names_of(source, settings.sources) for source in sources))
    others = held - names_of(pressed, held)
    if not choice.on:
        return replace(settings, sources=others)
    full = len(others) >= MAX_SOURCES
    return settings if full else replace(settings, sources=others | {name})


def names_of(source: SourceSummary, chosen: Collection[str]) -> frozenset[str]:
    """Those names that mean an outlet: it may have been chosen before it was renamed."""
    names = {name.casefold() for name in (source.name, source.domain, *source.also) if name}
    return frozenset(name for name in chosen if name.casefold() in names)


def _texts(settings: ChatSettings, choice: Choice, held: Collection[str]) -> ChatSettings:
    if choice.value == NOTHING:
        return replace(settings, text_languages=frozenset())
    now = settings.text_languages
    if not choice.on:
        return replace(settings, text_languages=now - {choice.value})
    full = len(now) >= MAX_TEXT_LANGUAGES
    offered = choice.value in held and not full
    return replace(settings, text_languages=now | {choice.value}) if offered else settings
