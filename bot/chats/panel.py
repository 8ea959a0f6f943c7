"""The settings of a chat as one message with buttons: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.chats.choices import (
    BUDGETS,
    DELETE_AFTER_H,
    EMOJIS,
    NOTHING,
    Choice,
    Place,
    What,
    encode_choice,
    names_of,
)
from bot.chats.settings import NEVER, NO_LIMIT, ChatSettings, Mode, Needed
from bot.i18n import Translator
from bot.markup import bold, join, plain, shorten
from index.library import LanguageCount, SourceSummary

_T = TypeVar("_T")
SOURCES_A_PAGE = 8
TEXT_LANGUAGES_SHOWN = 24
MAX_LABEL_UNITS = 60
Labelled = tuple[str, str]
"""A button: its label and its callback data."""
Row = tuple[Labelled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A page of the settings."""

    html: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the panel is told of the chat beside its settings."""

    topic: int | None = None
    """The topic that the panel stands in, 0 for General; None in a chat without topics."""
    sees_all: bool = False
    """Privacy mode is off, or the bot is an admin."""


def main_page(settings: ChatSettings, around: Surroundings, t: Translator) -> Panel:
    """Everything that can be set, one button each; a press takes the next value."""
    lines = [bold(plain(t.gettext("Settings of this chat")))]
    if not around.sees_all:
        lines.append(plain(privacy_line(t)))
    rows = [(button,) for button in _main_buttons(settings, around, t)]
    close = _button(t.gettext("Done"), Choice(what=What.CLOSE))
    return Panel(html=join("\n\n", lines).html, rows=(*rows, (close,)))


def privacy_line(t: Translator) -> str:
    """What the bot could do if it saw more."""
    return t.gettext(
        "I see only commands, mentions and replies to me. With privacy mode off, or made an admin,"
        " I could also answer forwards; as an admin, reactions too."
    )


def languages_page(
    chosen: str | None, languages: Sequence[Translator], t: Translator, *, back: bool
) -> Panel:
    """All languages by their own names, and the automatic choice."""
    automatic = _mark(t.gettext("Automatic"), chosen is None)
    rows: list[Row] = [(_button(automatic, Choice(what=What.LANGUAGE, value=NOTHING)),)]
    named = [
        _button(_mark(one.name, one.code == chosen), Choice(what=What.LANGUAGE, value=one.code))
        for one in languages
    ]
    rows += [tuple(named[start : start + 2]) for start in range(0, len(named), 2)]
    heading = bold(plain(t.gettext("Which language should I use?")))
    return Panel(html=heading.html, rows=(*rows, *_back(t, wanted=back)))


def sources_page(
    settings: ChatSettings, sources: Sequence[SourceSummary], page: int, t: Translator
) -> Panel:
    """The outlets of the collection, largest first, eight a page."""
    known = _listed(sources)
    pages = max(1, -(-len(known) // SOURCES_A_PAGE))
    page = min(max(page, 0), pages - 1)
    every = _mark(t.gettext("all"), not settings.sources)
    rows: list[Row] = [(_button(every, Choice(what=What.SOURCE, value=NOTHING)),)]
    for source in known[page * SOURCES_A_PAGE : (page + 1) * SOURCES_A_PAGE]:
        name = source.name or source.domain or ""
        on = bool(names_of(source, settings.sources))
        label = shorten(_mark(name, on), MAX_LABEL_UNITS)
        value = str(source.source_id)
        rows.append((_button(label, Choice(what=What.SOURCE, value=value, on=not on)),))
    if pages > 1:
        steps = ((page - 1, "‹"), (page + 1, "›"))
        turning = [
            _button(f"{sign} {n + 1}/{pages}", Choice(what=What.OPEN, value=f"{Place.SOURCES}{n}"))
            for n, sign in steps
            if 0 <= n < pages
        ]
        rows.append(tuple(turning))
    heading = bold(plain(t.gettext("Which sources should I search?")))
    return Panel(html=heading.html, rows=(*rows, *_back(t, wanted=True)))


def texts_page(settings: ChatSettings, held: Sequence[LanguageCount], t: Translator) -> Panel:
    """The languages in which the collection holds most, and those that are chosen."""
    most = sorted(held, key=lambda one: -one.documents)[:TEXT_LANGUAGES_SHOWN]
    codes = [one.language for one in most if one.language is not None]
    codes += sorted(settings.text_languages.difference(codes))
    every = _mark(t.gettext("all"), not settings.text_languages)
    named = [
        _button(
            _mark(t.language(code), code in settings.text_languages),
            Choice(what=What.TEXTS, value=code, on=code not in settings.text_languages),
        )
        for code in codes
    ]
    rows: list[Row] = [(_button(every, Choice(what=What.TEXTS, value=NOTHING)),)]
    rows += [tuple(named[start : start + 2]) for start in range(0, len(named), 2)]
    heading = bold(plain(t.gettext("In which languages should I search for texts?")))
    return Panel(html=heading.html, rows=(*rows, *_back(t, wanted=True)))


def page_of(sources: Sequence[SourceSummary], source_id: str) -> int:
    """The page of the sources that shows one of them; the first for an unknown one."""
    ids = [str(source.source_id) for source in _listed(sources)]
    return ids.index(source_id) // SOURCES_A_PAGE if source_id in ids else 0


def _listed(sources: Sequence[SourceSummary]) -> list[SourceSummary]:
    named = (source for source in sources if source.name or source.domain)
    return sorted(named, key=lambda source: (-source.documents, source.name))


def _main_buttons(
    settings: ChatSettings, around: Surroundings, t: Translator
) -> Iterator[Labelled]:
    modes = {
        Mode.ASKED: t.gettext("when asked"),
        Mode.FORWARDS: t.gettext("when asked, and forwards"),
    }
    yield _cycle(t.gettext("I answer: {what}"), What.MODE, modes, settings.mode)
    needed = {
        Needed.FITTING: t.gettext("close if unasked"),
        Needed.CLOSE: t.gettext("always close"),
        Needed.RELATED: t.gettext("related is enough"),
    }
    yield _cycle(t.gettext("Match needed: {what}"), What.NEEDED, needed, settings.needed)
    budgets = {n: str(n) if n != NO_LIMIT else t.gettext("no limit") for n in BUDGETS}
    yield _cycle(t.gettext("Replies a day: {what}"), What.BUDGET, budgets, settings.replies_a_day)
    switch = {0: t.gettext("off"), 1: t.gettext("on")}
    comments = t.gettext("Comments of readers: {what}")
    yield _cycle(comments, What.DISCUSSIONS, switch, int(settings.discussions))
    yield _leading(t.gettext("Language: {what}"), Place.LANGUAGES, _language(settings, t))
    count = str(len(settings.sources)) if settings.sources else t.gettext("all")
    yield _leading(t.gettext("Sources: {what}"), f"{Place.SOURCES}0", count)
    count = str(len(settings.text_languages)) if settings.text_languages else t.gettext("all")
    yield _leading(t.gettext("Languages of texts: {what}"), Place.TEXTS, count)
    emojis = {NOTHING: t.gettext("none")} | {str(n): sign for n, sign in enumerate(EMOJIS)}
    emoji = str(EMOJIS.index(settings.emoji)) if settings.emoji in EMOJIS else NOTHING
    yield _cycle(t.gettext("Reaction that asks: {what}"), What.EMOJI, emojis, emoji)
    posts = {NOTHING: t.gettext("if I am in the channel")} | {str(n): w for n, w in switch.items()}
    under = NOTHING if settings.under_posts is None else str(int(settings.under_posts))
    yield _cycle(t.gettext("Under channel posts: {what}"), What.POSTS, posts, under)
    if around.topic is not None:
        yield _topic(settings, around.topic, t)
    hours = {h: _hours(h, t) for h in DELETE_AFTER_H}
    label = t.gettext("Delete my replies: {what}")
    yield _cycle(label, What.DELETE, hours, settings.delete_after_h)


def _language(settings: ChatSettings, t: Translator) -> str:
    return t.gettext("Automatic") if settings.language is None else t.name


def _topic(settings: ChatSettings, topic: int, t: Translator) -> Labelled:
    silent = topic in settings.silent_topics
    state = t.gettext("only admins") if silent else t.gettext("everybody")
    label = t.gettext("Answered in this topic: {what}").format(what=state)
    return _button(label, Choice(what=What.TOPIC, value=str(topic), on=silent))


def _hours(hours: int, t: Translator) -> str:
    if hours == NEVER:
        return t.gettext("never")
    return t.ngettext("after {count} hour", "after {count} hours", hours).format(count=hours)


def _cycle(label: str, what: What, names: dict[_T, str], now: _T) -> Labelled:
    """A button that shows the value of now and sets the one after it."""
    values = list(names)
    place = values.index(now) if now in names else -1
    shown = names[now] if now in names else str(now)
    following = values[(place + 1) % len(values)]
    return _button(label.format(what=shown), Choice(what=what, value=str(following)))


def _leading(label: str, place: str, what: str) -> Labelled:
    return _button(f"{label.format(what=what)} ›", Choice(what=What.OPEN, value=place))


def _back(t: Translator, *, wanted: bool) -> tuple[Row, ...]:
    back = _button(t.gettext("Back"), Choice(what=What.OPEN, value=Place.MAIN))
    return ((back,),) if wanted else ()


def _mark(label: str, checked: bool) -> str:
    return f"✓ {label}" if checked else label


def _button(label: str, choice: Choice) -> Labelled:
    return label, encode_choice(choice)
