"""The whole bot over HTTP against the stand-in, with a search that answers at once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support import answers as samples
from support.telegram import content, faults, origins
from support.telegram.chats import ChatType
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram

from bot.answers import AnswerStore
from bot.app import BotOptions, build_application
from bot.i18n import Translators
from bot.run import run_polling
from embeddings.errors import EncoderBusyError
from index.errors import NoGenerationError, SearchBusyError, SearchTimeoutError
from index.library import SourceSummary
from index.model import Answer, Claim
from index.reference import AnswerReference

CLAIM = "The dam at Sel lost half of its water"
SECRET = "zebrafinch"
TRANSLATORS = Translators.load()


class Searching:
    """Answers every claim with one sample; counts, and fails on demand."""

    def __init__(self, sample: Answer | None = None) -> None:
        self.sample = sample or samples.strong()
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.left = True
        self.kept: list[AnswerReference] = []

    async def answer(self, claims: Sequence[Claim]) -> tuple[Answer, ...]:
        self.asked += [claim.text for claim in claims]
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return tuple(replace(self.sample, claim=claim) for claim in claims)

    async def recall(self, reference: AnswerReference) -> Answer | None:
        self.kept.append(reference)
        return replace(self.sample, claim=Claim(text="")) if self.left else None

    async def sources(self) -> tuple[SourceSummary, ...]:
        return tuple(
            SourceSummary(source_id=n, name=name, domain=None, note=None, documents=count)
            for n, (name, count) in enumerate([("<Post>", 1), ("", 2), ("Herald", 40)])
        )


@asynccontextmanager
async def running(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    folder: Path,
    *,
    finish_s: float = 5.0,
) -> AsyncIterator[None]:
    """The bot as it is served, from start to graceful stop."""
    store = AnswerStore.open(folder / "bot.sqlite3", keep_days=30)
    application = build_application(
        BotOptions(
            token=telegram.token,
            api_url=telegram.base_url.removesuffix("/bot"),
        ),
        service=service,
        store=store,
        translators=TRANSLATORS,
    )
    stop = asyncio.Event()
    bot = asyncio.create_task(
        run_polling(application, stop, translators=TRANSLATORS, finish_s=finish_s)
    )
    try:
        yield
    finally:
        stop.set()
        await bot
        await store.aclose()


def contents_of(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.iterdir()]


@pytest.fixture
def service() -> Searching:
    return Searching()


@pytest.fixture
async def bot(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    tmp_path: Path,
) -> AsyncIterator[None]:
    async with running(telegram, service, tmp_path):
        yield


pytestmark = pytest.mark.usefixtures("telegram")
with_bot = pytest.mark.usefixtures("bot")


# ------------------------------------------------------------------ asking


@with_bot
async def test_a_claim_is_answered_with_reporting_as_a_reply(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    service.gate = asyncio.Event()
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    await telegram.world.called("sendChatAction")
    service.gate.set()
    answer = await ada.receives()
    assert answer.reply_to is not None
    assert answer.reply_to.id == question.id
    assert answer.marked("blockquote")[0] == CLAIM
    assert "Close match" in answer.text
    assert "No more than a tenth of the water was lost." in answer.marked("bold")
    assert "https://harbourpost.example/sel?page=1&all=yes" in answer.links.values()
    assert "You sleep deeply." not in answer.text
    assert service.asked == [CLAIM]
    assert ada.private.actions == ["typing"]


@with_bot
@pytest.mark.parametrize("origin", ["user", "hidden", "chat", "channel"])
async def test_forwarded_messages_of_every_origin_are_answered(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    origin: str,
) -> None:
    world = telegram.world
    made = {
        "user": origins.from_user(world.user(6)),
        "hidden": origins.from_hidden_user("Somebody"),
        "chat": origins.from_chat(world.add_chat(ChatType.SUPERGROUP, "Neighbours")),
        "channel": origins.from_channel(world.add_chat(ChatType.CHANNEL, "News")),
    }
    ada = world.user(5)
    ada.forward(CLAIM, made[origin])
    await ada.receives()
    assert service.asked == [CLAIM]


@with_bot
async def test_captions_and_quoted_parts_are_answered(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send(content.photo(caption=CLAIM))
    answer = await ada.receives()
    ada.send("And this?", reply_to=answer, quote="No more than a tenth of the water was lost.")
    await ada.receives()
    assert service.asked == [CLAIM, "No more than a tenth of the water was lost."]


@with_bot
async def test_an_album_is_one_question(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send_album([content.photo(caption=CLAIM), content.photo(), content.photo()])
    await ada.receives()
    await ada.receives_nothing()
    assert service.asked == [CLAIM]
    ada.send_album([content.photo(), content.photo()])
    assert "only read text" in (await ada.receives()).text
    await ada.receives_nothing()


@with_bot
async def test_an_abstention_is_a_friendly_answer_without_buttons(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    service.sample = samples.abstained()
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    assert "Nothing in the collection is close to this." in answer.text
    assert answer.buttons == ()


@with_bot
@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("🔥🔥🔥", "no claim"),
        ("ok", "no claim"),
        (content.sticker(), "only read text"),
        (content.voice(), "only read text"),
        (content.location(), "only read text"),
        (content.contact(), "only read text"),
        (content.poll("Yes or no?", "a", "b"), "only read text"),
    ],
)
async def test_a_message_without_a_claim_gets_one_friendly_line(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    what: str | content.Content,
    line: str,
) -> None:
    ada = telegram.world.user(5)
    ada.send(what)
    assert line in (await ada.receives()).text
    await ada.receives_nothing(within_s=0.1)
    assert service.asked == []


@with_bot
async def test_people_are_answered_in_their_language(telegram: Telegram) -> None:  # noqa: F811
    ada = telegram.world.user(5, language_code="uk")
    ada.send(CLAIM)
    answer = await ada.receives()
    assert "Близький збіг" in answer.text
    assert answer.buttons[0].text == "💬 Думки читачів (2)"
    lu = telegram.world.user(6, language_code=None)
    lu.send(CLAIM)
    assert "Close match" in (await lu.receives()).text


# ------------------------------------------------------------------ editing


@with_bot
async def test_an_edited_question_changes_its_answer_in_place(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    first = await ada.receives()
    service.sample = samples.related()
    ada.edit(question, "The reservoir at Sel is empty")
    second = await ada.receives()
    assert (second.id, second.edited) == (first.id, True)
    assert second.marked("blockquote")[0] == "The reservoir at Sel is empty"
    assert "Related" in second.text
    assert len(telegram.world.calls("sendMessage")) == 1


@with_bot
async def test_a_question_edited_while_it_is_answered_gets_one_answer(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    service.gate = asyncio.Event()
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    await telegram.world.called("sendChatAction")
    ada.edit(question, "The reservoir at Sel is empty")
    service.gate.set()
    answer = await ada.receives(lambda m: "reservoir at Sel is empty" in m.text)
    assert answer.edited
    assert len(telegram.world.calls("sendMessage")) == 1


@with_bot
async def test_a_question_edited_to_nothing_takes_its_answer_back(
    telegram: Telegram,  # noqa: F811
) -> None:
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    first = await ada.receives()
    ada.edit(question, "ok")
    second = await ada.receives()
    assert second.id == first.id
    assert "no claim" in second.text
    assert second.buttons == ()
    ada.edit(question, CLAIM)
    assert "Close match" in (await ada.receives()).text


@with_bot
async def test_a_line_that_gains_a_claim_by_editing_is_answered(
    telegram: Telegram,  # noqa: F811
) -> None:
    ada = telegram.world.user(5)
    question = ada.send("ok")
    await ada.receives()
    ada.edit(question, CLAIM)
    assert "Close match" in (await ada.receives()).text


# ------------------------------------------------------------------ buttons


@with_bot
async def test_a_button_shows_what_readers_said_and_leads_back(
    telegram: Telegram,  # noqa: F811
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    first = await ada.receives()
    press = ada.press(first, "What readers said")
    second = await ada.receives()
    assert second.id == first.id
    assert "opinions of readers, not checked" in second.marked("italic")
    assert "You sleep deeply." in second.text
    assert second.marked("blockquote")[0] == CLAIM
    assert (await press.answered()).get("text") is None
    ada.press(second, "Reporting")
    back = await ada.receives()
    assert (back.text, back.entities) == (first.text, first.entities)


@with_bot
async def test_a_long_answer_is_paged_in_place(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    service.sample = samples.long()
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    page = await ada.receives()
    count = int(page.button("1/").text.split("/")[1])
    for number in range(2, count + 1):
        ada.press(page, "›")
        page = await ada.receives()
        assert page.button("/").text == f"{number}/{count}"
    press = ada.press(page, f"{count}/{count}")
    assert (await press.answered()).get("text") is None
    assert len(telegram.world.calls("sendMessage")) == 1


async def test_buttons_work_after_a_restart(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    tmp_path: Path,
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path):
        ada.send(CLAIM)
        answer = await ada.receives()
    async with running(telegram, service, tmp_path):
        ada.press(answer, "What readers said")
        assert "You sleep deeply." in (await ada.receives()).text
    assert service.kept == [AnswerReference.of(service.sample)]


@with_bot
async def test_an_answer_of_which_nothing_is_left_says_so_and_loses_its_buttons(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    service.left = False
    press = ada.press(answer, "What readers said")
    said = await press.answered()
    assert said["text"] == "This answer is no longer kept. Send the claim again."
    assert said["show_alert"] is True
    bare = await ada.receives()
    assert bare.text == answer.text
    assert bare.buttons == ()


@with_bot
async def test_a_message_too_old_to_be_read_is_turned_without_the_claim(
    telegram: Telegram,  # noqa: F811
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    ada.press(answer, "What readers said", inaccessible=True)
    page = await ada.receives()
    assert "You sleep deeply." in page.text
    assert CLAIM not in page.text


@with_bot
async def test_buttons_are_honoured_only_in_the_chat_of_their_answer(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    ada, eve = telegram.world.user(5), telegram.world.user(6)
    ada.send(CLAIM)
    answer = await ada.receives()
    eve.send("Something else entirely")
    own = await eve.receives()
    press = eve.press_data(own, answer.buttons[0].data or "")
    assert "no longer kept" in (await press.answered())["text"]
    assert service.kept == []


@with_bot
async def test_forged_buttons_get_the_alert_and_disturb_nothing(
    telegram: Telegram,  # noqa: F811
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    for data in ("1.xxxxxxxxxxxx.r.1", "x", "1.a.r.99999", "🔥", "1.abc.d.0\n"):
        press = ada.press_data(answer, data)
        assert "no longer kept" in (await press.answered())["text"]
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(lambda m: bool(m.buttons))).text


# ------------------------------------------------------------------ commands


@with_bot
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/start", "I never say whether something is true."),
        ("/start payload", "I never say whether something is true."),
        ("/help", "one claim at a time"),
        ("/privacy", "Your messages are not stored"),
        ("/sources", "Herald: 40 articles\nsource not stated: 2 articles\n<Post>: 1 article"),
    ],
)
async def test_commands_say_what_they_are_for(
    telegram: Telegram,  # noqa: F811
    command: str,
    words: str,
) -> None:
    ada = telegram.world.user(5)
    ada.send(command)
    assert words in (await ada.receives()).text


@with_bot
async def test_an_unknown_command_with_a_claim_is_a_claim(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send(f"/check {CLAIM}")
    await ada.receives()
    assert service.asked == [CLAIM]


@with_bot
async def test_the_command_menu_is_named_in_every_language(
    telegram: Telegram,  # noqa: F811
) -> None:
    calls = await telegram.world.called("setMyCommands", times=len(TRANSLATORS.codes))
    languages = {call.parameters.get("language_code") for call in calls}
    assert languages == (set(TRANSLATORS.codes) - {"en"}) | {None}


# ------------------------------------------------------------------ leaving others alone


@with_bot
async def test_groups_channels_guests_and_businesses_are_left_alone(
    telegram: Telegram,  # noqa: F811
    service: Searching,
) -> None:
    world = telegram.world
    world.bot["can_read_all_group_messages"] = True
    ada = world.user(5)
    for kind in (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL):
        chat = world.add_chat(kind, "Elsewhere")
        world.set_member(chat, ada.info)
        ada.send(f"@{world.bot['username']} {CLAIM}", to=chat)
        ada.send("/help", to=chat)
    private = ada.private.json()
    foreign = {
        "message_id": 900,
        "date": world.now(),
        "chat": private,
        "from": ada.info,
        "text": CLAIM,
    }
    world.updates.push("business_message", foreign | {"business_connection_id": "b1"})
    world.updates.push("guest_message", foreign | {"guest_query_id": "g1"})
    ada.send("Only this one is answered")
    await ada.receives()
    await ada.receives_nothing()
    assert service.asked == ["Only this one is answered"]
    assert len(world.calls("sendMessage")) == 1


@with_bot
async def test_service_messages_get_nothing(
    telegram: Telegram,  # noqa: F811
) -> None:
    ada = telegram.world.user(5)
    ada.send(content.Content(fields={"message_auto_delete_timer_changed": {
        "message_auto_delete_time": 86_400}}))  # fmt: skip
    await ada.receives_nothing()


# ------------------------------------------------------------------ faults


@with_bot
@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SearchBusyError("full"), "Too many questions at once"),
        (EncoderBusyError("full"), "Too many questions at once"),
        (SearchTimeoutError("late"), "took too long"),
        (NoGenerationError("none"), "not ready yet"),
    ],
)
async def test_passing_troubles_have_a_line_of_their_own(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    error: Exception,
    line: str,
) -> None:
    ada = telegram.world.user(5)
    service.error = error
    ada.send(CLAIM)
    assert line in (await ada.receives()).text
    service.error = None
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives()).text


@with_bot
async def test_an_unforeseen_fault_shows_a_number_that_the_log_has_and_no_words_of_anyone(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = telegram.world.user(987_654_321, language_code="de")
    service.error = RuntimeError(f"secret path /etc and {SECRET}")
    ada.send(f"{CLAIM} and a {SECRET}")
    told = (await ada.receives()).text
    assert "Bei mir ist etwas schiefgegangen." in told
    assert SECRET not in told
    number = told.split("Nummer ")[1].removesuffix(")")
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text
    assert "987654321" not in caplog.text


async def test_nothing_that_people_write_is_logged_or_stored(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path):
        question = ada.send(f"The {SECRET} at Sel lost half of its water")
        answer = await ada.receives()
        ada.press(answer, "What readers said")
        await ada.receives()
        ada.edit(question, f"The {SECRET} at Sel is empty")
        await ada.receives()
    ours = [r.getMessage() for r in caplog.records if r.name.split(".")[0] == "bot"]
    assert not any(SECRET in line for line in ours)
    assert not any(telegram.token in line for line in ours)
    assert not any(SECRET.encode() in stored for stored in contents_of(tmp_path))


@with_bot
async def test_a_person_who_blocked_the_bot_stops_nobody_else(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada, bea = telegram.world.user(5), telegram.world.user(6)
    service.gate = asyncio.Event()
    ada.send(CLAIM)
    await telegram.world.called("sendChatAction", chat_id=5)
    ada.block()
    service.gate.set()
    bea.send(CLAIM)
    assert "Close match" in (await bea.receives()).text
    await telegram.world.called("sendMessage", chat_id=5)
    assert not any(record.exc_info for record in caplog.records)


async def test_a_flooded_chat_delays_nobody_else_and_no_stop(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.faults.plan(faults.flood(60), "sendMessage", chat_id=5, times=None)
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path, finish_s=0.1):
        for _ in range(10):
            ada.send(CLAIM)
        others = [telegram.world.user(100 + n) for n in range(30)]
        for user in others:
            user.send(CLAIM)
        for user in others:
            assert "Close match" in (await user.receives()).text
    assert "were given up" in caplog.text


@with_bot
async def test_broken_replies_of_telegram_are_outlived(
    telegram: Telegram,  # noqa: F811
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.bad_gateway(), "getUpdates")
    telegram.faults.plan(faults.broken_json(), "getUpdates")
    telegram.faults.plan(faults.bad_gateway(), "sendMessage")
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=15)).text


async def test_a_graceful_stop_finishes_the_answer_in_flight_and_confirms_it(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    tmp_path: Path,
) -> None:
    service.gate = asyncio.Event()
    ada = telegram.world.user(5)

    async def let_go() -> None:
        await asyncio.sleep(0.2)
        assert service.gate is not None
        service.gate.set()

    async with running(telegram, service, tmp_path):
        ada.send(CLAIM)
        await telegram.world.called("sendChatAction")
        letting = asyncio.create_task(let_go())
    await letting
    assert "Close match" in (await ada.receives()).text
    async with running(telegram, service, tmp_path):
        await ada.receives_nothing(within_s=0.5)
    assert service.asked == [CLAIM]


async def test_what_was_written_while_the_bot_was_down_is_answered(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    tmp_path: Path,
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    async with running(telegram, service, tmp_path):
        assert "Close match" in (await ada.receives()).text


def test_the_token_is_in_no_representation_of_the_options() -> None:
    assert "123:abc" not in repr(BotOptions(token="123:abc"))


def test_stored_references_are_json_without_texts() -> None:
    reference = AnswerReference.of(samples.strong()).to_json()
    assert json.loads(reference)
    assert "water" not in reference
