"""Answers that showed what is hidden since are changed where they stand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.collection import collection, load
from support.commands import Commands
from support.group_chats import Town, until
from support.place import GLACIER, NONSENSE, OLD, Place
from support.private_bot import CLAIM, Searching, running
from support.telegram import faults
from support.telegram.server import Telegram

from bot.handlers import correcting
from index.model import Claim, Paragraph, Strength
from index.reference import AnswerReference

GONE = "What this answer showed was withdrawn. Send the claim again."
with_bot = pytest.mark.usefixtures("bot")


@pytest.fixture
async def bot(telegram: Telegram, service: Searching, tmp_path: Path) -> AsyncIterator[None]:
    async with running(telegram, service, tmp_path, corrections_every_s=0.02):
        yield


async def test_hiding_an_article_takes_its_words_out_of_the_chats_that_show_it(
    place: Place, commands: Commands, telegram: Telegram, tmp_path: Path
) -> None:
    ada, ben = telegram.world.user(5), telegram.world.user(6)
    async with (
        place.service() as service,
        running(telegram, service, tmp_path, corrections_every_s=0.02),
    ):
        ada.send(GLACIER.text)
        answer = await ada.receives()
        ben.send(NONSENSE.text)
        other = await ben.receives()
        assert f"{GLACIER.text}." in answer.marked("blockquote")
        commands.run("hide", place.document("Report 2 on the glacier"), "--reason", "Court order")
        changed = await ada.receives()
        assert changed.id == answer.id
        assert "only2" not in changed.text
        assert "Report" in changed.text
        await ben.receives_nothing()
    assert len(telegram.world.calls("editMessageText")) == 1
    assert ben.private.from_bot[0].text == other.text


async def test_an_article_that_is_replaced_takes_its_old_words_out_of_the_chats_that_show_them(
    place: Place, telegram: Telegram, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with (
        place.service() as service,
        running(telegram, service, tmp_path, corrections_every_s=0.02),
    ):
        ada.send(GLACIER.text)
        answer = await ada.receives()
        assert "only2" in answer.text
        before = collection()[2]
        corrected = Paragraph(text="What happened to the glacier was nothing at all.")
        after = replace(before, body=(corrected, *before.body[1:]))
        load(place.library, [after], path=f"{OLD}.jsonl")
        changed = await ada.receives()
        assert changed.id == answer.id
        told = changed.marked("blockquote")[1:]
    assert [words for words in told if "only2" in words] == []


async def test_what_was_answered_more_than_two_days_ago_stays_as_it_stands(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    times = [1_800_000_000.0]
    ada, ben = telegram.world.user(5), telegram.world.user(6)
    async with running(
        telegram, service, tmp_path, now=lambda: times[-1], corrections_every_s=0.02
    ):
        ada.send(CLAIM)
        old = await ada.receives()
        times.append(times[-1] + 48 * 3_600 + 1)
        ben.send(CLAIM)
        await ben.receives()
        service.left = False
        assert (await ben.receives()).text == GONE
        await telegram.world.called("editMessageText")
    assert [m.text for m in ada.private.from_bot] == [old.text]


async def test_hiding_a_comment_takes_it_out_of_where_others_answer_it(
    place: Place, commands: Commands, telegram: Telegram, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with (
        place.service() as service,
        running(telegram, service, tmp_path, corrections_every_s=0.02),
    ):
        claim = "You did not, reply2; ask mother2 or father2."
        ada.send(claim)
        answer = await ada.receives()
        ada.press(answer, "What readers said")
        shown = await ada.receives()
        assert "I saw remark2 myself" in shown.text
        (found,) = await service.answer([Claim(text=claim)])
        said = next(r for r in found.discussion[0].remarks if "reply2" in r.excerpt.text)
        assert said.answers is not None
        commands.run("hide", f"comment:{said.answers.comment_id}", "--reason", "Libel")
        changed = await ada.receives()
        assert changed.id == answer.id
        ada.press(changed, "What readers said")
        again = await ada.receives()
    assert "reply2" in again.text
    assert "remark2" not in again.text


async def test_hiding_a_reply_takes_it_out_of_the_page_of_replies(
    place: Place, commands: Commands, telegram: Telegram, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with (
        place.service() as service,
        running(telegram, service, tmp_path, corrections_every_s=0.02),
    ):
        claim = Claim(text="I saw remark2 myself, with eyes2 and ears2.")
        (found,) = await service.answer([claim])
        said = next(r for t in found.discussion for r in t.remarks if "remark2" in r.excerpt.text)
        conversation = await service.conversation(said.comment_id)
        assert conversation is not None
        ada.send(claim.text)
        ada.press(await ada.receives(), "What readers said")
        ada.press(await ada.receives(), "Replies to Ann")
        shown = await ada.receives()
        assert "reply2" in shown.text
        hidden = conversation.replies[0].comment_id
        commands.run("hide", f"comment:{hidden}", "--reason", "Libel")
        changed = await ada.receives()
    assert changed.id == shown.id
    assert "reply2" not in changed.text


@with_bot
async def test_an_answer_of_which_nothing_is_left_becomes_one_line(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    service.left = False
    changed = await ada.receives()
    assert (changed.id, changed.text, changed.buttons) == (answer.id, GONE, ())
    await until(tmp_path, "SELECT count(*) FROM answers", 0)


@with_bot
async def test_a_reply_in_a_group_of_which_nothing_is_left_goes(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    claim = town.bea.send(CLAIM, to=town.chat)
    town.cem.send("/context", to=town.chat, reply_to=claim)
    answer = await town.chat.receives()
    service.left = False
    await town.chat.loses(answer)


async def test_what_was_not_changed_before_a_stop_is_changed_after_it_in_the_same_language(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5, language_code="de")
    async with running(telegram, service, tmp_path, corrections_every_s=1_000):
        ada.send(CLAIM)
        answer = await ada.receives()
        service.left = False
    async with running(telegram, service, tmp_path, corrections_every_s=0.02):
        changed = await ada.receives()
    assert changed.id == answer.id
    assert changed.text.startswith("Was diese Antwort zeigte, wurde zurückgezogen.")


@with_bot
async def test_a_chat_that_refuses_keeps_nobody_else_waiting(
    telegram: Telegram, service: Searching
) -> None:
    ada, ben = telegram.world.user(5), telegram.world.user(6)
    for person in (ada, ben):
        person.send(CLAIM)
        await person.receives()
    ada.block()
    service.left = False
    assert (await ben.receives()).text == GONE


class Shrinking(Searching):
    """What is hidden is no more in its sample."""

    async def outdated(self, references: Sequence[AnswerReference]) -> list[bool]:
        held = set(AnswerReference.of(self.sample).passage_ids)
        return [not held.issuperset(one.passage_ids) for one in references]

    async def revision(self) -> int:
        return len(AnswerReference.of(self.sample).passage_ids)


async def test_of_a_reply_in_a_group_what_is_left_stands_in_short(
    telegram: Telegram, tmp_path: Path
) -> None:
    service = Shrinking()
    async with running(telegram, service, tmp_path, corrections_every_s=0.02):
        town = await Town.founded(telegram)
        claim = town.bea.send(CLAIM, to=town.chat)
        town.cem.send("/context", to=town.chat, reply_to=claim)
        answer = await town.chat.receives()
        assert "💬" in answer.text
        service.sample = replace(service.sample, discussion=())
        changed = await town.chat.receives()
        assert changed.id == answer.id
        assert "Sel dam holds, engineers say" in changed.text
        assert "💬" not in changed.text
        assert [b.text for b in changed.buttons] == ["Full context", "Not useful"]
        left = AnswerReference.of(service.sample).to_json()
        await until(tmp_path, "SELECT reference FROM answers", left)
        await town.chat.receives_nothing()
    assert len(telegram.world.calls("editMessageText")) == 1


@pytest.mark.parametrize("setting", [(), ("Match needed", "Match needed")])
async def test_a_reply_in_a_group_does_not_become_one_that_the_group_wants_only_when_asked(
    telegram: Telegram, tmp_path: Path, setting: tuple[str, ...]
) -> None:
    service = Shrinking()
    async with running(telegram, service, tmp_path, corrections_every_s=0.02):
        town = await Town.founded(telegram)
        await town.set(*setting)
        claim = town.bea.send(CLAIM, to=town.chat)
        town.cem.send("/context", to=town.chat, reply_to=claim)
        answer = await town.chat.receives()
        assert answer.text.startswith("Close match")
        shown = service.sample.reporting[0]
        nearby = replace(shown, strength=Strength.RELATED, passages=shown.passages[:1])
        service.sample = replace(
            service.sample, strength=Strength.RELATED, reporting=(nearby,), discussion=()
        )
        if setting:  # related is enough
            assert (await town.chat.receives()).text.startswith("Related")
        else:
            await town.chat.loses(answer)


@with_bot
async def test_an_edit_that_fails_is_made_again(
    telegram: Telegram, service: Searching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "FIRST_PAUSE_S", 0.02)
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    await ada.receives()
    telegram.faults.plan(faults.blocked(), "editMessageText", times=1)
    service.left = False
    assert (await ada.receives(timeout_s=60)).text == GONE
    assert [call.status for call in telegram.world.calls("editMessageText")] == [403, 200]


async def test_a_button_pressed_before_the_change_does_not_prevent_it(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path, corrections_every_s=1_000):
        ada.send(CLAIM)
        answer = await ada.receives()
        service.left = False
        said = await ada.press(answer, "What readers said").answered()
        assert said["text"] == GONE
        assert (await ada.receives()).text == answer.text
    async with running(telegram, service, tmp_path, corrections_every_s=0.02):
        assert (await ada.receives()).text == GONE


async def test_a_line_that_took_the_place_of_an_answer_stays(
    telegram: Telegram, tmp_path: Path
) -> None:
    service, ada = Shrinking(), telegram.world.user(5)
    async with running(telegram, service, tmp_path, corrections_every_s=0.02):
        question = ada.send(CLAIM)
        await ada.receives()
        ada.edit(question, "ok")
        line = await ada.receives()
        service.sample = replace(service.sample, discussion=())
        await ada.receives_nothing()
    assert ada.private.from_bot[-1].text == line.text
