from __future__ import annotations

from dataclasses import replace

import pytest
from support.private_bot import TRANSLATORS

from bot.callbacks import MAX_BYTES
from bot.chats.choices import BUDGETS, DELETE_AFTER_H, EMOJIS, What, chosen, decode_choice
from bot.chats.panel import (
    SOURCES_A_PAGE,
    Panel,
    Surroundings,
    languages_page,
    main_page,
    page_of,
    sources_page,
    texts_page,
)
from bot.chats.settings import DEFAULTS, ChatSettings, Mode, Needed
from bot.i18n import Translator
from bot.markup import utf16_units
from index.library import LanguageCount, SourceSummary

EN = TRANSLATORS.of("en")
WIDEST = 50
"""Characters of a button that has a row for itself, on a small phone in two lines."""


HELD = [
    LanguageCount(language=code, documents=count, comments=0)
    for code, count in (("uk", 1), (None, 9), ("en", 7))
]


def sources(count: int) -> list[SourceSummary]:
    return [
        SourceSummary(source_id=n, name=f"Outlet {n}", domain=None, note=None, documents=1_000 - n)
        for n in range(count)
    ]


def labels(panel: Panel) -> list[str]:
    return [label for row in panel.rows for label, _ in row]


def every_setting() -> list[ChatSettings]:
    return [
        *(ChatSettings(mode=mode) for mode in Mode),
        *(ChatSettings(needed=needed) for needed in Needed),
        *(ChatSettings(replies_a_day=number) for number in BUDGETS),
        *(ChatSettings(delete_after_h=hours) for hours in DELETE_AFTER_H),
        *(ChatSettings(emoji=emoji) for emoji in EMOJIS),
        *(ChatSettings(under_posts=under) for under in (True, False)),
        ChatSettings(silent_topics=frozenset({0})),
    ]


@pytest.mark.parametrize("t", TRANSLATORS.all, ids=lambda t: t.code)
def test_buttons_fit_in_every_language(t: Translator) -> None:
    pages = [main_page(one, Surroundings(topic=0), t) for one in every_setting()]
    pages += [
        sources_page(DEFAULTS, sources(20), 1, t),
        texts_page(DEFAULTS, HELD, t),
        languages_page(None, TRANSLATORS.all, t, back=True),
    ]
    for page in pages:
        for row in page.rows:
            for label, data in row:
                assert utf16_units(label) <= WIDEST
                assert len(data.encode()) <= MAX_BYTES
                assert decode_choice(data) is not None


def test_the_panel_shows_what_is_set() -> None:
    settings = ChatSettings(
        mode=Mode.FORWARDS,
        needed=Needed.CLOSE,
        replies_a_day=0,
        discussions=False,
        sources=frozenset({"a", "b"}),
        text_languages=frozenset({"de"}),
        emoji="🤔",
        under_posts=False,
        silent_topics=frozenset({7}),
        delete_after_h=6,
    )
    assert labels(main_page(settings, Surroundings(topic=7, sees_all=True), EN)) == [
        "I answer: when asked, and forwards",
        "Match needed: always close",
        "Replies a day: no limit",
        "Comments of readers: off",
        "Language: Automatic ›",
        "Sources: 2 ›",
        "Languages of texts: 1 ›",
        "Reaction that asks: 🤔",
        "Under channel posts: off",
        "Answered in this topic: only admins",
        "Delete my replies: after 6 hours",
        "Done",
    ]


def test_pressing_on_comes_round_through_all_values() -> None:
    for what in (What.MODE, What.NEEDED, What.BUDGET, What.EMOJI, What.POSTS, What.DELETE):
        settings, seen = DEFAULTS, []
        for _ in range(8):
            rows = main_page(settings, Surroundings(), EN).rows
            choices = [decode_choice(data) for row in rows for _, data in row]
            (choice,) = [one for one in choices if one and one.what is what]
            settings = chosen(settings, choice, languages=(), sources=())
            seen.append(settings)
        assert DEFAULTS in seen


def test_a_value_of_another_version_is_shown_and_can_be_left() -> None:
    odd = ChatSettings(replies_a_day=33, emoji="🔥")
    shown = labels(main_page(odd, Surroundings(), EN))
    assert "Replies a day: 33" in shown
    assert "Reaction that asks: none" in shown


def test_the_topic_is_offered_only_where_there_are_topics() -> None:
    assert not any("topic" in x for x in labels(main_page(DEFAULTS, Surroundings(), EN)))


def test_more_is_promised_only_where_the_bot_does_not_see_all() -> None:
    assert "privacy mode" in main_page(DEFAULTS, Surroundings(), EN).html
    assert "privacy mode" not in main_page(DEFAULTS, Surroundings(sees_all=True), EN).html


def test_a_source_that_was_renamed_stays_ticked() -> None:
    renamed = replace(sources(1)[0], also=("Former",))
    settings = ChatSettings(sources=frozenset({"former"}))
    assert labels(sources_page(settings, [renamed], 0, EN))[1] == "✓ Outlet 0"


def test_sources_come_in_pages_largest_first() -> None:
    first, last = (sources_page(DEFAULTS, sources(20), page, EN) for page in (0, 99))
    assert labels(first) == [
        "✓ all",
        *(f"Outlet {n}" for n in range(SOURCES_A_PAGE)),
        "› 2/3",
        "Back",
    ]
    assert labels(last) == ["✓ all", *(f"Outlet {n}" for n in range(16, 20)), "‹ 2/3", "Back"]
    assert page_of(sources(20), "17") == 2
    assert page_of(sources(20), "99") == 0


def test_an_empty_collection_has_nothing_to_choose() -> None:
    assert labels(sources_page(DEFAULTS, [], 0, EN)) == ["✓ all", "Back"]


def test_languages_of_texts_come_largest_first_and_what_is_chosen_stays_to_be_taken_back() -> None:
    assert labels(texts_page(DEFAULTS, HELD, EN)) == ["✓ all", "English", "Ukrainian", "Back"]
    one = ChatSettings(text_languages=frozenset({"de"}))
    assert labels(texts_page(one, HELD, EN)) == ["all", "English", "Ukrainian", "✓ German", "Back"]


def test_the_chosen_language_is_marked_in_its_own_name() -> None:
    page = languages_page("uk", TRANSLATORS.all, EN, back=False)
    assert "✓ Українська" in labels(page)
    assert "Automatic" in labels(page)
    assert len(labels(page)) == 1 + len(TRANSLATORS.all)
