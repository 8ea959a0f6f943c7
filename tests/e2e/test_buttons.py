"""Buttons under answers, over HTTP against the stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import answers as samples
from support.private_bot import CLAIM, Searching, running
from support.telegram.server import Telegram

from index.reference import AnswerReference

with_bot = pytest.mark.usefixtures("bot")


@with_bot
async def test_a_button_shows_what_readers_said_and_leads_back(
    telegram: Telegram,
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
    telegram: Telegram,
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
    telegram: Telegram,
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
    telegram: Telegram,
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    service.left = False
    press = ada.press(answer, "What readers said")
    said = await press.answered()
    assert said["text"] == "What this answer showed was withdrawn. Send the claim again."
    assert said["show_alert"] is True
    bare = await ada.receives()
    assert bare.text == answer.text
    assert bare.buttons == ()


@with_bot
async def test_a_message_too_old_to_be_read_is_turned_without_the_claim(
    telegram: Telegram,
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
    telegram: Telegram,
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
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    for data in ("1.xxxxxxxxxxxx.r.1", "x", "1.a.r.99999", "🔥", "1.abc.d.0\n"):
        press = ada.press_data(answer, data)
        assert "no longer kept" in (await press.answered())["text"]
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(lambda m: bool(m.buttons))).text


@with_bot
async def test_replies_to_a_shown_comment_are_one_button_away(
    telegram: Telegram, service: Searching
) -> None:
    remark = samples.remark(answered=True)
    service.sample = samples.answer(
        reporting=(samples.article(),), discussion=(samples.thread(remark),)
    )
    service.conversations[remark.comment_id] = samples.conversation("So what?")
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    ada.press(await ada.receives(), "What readers said")
    ada.press(await ada.receives(), "Replies to Mara")
    shown = await ada.receives()
    assert shown.marked("blockquote") == [CLAIM, remark.excerpt.text, "So what?"]
    ada.press(shown, "What readers said")
    assert "Replies to Mara" in [b.text for b in (await ada.receives()).buttons]


@with_bot
async def test_only_comments_of_the_answer_are_opened_and_only_while_they_are_there(
    telegram: Telegram, service: Searching
) -> None:
    service.sample = samples.answer(discussion=(samples.thread(samples.remark(answered=True)),))
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    page = await ada.receives()
    press = ada.press(page, "Replies to Mara")
    assert (await press.answered()).get("text") == "The replies are no longer there."
