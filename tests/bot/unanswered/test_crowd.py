from __future__ import annotations

import numpy as np
import pytest
from support.clock import Clock
from support.word_encoder import WordEncoder

from bot.unanswered import crowd as crowds
from bot.unanswered.crowd import Crowd, Matter
from bot.unanswered.stripping import strip, telling

DAY_S = 86_400.0
ENCODER = WordEncoder(dimension=256)
WORDINGS = (
    "they say the water of the reservoir is poisoned today",
    "is the water of the reservoir really poisoned",
    "someone poisons the water of the reservoir they say",
    "the reservoir is poisoned they say so avoid the water of marlene",
    "the water of the reservoir is poisoned",
)


def a_crowd(clock: Clock | None = None) -> Crowd:
    return Crowd(keep_s=30 * DAY_S, now=clock or Clock(1_000_000.0))


def hear(crowd: Crowd, chat_id: int, claim: str) -> Matter | None:
    return crowd.hear(chat_id, strip(claim), ENCODER.one(claim))


def heard(crowd: Crowd, *claims: str, first_chat: int = 1) -> Matter:
    found = None
    for chat_id, claim in enumerate(claims, start=first_chat):
        found = hear(crowd, chat_id, claim)
    assert found is not None
    return found


def test_other_wordings_meet_and_another_matter_does_not() -> None:
    crowd = a_crowd()
    matter = heard(crowd, *WORDINGS)
    assert len(matter.chats) == 5
    assert hear(crowd, 6, "wolves were seen behind our school") is not matter


def test_only_words_of_three_chats_are_shared_and_only_with_five() -> None:
    crowd = a_crowd()
    matter = heard(crowd, *WORDINGS[:4])
    assert crowd.wording(strip(WORDINGS[3]), matter) == ""
    matter = heard(crowd, WORDINGS[4], first_chat=5)
    assert crowd.wording(strip(WORDINGS[4]), matter) == "the water of the reservoir is poisoned"


def test_another_wording_takes_its_place_only_by_telling_more() -> None:
    crowd = a_crowd()
    matter = heard(crowd, *WORDINGS)
    matter.row, matter.told = 7, telling(strip(WORDINGS[4]))
    assert crowd.wording(strip(WORDINGS[1]), matter) == ""
    for chat in (6, 7, 8):
        hear(crowd, chat, f"{WORDINGS[4]} with arsenic")
    assert crowd.wording(strip(f"{WORDINGS[4]} with arsenic of Marlene"), matter) == (
        "the water of the reservoir is poisoned with arsenic of …"
    )


def test_the_first_word_of_a_sentence_is_shown_where_three_chats_wrote_it_small() -> None:
    crowd = a_crowd()
    claims = ["Marlene says the water of the reservoir is poisoned"] * 4
    assert crowd.wording(strip(claims[0]), heard(crowd, *claims)) == ""
    matter = heard(crowd, "Water of the reservoir is poisoned", first_chat=5)
    assert crowd.wording(("Water", "poisoned"), matter) == "water poisoned"
    assert crowd.wording(strip(claims[0]), matter) == (
        "… says the water of the reservoir is poisoned"
    )


def test_too_little_that_is_shared_waits_for_more_chats() -> None:
    crowd = a_crowd()
    vector = ENCODER.one("same")
    for chat in range(5):
        matter = crowd.hear(chat, (f"first{chat}", f"second{chat}"), vector)
        assert matter is not None
    assert crowd.wording(("first4", "second4"), matter) == ""
    for chat in (5, 6):
        crowd.hear(chat, ("first4", "second4"), vector)
    assert crowd.wording(("first4", "second4"), matter) == "first4 second4"


def test_one_chat_counts_once_whatever_it_says() -> None:
    crowd = a_crowd()
    assert hear(crowd, 1, WORDINGS[0]) is not None
    assert [hear(crowd, 1, claim) for claim in WORDINGS] == [None] * 5


def test_nothing_of_a_chat_or_a_word_can_be_read_in_memory() -> None:
    matter = heard(a_crowd(), WORDINGS[0], first_chat=987_654)
    held = repr((matter.chats, matter.words)).encode()
    assert b"987654" not in held
    assert b"reservoir" not in held
    again = heard(a_crowd(), WORDINGS[0], first_chat=987_654)
    assert matter.chats.isdisjoint(again.chats)


def test_who_is_forgotten_takes_along_what_is_only_in_memory() -> None:
    crowd = a_crowd()
    before = heard(crowd, *WORDINGS[:3])
    crowd.forget(2)
    after = heard(crowd, WORDINGS[3], first_chat=4)
    assert after is not before
    assert len(after.chats) == 1
    after.row = 7
    for _ in range(3):
        crowd.forget(4)
        assert hear(crowd, 4, f"{WORDINGS[4]} with arsenic") is after
    assert crowd.wording(strip(f"{WORDINGS[4]} with arsenic"), after) == ""


def test_the_words_of_a_matter_are_bounded_and_those_of_many_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowds, "_MOST_WORDS", 40)
    crowd = a_crowd()
    vector = ENCODER.one("same")
    for chat in range(30):
        rare = tuple(f"rare{chat}word{n}" for n in range(9))
        matter = crowd.hear(chat, ("water", "poisoned", *rare), vector)
        assert matter is not None
        assert len(matter.words) <= 40
    assert crowd.wording(("water", "poisoned", "rare1word1"), matter) == "water poisoned …"


def test_what_nobody_asked_for_long_begins_anew() -> None:
    clock = Clock(1_000_000.0)
    crowd = a_crowd(clock)
    before = heard(crowd, *WORDINGS[:2])
    clock.now += 30 * DAY_S - 1
    assert heard(crowd, WORDINGS[2], first_chat=3) is before
    clock.now += 30 * DAY_S
    assert heard(crowd, WORDINGS[3], first_chat=4) is not before


def test_a_flood_of_one_chat_pushes_out_nothing_that_others_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowds, "_MOST_MATTERS", 10)
    crowd = a_crowd()
    matter = heard(crowd, *WORDINGS[:2])
    vectors = np.eye(256, dtype=np.float32)
    for number in range(50):
        crowd.hear(99, (f"word{number}", "other"), vectors[number])
    assert heard(crowd, WORDINGS[2], first_chat=3) is matter


def test_an_encoder_that_finds_all_texts_alike_is_not_taken_at_its_word() -> None:
    crowd = a_crowd()
    everything = np.zeros(257, dtype=np.float32)
    everything[256] = 3.0

    def crowded(claim: str) -> np.ndarray:
        vector = everything.copy()
        vector[:256] = ENCODER.one(claim)
        return vector / np.linalg.norm(vector)

    apart = ("bread is dear", "wolves came near", "she won it", "play this chord")
    crowd.expect(np.stack([crowded(claim) for claim in apart]))
    first = crowd.hear(1, ("water",), crowded(WORDINGS[0]))
    assert crowd.hear(2, ("wolves",), crowded("wolves were seen behind our school")) is not first
    assert crowd.hear(3, ("water",), crowded(WORDINGS[4])) is first
