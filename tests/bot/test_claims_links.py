"""Links in messages: they go with the claim, and what only looks like one stays a word of it."""

from __future__ import annotations

import json

import pytest
from support.telegram.world import World
from telegram import Message

from bot.claims import extract
from index.model import Claim

CLAIM = "Vaccines contain microchips that track you"
DAM = "The dam at Sel lost half of its water"


def only_claim(words: str, **fields: object) -> Claim:
    sent = World().user(5).send(words, extra=fields).json()
    (claim,) = extract(Message.de_json(json.loads(json.dumps(sent)), None), max_chars=2_000)
    return claim


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("https://news.example/a?utm_source=x", ("https://news.example/a?utm_source=x",)),
        (f"{CLAIM} (https://news.example/a).", ("https://news.example/a",)),
        (f"{CLAIM}\nhttp://a.example/1\nhttp://a.example/1", ("http://a.example/1",)),
        (CLAIM, ()),
    ],
)
def test_links_go_with_the_claim(words: str, links: tuple[str, ...]) -> None:
    claim = only_claim(words)
    assert claim.links == links
    assert claim.text in (CLAIM, f"{CLAIM} (", "")


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        ("news.example/a", ""),
        (f"{CLAIM} news.example/2024/dam.", CLAIM),
        ("He earns 5 Euros and/or drives 90 km/h there", None),
        ("Node.js/Express has a backdoor of the NSA", None),
        ("They came on Monday.And/or they lied about it", None),
    ],
)
def test_a_link_may_lack_its_beginning(words: str, claim: str | None) -> None:
    found = only_claim(words)
    assert bool(found.links) == (claim is not None)
    assert found.text == (words if claim is None else claim)


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        ("Vaccines cause autism: https://news.example/a", "Vaccines cause autism:"),
        ("Masks useless @WHO", "Masks useless @WHO"),
        ("这个疫苗会杀死人 https://news.example/a", "这个疫苗会杀死人"),
        (f"{DAM}\n这个疫苗在德国杀死了很多人 @daily", f"{DAM} 这个疫苗在德国杀死了很多人 @daily"),
    ],
)
def test_few_words_beside_a_link_or_a_name_are_the_claim_of_a_message_that_says_nothing_else(
    words: str, claim: str
) -> None:
    assert only_claim(words).text == claim


def test_what_telegram_marks_as_a_link_is_one() -> None:
    entities = [{"type": "url", "offset": 3, "length": 12}]
    found = only_claim("😀 news.example says the dam broke", entities=entities)
    assert found.links == ("news.example",)


def test_a_link_behind_words_is_a_link() -> None:
    entity = {"type": "text_link", "offset": 0, "length": 8, "url": "https://news.example/b"}
    claim = only_claim(CLAIM, entities=[entity])
    assert (claim.text, claim.links) == (CLAIM, ("https://news.example/b",))
