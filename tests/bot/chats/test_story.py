from __future__ import annotations

from dataclasses import replace

from support import answers as samples
from support.group_chats import other_sample

from bot.chats.story import Digests, key_from
from index.model import Claim

DIGESTS = Digests(key=key_from("a token"))


def of(*texts: str, chat_id: int = -1) -> str:
    return DIGESTS.of_claims(chat_id, [Claim(text=text) for text in texts])


def test_the_same_words_are_the_same_story_whatever_their_dress() -> None:
    assert of("The dam broke!") == of("the  DAM, broke")
    assert of("The dam broke") != of("The dam held")
    assert of("The dam", "broke") != of("The dam broke")


def test_links_are_part_of_a_story() -> None:
    one, two = (Claim(text="", links=(f"https://a.example/{n}",)) for n in range(2))
    assert DIGESTS.of_claims(-1, [one]) != DIGESTS.of_claims(-1, [two])


def test_what_finds_the_same_texts_is_the_same_story() -> None:
    first = DIGESTS.of_found(-1, [samples.strong()])
    reworded = replace(samples.strong(), claim=Claim(text="other words"))
    assert DIGESTS.of_found(-1, [reworded]) == first
    assert DIGESTS.of_found(-1, [samples.abstained(), samples.strong()]) == first
    assert DIGESTS.of_found(-1, [other_sample()]) != first
    assert DIGESTS.of_found(-1, [samples.abstained()]) is None


def test_digests_of_other_chats_keys_and_kinds_tell_nothing_of_each_other() -> None:
    other = Digests(key=key_from("another token"))
    claims = [Claim(text="The dam broke")]
    seen = {
        of("The dam broke"),
        of("The dam broke", chat_id=-2),
        other.of_claims(-1, claims),
        DIGESTS.of_voter("a", 5),
        DIGESTS.of_voter("b", 5),
        DIGESTS.of_voter("a", 6),
        other.of_voter("a", 5),
    }
    assert len(seen) == 7


def test_a_digest_holds_neither_words_nor_numbers() -> None:
    assert "dam" not in of("dam dam dam dam")
    assert "1234567" not in DIGESTS.of_voter("a", 1234567)
    assert len(of("x")) == 24
