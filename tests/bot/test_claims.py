from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.telegram import content, origins
from support.telegram.chats import ChatType
from support.telegram.content import Content
from support.telegram.world import World
from telegram import Message

from bot.claims import extract

CLAIM = "Vaccines contain microchips that track you"
DAM = "The dam at Sel lost half of its water"


def message(what: str | Content = CLAIM, **fields: object) -> Message:
    sent = World().user(5).send(what, extra=fields)
    return built(sent.json())


def built(data: object) -> Message:
    # As it comes over the wire.
    return Message.de_json(json.loads(json.dumps(data)), None)


def claim_of(sent: Message, max_chars: int = 2_000) -> str | None:
    claims = extract(sent, max_chars=max_chars)
    assert len(claims) < 2
    return claims[0].text if claims else None


def test_plain_words_are_the_claim() -> None:
    assert claim_of(message()) == CLAIM


@pytest.mark.parametrize("make", [content.photo, content.video, content.document, content.voice])
def test_a_caption_is_the_claim(make: Callable[..., Content]) -> None:
    assert claim_of(message(make(caption=CLAIM))) == CLAIM


def forwarded() -> dict[str, dict[str, object]]:
    world = World()
    channel = world.add_chat(ChatType.CHANNEL, "News")
    group = world.add_chat(ChatType.SUPERGROUP, "Neighbours")
    return {
        "user": origins.from_user(world.user(6)),
        "hidden": origins.from_hidden_user("Somebody"),
        "chat": origins.from_chat(group),
        "channel": origins.from_channel(channel, signature="Ed"),
    }


@pytest.mark.parametrize("origin", ["user", "hidden", "chat", "channel"])
def test_forwarded_messages_of_every_origin_are_claims(origin: str) -> None:
    sent = World().user(5).send(CLAIM, origin=forwarded()[origin])
    assert claim_of(built(sent.json())) == CLAIM


def test_the_part_that_a_person_quotes_is_the_claim() -> None:
    ada = World().user(5)
    first = ada.send(f"{DAM}. {CLAIM}.")
    asked = ada.send("Is this true, what do you think?", reply_to=first, quote=CLAIM)
    assert claim_of(built(asked.json())) == CLAIM


def test_a_quote_that_telegram_added_gives_way_to_own_words() -> None:
    quote = {"text": CLAIM, "position": 0}
    assert claim_of(message(DAM, quote=quote)) == DAM
    assert claim_of(message("???", quote=quote)) == CLAIM


def test_a_quote_inside_a_forwarded_message_is_not_the_claim() -> None:
    quote = {"text": CLAIM, "position": 0, "is_manual": True}
    origin = forwarded()["hidden"]
    assert claim_of(message(DAM, quote=quote, forward_origin=origin)) == DAM


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        (f"/context {CLAIM}", CLAIM),
        (f"@FactContextBot {CLAIM}", CLAIM),
        (f"{CLAIM} https://t.me/x/1?utm_source=a&fbclid=b", CLAIM),
        (f"🔥🔥 {CLAIM} ‼️👇🏽", CLAIM),
        (f"Forwarded as received:\n{CLAIM}", CLAIM),
        (f"FWD\n\n{CLAIM}\n\nFollow us: @daily_news", CLAIM),
        (f"{CLAIM}\n#breaking #health", CLAIM),
        (f"{CLAIM}\nhttps://news.example/a", CLAIM),
        ("The #Sel_dam lost half of its water", "The Sel dam lost half of its water"),
        ("@WHO says that masks do nothing.", "@WHO says that masks do nothing."),
        (f"  {DAM}\n\n\nin one night  ", f"{DAM} in one night"),
        ("می‌گویند سد شکسته است", "می‌گویند سد شکسته است"),
        ("क्‍या यह सच है कि बाँध टूट गया", "क्‍या यह सच है कि बाँध टूट गया"),
        ("😀" * 10 + f" @factcontextbot {DAM}", DAM),
        ("地震は人工的に", "地震は人工的に"),
        ("It was 40 °C in Sel", "It was 40 °C in Sel"),
    ],
)
def test_what_surrounds_a_claim_is_left_out(words: str, claim: str) -> None:
    assert claim_of(message(words)) == claim


@pytest.mark.parametrize(
    "words",
    [
        "🔥🔥🔥",
        "👨‍👩‍👧‍👦 🇺🇦 1️⃣",
        "ok",
        "hi!",
        "???",
        "12345",
        "/context",
        "@factcontextbot",
        "Fwd:",
        "#a #b",
        "…",
    ],
)
def test_a_message_that_says_nothing_has_no_claim(words: str) -> None:
    assert claim_of(message(words)) is None


@pytest.mark.parametrize(
    "what",
    [
        content.photo(),
        content.sticker(),
        content.voice(),
        content.location(),
        content.contact(),
        content.dice(),
    ],
)
def test_media_without_words_has_no_claim(what: Content) -> None:
    assert claim_of(message(what)) is None


def test_a_long_message_is_cut_after_a_sentence() -> None:
    text = "The first sentence stands here. The second one is longer than what is left."
    assert claim_of(message(text), max_chars=50) == "The first sentence stands here."


def test_a_long_sentence_is_cut_at_a_word() -> None:
    assert claim_of(message("word " * 100), max_chars=52) == ("word " * 10).strip()


@given(words=st.text(min_size=1, max_size=500).filter(str.strip))
def test_any_text_gives_one_bounded_line_or_nothing(words: str) -> None:
    data = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": words}
    claims = extract(Message.de_json(data, None), max_chars=60)
    assert len(claims) <= 5
    for claim in claims:
        assert (0 < len(claim.text) <= 60 and "\n" not in claim.text) or claim.links


# ---------------------------------------------------------------- several, long

BATS = "Bats are blind and all of them have rabies"
BRIDGE = "Elder Bridge will cost 42 million to repair"
APOLLO = "NASA filmed Apollo 11 in a studio in Nevada"


@pytest.mark.parametrize(
    "words",
    [
        f"1. {BATS}\n2. {BRIDGE}\n3. {APOLLO}",
        f"Three things they never tell you:\n\n1) {BATS}\n\n2) {BRIDGE}\n\n3) {APOLLO}",
        f"- {BATS}\n- {BRIDGE}\n- {APOLLO}\nshare!",
        f"1️⃣ {BATS}\n2️⃣ {BRIDGE}\n3️⃣ {APOLLO}",
        f"👉 {BATS}\n👉 {BRIDGE}\n👉 {APOLLO}\nFollow us: @daily_news",
        f"FWD:\n• {BATS}\n• {BRIDGE}\n• {APOLLO}",
        f"{BATS}!\n\n{BRIDGE}.\n\n{APOLLO}!!",
        f"{BATS}!\n{BRIDGE}.\n{APOLLO}!!",
        f"{BATS}. {BRIDGE}. {APOLLO}.",
        f"{BATS} 😂 {BRIDGE}‼️😱 {APOLLO} 🤷‍♂️",
    ],
)
def test_claims_that_plainly_stand_apart_are_taken_apart(words: str) -> None:
    claims = extract(message(words), max_chars=2_000)
    assert [claim.text.rstrip("!.") for claim in claims] == [BATS, BRIDGE, APOLLO]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (f"{BATS}. The Great Wall is seen from the Moon.", (BATS, "The Great Wall")),
        (f"{BATS}! {APOLLO}. Haha, as if!", (BATS, f"{APOLLO}. Haha, as if!")),
        (f"Wow. {BATS}. {APOLLO}. Share it!", (f"Wow. {BATS}", f"{APOLLO}. Share it!")),
        (f"1. {BATS}\n2. {APOLLO}\n3. Salt is harmless", (BATS, APOLLO, "Salt is harmless")),
        (f"This they will never tell you about 👇\n1. {BATS}\n2. {APOLLO}", (BATS, APOLLO)),
    ],
)
def test_a_joke_or_a_short_one_among_them_keeps_no_claims_together(
    words: str, parts: tuple[str, ...]
) -> None:
    claims = extract(message(words), max_chars=2_000)
    assert len(claims) == len(parts)
    for claim, part in zip(claims, parts, strict=True):
        assert claim.text.startswith(part)


@pytest.mark.parametrize(
    "words",
    [
        f"{BATS}. — Ada Lind Brown (@adalind) September 16, 2019",
        f"{BATS}! StopIt — Ada Lind Brown (@adalind) May 8, 2019",
        f"1. 5G\n2. {BATS}\n3. {APOLLO}",
        f"Here is what nobody will ever tell you.\n1. {BATS}\n2. {APOLLO}",
        f"{DAM}. Here is why 👇\n1. {BATS}\n2. {APOLLO}",
        f"{DAM}. What else they hide:\n1. {BATS}\n2. {APOLLO}",
        "The dam broke at noon in Sel. It was built in 1950 by Swiss engineers.",
        f"{BATS}. But nobody at the zoo ever told me so.",
        "Elder Bridge will be closed for two years.\n\nThe council says repairs cost 42 million.",
        "Elder Bridge costs 42 million to repair. Nobody asked why Elder Bridge cracked in June.",
        f"{BATS}. Is this true?",
        f"{BATS}. Share before they delete!",
        "1. in the water\n2. in the food\n3. in the air",
        f"{BATS}\nand {BRIDGE}\nand {APOLLO}",
        "Batteries got 90% cheaper and power banks must go in hand luggage",
        "In 1969. 2 men landed. 3 flags.",
        "\n".join(f"{n}. Claim number {n} says thing{n} about place{n}" for n in range(1, 8)),
        "السد انهار في الليل بالكامل. وقال المهندسون إن المنسوب انخفض كثيرا",
        "Someone of 1. FC Köln said on Tuesday that football is over. And Müller wept.",
    ],
)
def test_what_leans_on_the_rest_stays_one_claim(words: str) -> None:
    assert claim_of(message(words)) == " ".join(words.replace("👇", "").split())


def test_no_golden_claim_of_the_starter_corpus_is_torn() -> None:
    golden = Path(__file__).resolve().parents[2] / "seeds" / "golden.jsonl"
    for line in golden.read_text("utf-8").splitlines():
        claim = json.loads(line)["claim"]
        assert claim_of(message(claim)) is not None, claim


def test_a_long_text_is_searched_by_its_beginning_and_what_it_keeps_coming_back_to() -> None:
    filler = [f"Aunt{n} waved{n} from window{n} that quiet{n} evening{n}." for n in range(60)]
    telling = "Sel dam water turbines failed as Sel dam water inspectors ignored turbines."
    echoes = [f"Sel dam water and turbines, item {n}." for n in range(8)]
    beginning = f"{DAM} in one night. Engineers warned in May."
    text = " ".join([beginning, *filler, telling, *echoes])
    claim = claim_of(message(text))
    assert claim is not None
    assert claim.startswith(beginning)
    assert telling in claim
    assert len(claim) <= 900


@pytest.mark.parametrize("before", ["", "Breaking news! "])
def test_a_long_text_without_full_stops_is_searched_by_its_words_and_not_by_its_last_line(
    before: str,
) -> None:
    rant = "they say the new vaccine has made the children of this town ill " * 25
    claim = claim_of(message(f"{before}{rant.strip()}. Tell all."))
    assert claim is not None
    assert claim.startswith(f"{before}they say the new vaccine")
    assert 800 < len(claim) <= 900
    assert set(claim.split()) <= {*before.split(), *rant.split()}  # No half of a word.


@pytest.mark.parametrize("text", ["word " * 400, "x" * 4_000, "A. " * 900, "да " * 600 + "."])
def test_a_long_text_of_any_shape_is_bounded(text: str) -> None:
    claim = claim_of(message(text), max_chars=2_000)
    assert claim is None or len(claim) <= 900
