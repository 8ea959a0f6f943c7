"""A known update is not read again; everything else of a reply stays as it came."""

from __future__ import annotations

import json

import pytest
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram
from telegram import Bot

from bot.polled import PollingRequest
from bot.request import AiohttpRequest


async def test_of_a_known_update_only_its_number_comes_back(
    telegram: Telegram,  # noqa: F811
) -> None:
    known: set[int] = set()
    polling = PollingRequest(AiohttpRequest(), known.__contains__)
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
        {"ok": True, "result": [{"update_id": 3, "message": {"text": "new"}}]},
        {"ok": True, "result": True},
        {"ok": True, "result": [1, None, {"message": {}}]},
        {"ok": False, "error_code": 409, "description": "Conflict"},
    ],
)
def test_what_is_no_known_update_is_left_as_it_is(reply: object) -> None:
    polling = PollingRequest(AiohttpRequest(), {7}.__contains__)
    assert polling.parse_json_payload(json.dumps(reply).encode()) == reply
