"""Telegram brings the updates: with the secret, to a path that nobody guesses."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.telegram.server import Telegram
from telegram import Bot, Update

from bot.inbox import Inbox
from bot.pulse import Pulse
from bot.sealing import Seal
from bot.store import TABLES
from bot.store.database import Database
from bot.store.pending import PendingStore
from bot.store.updates import UpdateStore
from bot.web.server import serving
from bot.web.site import build_site
from bot.web.webhook import Address, Webhook

TOKEN = "7000000001:made-up"
PUBLIC = "https://bot.example.org/"
ADDRESS = Address.of(TOKEN)
SECRET = {"X-Telegram-Bot-Api-Secret-Token": ADDRESS.secret}
UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1_700_000_000,
        "chat": {"id": 5, "type": "private", "first_name": "Ada"},
        "text": "The dam lost half of its water",
    },
}


@dataclass
class Received:
    client: aiohttp.ClientSession
    url: str
    pulse: Pulse
    inbox: Inbox
    pending: PendingStore
    updates: list[Update] = field(default_factory=list)

    async def post(self, body: bytes, path: str = ADDRESS.path, **headers: str) -> int:
        headers = headers or SECRET
        async with self.client.post(
            self.url + path, data=BytesIO(body), headers=headers
        ) as response:
            return response.status


@asynccontextmanager
async def receiving(
    *, started: bool = True, handles: bool = True, most_open: int = 10_000
) -> AsyncIterator[Received]:
    pulse = Pulse()
    webhook = Webhook(ADDRESS, PUBLIC, pulse.beat)
    stop = asyncio.Event()
    telegram = Telegram(token=TOKEN)
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "bot.sqlite3", TABLES)
        pending = PendingStore(database, Seal(b"k" * 32))
        inbox = Inbox(UpdateStore(database), pending, most_open=most_open)
        async with (
            aclosing(database),
            telegram,
            Bot(TOKEN, base_url=telegram.base_url) as bot,
            serving(build_site([webhook.route]), host="127.0.0.1", port=0) as port,
            aiohttp.ClientSession() as client,
        ):
            received = Received(client, f"http://127.0.0.1:{port}", pulse, inbox, pending)

            async def put(updates: Sequence[Update]) -> None:
                for update in await inbox.take(updates):
                    received.updates.append(update)
                    if handles:
                        await inbox.done(update.update_id)

            task = asyncio.create_task(
                webhook.receive(bot, stop, put, inbox=inbox, allowed=["message"])
            )
            if started:
                await telegram.world.called("setWebhook", timeout_s=60)
                assert telegram.world.webhook["url"] == f"https://bot.example.org{ADDRESS.path}"
                assert telegram.world.webhook["secret_token"] == ADDRESS.secret
            else:
                stop.set()
                await task
            yield received
            stop.set()
            await task


async def test_an_update_with_the_secret_is_handed_on() -> None:
    async with receiving() as here:
        assert await here.post(json.dumps(UPDATE).encode()) == 200
        assert [update.update_id for update in here.updates] == [7]
        assert await here.pending.waiting() == []


async def test_an_update_that_is_not_handled_soon_is_kept_before_telegram_forgets_it() -> None:
    async with receiving(handles=False) as here:
        assert await here.post(json.dumps(UPDATE).encode()) == 200
        assert await here.post(json.dumps(UPDATE).encode()) == 200
        assert [update.update_id for update in here.updates] == [7]
        assert [one.update for one in await here.pending.waiting()] == [UPDATE]
        await here.inbox.done(7)
        assert await here.pending.waiting() == []


async def test_where_many_wait_those_that_come_then_are_kept_at_once() -> None:
    async with receiving(handles=False) as here:
        bodies = [json.dumps(UPDATE | {"update_id": n}).encode() for n in range(40)]
        posts = [asyncio.create_task(here.post(body)) for body in bodies]
        await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
        assert sum(post.done() for post in posts) <= 20
        assert set(await asyncio.gather(*posts)) == {200}
        assert len(await here.pending.waiting()) == 40


async def test_an_update_that_nobody_has_room_for_comes_again() -> None:
    async with receiving(handles=False, most_open=1) as here:
        assert await here.post(json.dumps(UPDATE).encode()) == 200
        more = json.dumps(UPDATE | {"update_id": 8}).encode()
        assert await here.post(more) == 503
        await here.inbox.done(7)
        assert await here.post(more) == 200


@pytest.mark.parametrize(
    "headers",
    [{"X-Nothing": "1"}, {"X-Telegram-Bot-Api-Secret-Token": "é"}, {
        "X-Telegram-Bot-Api-Secret-Token": ADDRESS.secret[:-1]}],
)  # fmt: skip
async def test_without_the_secret_the_path_does_not_exist(headers: dict[str, str]) -> None:
    async with receiving() as here:
        assert await here.post(json.dumps(UPDATE).encode(), **headers) == 404
        assert await here.post(b"{}", path="/telegram/", **headers) == 404
        assert here.updates == []


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b"7", b'{"update_id": "seven"', b"[" * 100_000, b'{"message": 5}'],
)
async def test_what_is_no_update_is_accepted_once_and_not_handed_on(body: bytes) -> None:
    async with receiving() as here:
        assert await here.post(body) == 200
        assert here.updates == []
        assert await here.post(json.dumps(UPDATE).encode()) == 200
        assert len(here.updates) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)
ANYTHING = JSON.map(lambda value: json.dumps(value).encode())


@st.composite
def near_updates(draw: st.DrawFn) -> bytes:
    """An update with anything in the place of some of its parts."""
    update: Any = json.loads(json.dumps(UPDATE))
    inside = update["message"]
    for place in (update, inside, inside["chat"]):
        for key in draw(st.lists(st.sampled_from(sorted(place)), max_size=2)):
            place[key] = draw(JSON)
    kinds = [
        "message",
        "edited_message",
        "callback_query",
        "inline_query",
        "my_chat_member",
        "poll",
    ]
    update[draw(st.sampled_from(kinds))] = draw(JSON | st.just(inside))
    return json.dumps(update).encode()


async def test_any_body_is_an_update_or_nothing_and_the_next_one_comes_through() -> None:
    bodies: list[bytes] = []

    @settings(
        max_examples=120,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],  # the machine may be busy
    )
    @given(st.binary(max_size=60) | ANYTHING | near_updates())
    def collect(body: bytes) -> None:
        bodies.append(body)

    collect()
    async with receiving() as here:
        assert {await here.post(body) for body in bodies} == {200}
        taken = len(here.updates)
        assert await here.post(json.dumps(UPDATE | {"update_id": 7_000_007}).encode()) == 200
        assert len(here.updates) == taken + 1


@pytest.mark.parametrize("date", [10**12, 10**17, 10**19, 10**30, -(10**19)])
async def test_a_date_beyond_the_calendar_does_not_bring_its_update_back_for_ever(
    date: int,
) -> None:
    chat = {"id": 5, "type": "private", "first_name": "Ada"}
    message = {"message_id": 1, "date": date, "chat": chat, "text": "a claim"}
    async with receiving() as here:
        assert await here.post(json.dumps({"update_id": 1, "message": message}).encode()) == 200
        assert here.updates == []


async def test_an_update_larger_than_telegram_sends_is_refused() -> None:
    async with receiving() as here:
        assert await here.post(b" " * (1024**2 + 1)) == 413


async def test_after_the_stop_telegram_is_told_to_come_again() -> None:
    async with receiving(started=False) as here:
        assert await here.post(json.dumps(UPDATE).encode()) == 503
        assert here.updates == []


def test_the_address_says_nothing_about_the_token_and_stays() -> None:
    assert Address.of(TOKEN) == ADDRESS
    assert Address.of("7000000001:another") != ADDRESS
    shown = f"{ADDRESS!r}{ADDRESS.path}{ADDRESS.secret}"
    assert "made-up" not in shown
    assert ADDRESS.secret not in repr(ADDRESS)
    assert ADDRESS.secret not in ADDRESS.path
