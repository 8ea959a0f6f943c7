from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chats.choices import (
    EMOJIS,
    NOTHING,
    Choice,
    What,
    chosen,
    decode_choice,
    encode_choice,
)
from bot.chats.settings import MAX_SILENT_TOPICS, ChatSettings, Mode, Needed
from index.library import SourceSummary

SOURCES = [
    SourceSummary(source_id=n, name=name, domain=None, note=None, documents=1)
    for n, name in enumerate(("Post", "", "Herald"))
]


def choose(
    what: What, value: str, before: ChatSettings | None = None, *, on: bool | None = None
) -> ChatSettings:
    choice = Choice(what=what, value=value, on=on)
    assert decode_choice(encode_choice(choice)) == choice
    return chosen(
        before or ChatSettings(),
        choice,
        languages=("de", "en"),
        sources=SOURCES,
        held={"de", "uk"},
    )


@pytest.mark.parametrize(
    ("what", "value", "after"),
    [
        (What.MODE, "forwards", ChatSettings(mode=Mode.FORWARDS)),
        (What.NEEDED, "close", ChatSettings(needed=Needed.CLOSE)),
        (What.BUDGET, "5", ChatSettings(replies_a_day=5)),
        (What.BUDGET, "0", ChatSettings(replies_a_day=0)),
        (What.DISCUSSIONS, "0", ChatSettings(discussions=False)),
        (What.EMOJI, "1", ChatSettings(emoji=EMOJIS[1])),
        (What.POSTS, "0", ChatSettings(under_posts=False)),
        (What.DELETE, "24", ChatSettings(delete_after_h=24)),
        (What.LANGUAGE, "de", ChatSettings(language="de")),
    ],
)
def test_each_choice_sets_its_value(what: What, value: str, after: ChatSettings) -> None:
    assert choose(what, value) == after


@pytest.mark.parametrize(
    ("what", "before"),
    [
        (What.EMOJI, ChatSettings(emoji="🙏")),
        (What.POSTS, ChatSettings(under_posts=True)),
        (What.LANGUAGE, ChatSettings(language="de")),
        (What.SOURCE, ChatSettings(sources=frozenset({"Post"}))),
        (What.TEXTS, ChatSettings(text_languages=frozenset({"de"}))),
    ],
)
def test_a_choice_can_be_taken_back(what: What, before: ChatSettings) -> None:
    assert choose(what, NOTHING, before) == ChatSettings()


@pytest.mark.parametrize(
    ("what", "value"),
    [
        (What.MODE, "shouting"),
        (What.NEEDED, "0"),
        (What.BUDGET, "7"),
        (What.BUDGET, "-1"),
        (What.BUDGET, "x"),
        (What.DISCUSSIONS, "2"),
        (What.EMOJI, "99"),
        (What.DELETE, "48"),
        (What.LANGUAGE, "xx"),
        (What.SOURCE, "1"),
        (What.SOURCE, "9"),
        (What.TEXTS, "xx"),
        (What.TOPIC, "x"),
        (What.OPEN, "main"),
        (What.CLOSE, "0"),
    ],
)
def test_what_is_not_offered_changes_nothing(what: What, value: str) -> None:
    assert choose(what, value, on=True) == ChatSettings()


def test_a_renamed_source_is_taken_out_by_its_button_and_one_that_is_gone_by_any() -> None:
    post = SourceSummary(
        source_id=1, name="The Post", domain="post.example", note=None, documents=1, also=("Post",)
    )
    herald = SourceSummary(source_id=2, name="Herald", domain=None, note=None, documents=1)
    for former in ("POST", "post.example"):
        before = ChatSettings(sources=frozenset({former, "Herald", "Gone"}))
        choice = Choice(what=What.SOURCE, value="1", on=False)
        after = chosen(before, choice, languages=(), sources=[post, herald])
        assert after.sources == {"Herald"}
        again = chosen(before, replace(choice, on=True), languages=(), sources=[post, herald])
        assert again.sources == {"Herald", "The Post"}


def test_sources_and_topics_are_switched_one_by_one() -> None:
    one = choose(What.SOURCE, "0", on=True)
    two = choose(What.SOURCE, "2", one, on=True)
    assert two.sources == {"Post", "Herald"}
    assert choose(What.SOURCE, "0", two, on=False).sources == {"Herald"}
    both = choose(What.TEXTS, "uk", choose(What.TEXTS, "de", on=True), on=True)
    assert both.text_languages == {"de", "uk"}
    assert choose(What.TEXTS, "de", both, on=False).text_languages == {"uk"}
    silent = choose(What.TOPIC, "0", choose(What.TOPIC, "17", on=False), on=False)
    assert silent.silent_topics == {0, 17}
    assert choose(What.TOPIC, "17", silent, on=True).silent_topics == {0}


def test_no_more_topics_are_silent_than_may_be_kept() -> None:
    full = ChatSettings(silent_topics=frozenset(range(1, MAX_SILENT_TOPICS + 1)))
    assert choose(What.TOPIC, "0", full, on=False) == full
    assert len(choose(What.TOPIC, "5", full, on=True).silent_topics) == MAX_SILENT_TOPICS - 1


@pytest.mark.parametrize(
    "data",
    [None, "", "s1", "s1.m", "s1.q.1", "s1.m.a b", "s1.m.x.2", "s2.m.asked", "s1.m.\n", "🔥"],
)
def test_what_no_button_carries_is_no_choice(data: str | None) -> None:
    assert decode_choice(data) is None


def test_a_value_without_a_place_in_64_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_choice(Choice(what=What.SOURCE, value="9" * 40))
