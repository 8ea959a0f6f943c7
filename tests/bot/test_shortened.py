"""What nobody looks at is not read; everything else of a reply stays as it came."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram
from telegram import Bot

from bot.request import AiohttpRequest
from bot.shortened import ShortenedReplies, each_update, sent_message


async def test_of_an_update_is_read_what_is_left_of_it(
    telegram: Telegram,  # noqa: F811
) -> None:
    known: set[int] = set()

    def came(update: dict[str, Any]) -> dict[str, Any]:
        number = update["update_id"]
        return {"update_id": number} if number in known else update

    polling = ShortenedReplies(AiohttpRequest(), each_update(came))
    bot = Bot(
        telegram.token,
        base_url=telegram.base_url,
        request=AiohttpRequest(),
        get_updates_request=polling,
    )
    ada = telegram.world.user(5)
    async with bot:
        ada.send("one")
        ada.send("two")
        first = await bot.get_updates()
        assert [update.message and update.message.text for update in first] == ["one", "two"]
        known.add(first[0].update_id)
        again = await bot.get_updates(offset=first[0].update_id)
    assert [update.update_id for update in again] == [update.update_id for update in first]
    assert [update.message and update.message.text for update in again] == [None, "two"]


@pytest.mark.parametrize(
    "reply",
    [
        {"ok": True, "result": True},
        {"ok": True, "result": [1, None, {"message": {}}, {"update_id": "7"}]},
        {"ok": False, "error_code": 409, "description": "Conflict"},
    ],
)
def test_what_is_no_update_is_left_as_it_is(reply: object) -> None:
    polling = ShortenedReplies(AiohttpRequest(), each_update(lambda _update: {}))
    assert polling.parse_json_payload(json.dumps(reply).encode()) == reply


async def test_of_a_sent_message_it_comes_back_where_it_stands(telegram: Telegram) -> None:  # noqa: F811
    sending = ShortenedReplies(AiohttpRequest(), sent_message)
    ada = telegram.world.user(5)
    asked = ada.send("one")
    async with Bot(telegram.token, base_url=telegram.base_url, request=sending) as bot:
        sent = await bot.send_message(5, "two", reply_to_message_id=asked.id)
    assert (await ada.receives()).id == sent.message_id
    assert sent.chat_id == 5
    assert (sent.text, sent.reply_to_message) == (None, None)


def test_in_a_group_it_also_comes_back_what_a_message_replies_to() -> None:
    where = {"message_id": 8, "date": 1, "chat": {"id": -7, "type": "supergroup"}}
    replied = {"message_id": 3, "date": 1, "chat": where["chat"], "text": "a claim"}
    short = sent_message({**where, "text": "wait", "reply_to_message": replied})
    assert short == {**where, "reply_to_message": replied}


@pytest.mark.parametrize("result", [True, {"id": 1, "is_bot": True}, ["a"], None])
def test_what_is_no_sent_message_is_left_as_it_is(result: object) -> None:
    assert sent_message(result) == result
