from __future__ import annotations

import json

import pytest

from bot.chats.settings import (
    DEFAULTS,
    MAX_SILENT_TOPICS,
    ChatSettings,
    Mode,
    Needed,
    settings_from_json,
)

ALL_CHANGED = ChatSettings(
    language="uk",
    mode=Mode.FORWARDS,
    needed=Needed.CLOSE,
    replies_a_day=5,
    discussions=False,
    sources=frozenset({"The Harbour Post", "Вісник"}),
    text_languages=frozenset({"de", "uk"}),
    emoji="🤔",
    under_posts=False,
    silent_topics=frozenset({0, 17}),
    delete_after_h=24,
)


def test_settings_survive_being_kept() -> None:
    assert settings_from_json(ALL_CHANGED.to_json()) == ALL_CHANGED


def test_only_what_differs_from_the_defaults_is_kept() -> None:
    assert DEFAULTS.to_json() == "{}"
    assert json.loads(ChatSettings(replies_a_day=5).to_json()) == {"replies_a_day": 5}


@pytest.mark.parametrize("text", ["", "null", "[]", "3", "{", '"x"'])
def test_what_is_no_settings_gives_the_defaults(text: str) -> None:
    assert settings_from_json(text) == DEFAULTS


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "shouting"},
        {"needed": 3},
        {"replies_a_day": -1},
        {"replies_a_day": True},
        {"discussions": "yes"},
        {"sources": [1]},
        {"text_languages": [1]},
        {"silent_topics": "x"},
        {"language": 5},
        {"from_a_newer_version": 1},
    ],
)
def test_a_value_that_is_not_allowed_takes_no_other_with_it(wrong: dict[str, object]) -> None:
    text = json.dumps({"delete_after_h": 6} | wrong)
    assert settings_from_json(text) == ChatSettings(delete_after_h=6)


def test_no_more_topics_are_read_than_may_be_kept() -> None:
    text = json.dumps({"silent_topics": list(range(1_000))})
    assert len(settings_from_json(text).silent_topics) == MAX_SILENT_TOPICS
