"""`@bot claim` in chats that the bot is not in, over HTTP against the stand-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support import answers as samples
from support.private_bot import CLAIM, Searching, running
from support.telegram import faults, origins
from support.telegram.asking import ask_inline, guest_message, mention_guest
from support.telegram.chats import ChatType
from support.telegram.server import Telegram

from index.errors import SearchBusyError
from index.model import EVERYTHING, Answer, Claim, Scope
from index.reference import AnswerReference

with_bot = pytest.mark.usefixtures("bot")


@pytest.fixture(autouse=True)
def inline_mode(telegram: Telegram) -> None:
    telegram.world.bot |= {"supports_inline_queries": True, "supports_guest_queries": True}


@with_bot
async def test_help_says_that_it_may_be_asked_in_any_chat(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    ada.send("/help")
    assert "In any other chat, write my name and a claim" in (await ada.receives()).text


@with_bot
async def test_results_carry_title_source_date_and_words(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    asked = ask_inline(ada, CLAIM)
    first, second = await asked.answered()
    assert first["title"] == "Sel dam holds, engineers say"
    assert first["description"].startswith("The Harbour Post · 4 November 2018 · The reservoir")
    assert second["title"] == "What readers said: Sel dam holds, engineers say"
    answer = asked.answer or {}
    assert (answer["is_personal"], answer["cache_time"], asked.button) == (True, 60, None)


@with_bot
async def test_a_shared_result_shows_its_source_and_leads_to_the_whole_answer(
    telegram: Telegram, service: Searching
) -> None:
    world = telegram.world
    ada, bea = world.user(5), world.user(6)
    group = world.add_chat(ChatType.SUPERGROUP, "Neighbours")
    asked = ask_inline(ada, CLAIM)
    await asked.answered()
    shared = asked.choose(0, to=group)
    assert shared.marked("blockquote")[0] == CLAIM
    assert "No more than a tenth of the water was lost." in shared.text
    assert "The Harbour Post · Ida Holm · 4 November 2018" in shared.text
    assert "https://harbourpost.example/sel?page=1&all=yes" in shared.links.values()
    assert "You sleep deeply." not in shared.text
    link = shared.button("Full context").url or ""
    start = "https://t.me/factcontext_bot?start="
    assert link.startswith(start)
    bea.send(f"/start {link.removeprefix(start)}")
    whole = await bea.receives()
    assert "No more than a tenth of the water was lost." in whole.text
    assert CLAIM not in whole.text
    bea.press(whole, "What readers said")
    assert "You sleep deeply." in (await bea.receives()).text
    kept = service.kept[0]
    assert kept.passage_ids == AnswerReference.of(service.sample).passage_ids


@with_bot
async def test_a_result_that_is_chosen_in_the_bots_own_chat_is_no_question(
    telegram: Telegram, service: Searching
) -> None:
    ada, ours = telegram.world.user(5), {"via_bot": telegram.world.bot_as_user()}
    ada.send(f"{CLAIM}\n\nClose match", extra=ours)
    await ada.receives_nothing()
    ada.forward(CLAIM, origins.from_hidden_user("Zoe"), extra=ours)
    assert "Close match" in (await ada.receives()).text
    assert service.asked == [CLAIM]


@with_bot
async def test_a_shared_discussion_is_labelled_as_opinion(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    group = telegram.world.add_chat(ChatType.SUPERGROUP, "Neighbours")
    asked = ask_inline(ada, CLAIM)
    await asked.answered()
    shared = asked.choose(1, to=group)
    assert "opinions of readers, not checked" in shared.marked("italic")
    assert "No article in the collection" not in shared.text
    assert "a tenth of the water" not in shared.text


@with_bot
@pytest.mark.parametrize("sample", ["long", "hostile", "arabic", "related", "only-discussion"])
async def test_every_kind_of_answer_can_be_shared(
    telegram: Telegram, service: Searching, sample: str
) -> None:
    service.sample = samples.SAMPLES[sample]()
    asked = ask_inline(telegram.world.user(5), CLAIM)
    shown = len(service.sample.reporting) + len(service.sample.discussion)
    assert len(await asked.answered()) == shown


@with_bot
@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Write a claim after my name"), ("dam", "Write a claim after my name")],
)
async def test_a_query_that_states_nothing_says_what_to_write(
    telegram: Telegram, service: Searching, query: str, words: str
) -> None:
    asked = ask_inline(telegram.world.user(5), query)
    assert await asked.answered() == []
    assert asked.button == words
    assert service.asked == []


@with_bot
async def test_an_empty_result_explains_itself(telegram: Telegram, service: Searching) -> None:
    service.sample = samples.abstained()
    ada = telegram.world.user(5)
    asked = ask_inline(ada, CLAIM)
    assert await asked.answered() == []
    assert asked.button == "Nothing close here; ask me in private"
    service.error = SearchBusyError("full")
    again = ask_inline(ada, CLAIM)
    assert await again.answered() == []
    assert again.button == "Too busy; try again in a moment"
    assert (again.answer or {})["cache_time"] == 0


@with_bot
async def test_of_what_is_typed_letter_by_letter_the_last_is_answered(
    telegram: Telegram, service: Searching
) -> None:
    ada, bea = telegram.world.user(5), telegram.world.user(6)
    typed = [ask_inline(ada, CLAIM[: len(CLAIM) - n]) for n in (3, 2, 1)]
    other = ask_inline(bea, CLAIM)
    await typed[-1].answered()
    await other.answered()
    assert typed[0].answer is None
    assert service.asked == [CLAIM[:-1], CLAIM]


@with_bot
async def test_a_flood_or_an_expired_query_disturbs_nobody(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.flood(1), "answerInlineQuery")
    late = ask_inline(ada, CLAIM)
    assert len(await late.answered()) == 2
    gone = ask_inline(ada, CLAIM)
    gone.expired = True
    await telegram.world.called("answerInlineQuery", times=3)
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives()).text


async def test_nothing_about_a_query_is_kept(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    marked = "The zyzzyva dam at Sel lost half of its water"
    async with running(telegram, service, tmp_path):
        asked = ask_inline(telegram.world.user(4711), marked)
        await asked.answered()
        asked.choose(0, to=telegram.world.add_chat(ChatType.GROUP, "Elsewhere"))
    assert service.asked == [marked]
    assert [path for path in files(tmp_path) if b"zyzzyva" in path.read_bytes()] == []


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@with_bot
@pytest.mark.parametrize("forged", ["c1AAAA", "c1" + "A" * 62, "c1zzzzzzzz"])
async def test_a_forged_link_is_said_to_lead_nowhere(telegram: Telegram, forged: str) -> None:
    ada = telegram.world.user(5)
    ada.send(f"/start {forged}")
    assert "no longer kept" in (await ada.receives()).text


@with_bot
async def test_a_link_to_what_was_taken_down_says_so(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    asked = ask_inline(ada, CLAIM)
    await asked.answered()
    url = asked.offered[0]["markup"]["inline_keyboard"][0][0]["url"]
    service.left = False
    ada.send(f"/start {url.split('=')[1]}")
    assert "was withdrawn" in (await ada.receives()).text


# ---------------------------------------------------------------- as a guest


@with_bot
async def test_a_mention_by_a_guest_is_answered_once_with_one_message(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    asked = mention_guest(ada, f"@factcontext_bot {CLAIM}")
    (answer,) = await asked.answered()
    assert "No more than a tenth of the water was lost." in answer["fields"]["text"]
    assert answer["markup"]["inline_keyboard"][0][0]["text"] == "Full context"
    assert service.asked == [CLAIM]
    assert telegram.world.calls("sendMessage") == []


@with_bot
async def test_a_guest_who_points_at_a_message_is_answered_about_that(
    telegram: Telegram, service: Searching
) -> None:
    world = telegram.world
    ada, bea = world.user(5), world.user(6)
    service.sample = samples.abstained()
    asked = mention_guest(ada, "@factcontext_bot", reply_to=guest_message(world, bea, CLAIM))
    (answer,) = await asked.answered()
    assert service.asked == [CLAIM]
    assert "Nothing in the collection is close to this." in answer["fields"]["text"]


async def test_of_several_claims_a_guest_points_at_the_nearest_is_answered(
    telegram: Telegram, tmp_path: Path
) -> None:
    class Divided(Searching):
        async def answer(
            self, claims: Sequence[Claim], scope: Scope = EVERYTHING, *, patient: bool = False
        ) -> tuple[Answer, ...]:
            first, *others = await super().answer(claims, scope, patient=patient)
            return (replace(samples.abstained(), claim=first.claim), *others)

    ada = telegram.world.user(5)
    told = guest_message(telegram.world, ada, f"1. The sun is made of cheese\n2. {CLAIM}")
    async with running(telegram, Divided(), tmp_path):
        (answer,) = await mention_guest(ada, "@factcontext_bot", reply_to=told).answered()
    assert answer["fields"]["text"].startswith(f"{CLAIM}\n\nClose match")


@with_bot
async def test_a_guest_who_points_at_a_link_is_told_that_its_page_is_not_held(
    telegram: Telegram, service: Searching
) -> None:
    service.sample = samples.abstained()
    ada = telegram.world.user(5)
    asked = mention_guest(ada, "@factcontext_bot https://news.example/unknown")
    (answer,) = await asked.answered()
    assert answer["fields"]["text"].startswith("The collection does not hold the page")
    assert answer["markup"] is None


@with_bot
async def test_a_guest_of_a_busy_search_is_told_so_once_for_each_mention(
    telegram: Telegram, service: Searching
) -> None:
    service.error = SearchBusyError("full")
    asked = mention_guest(telegram.world.user(5), f"@factcontext_bot {CLAIM}")
    (answer,) = await asked.answered()
    assert answer["fields"]["text"] == (
        "Too many questions at once right now. Please try again in a minute."
    )
    assert answer["markup"] is None
    assert len(telegram.world.calls("answerGuestQuery")) == 1


@with_bot
async def test_a_guest_who_states_nothing_gets_nothing(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    asked = mention_guest(ada, "@factcontext_bot ok")
    ada.send(CLAIM)
    await ada.receives()
    assert asked.answer is None
