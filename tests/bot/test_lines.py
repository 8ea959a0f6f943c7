"""Telegram's pace, held against a clock that leaps over every wait."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from support import simulated_time
from support.telegram import faults
from support.telegram.chats import ChatType
from support.telegram.server import Telegram
from telegram import Bot

from bot.delivery import Delivery, Outgoing
from bot.lines import UNHURRIED, Lines, Pace
from bot.request import AiohttpRequest

GROUP = -1_000_000_000_777


class Timing(AiohttpRequest):
    """Notes when each message leaves."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[float] = []

    async def do_request(self, url: str, *args: Any, **options: Any) -> tuple[int, bytes]:  # noqa: ANN401 - passed on
        if url.endswith("/sendMessage"):
            self.left.append(asyncio.get_running_loop().time())
        return await super().do_request(url, *args, **options)


class Post:
    """A stand-in, a bot and a delivery on the running loop, and when messages left."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.telegram = Telegram()
        self._pace = pace

    async def __aenter__(self) -> Post:
        await self.telegram.start()
        self.request = Timing()
        self.bot = Bot(self.telegram.token, base_url=self.telegram.base_url, request=self.request)
        await self.bot.initialize()
        self.delivery = Delivery(self.bot, pace=self._pace)
        self.start = self.now()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.bot.shutdown()
        await self.telegram.stop()
        assert not self.telegram.world.violations

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def timed(self, chat_id: int, text: str = "x") -> float:
        """Send, and say how many seconds after the start it was delivered."""
        assert await self.delivery.send(chat_id, Outgoing(html=text)) is not None
        return self.now() - self.start

    async def left(self, chats: Sequence[int]) -> list[float]:
        """Send into these chats at once; when each message left, in seconds from the first."""
        await asyncio.gather(*(self.timed(chat, str(n)) for n, chat in enumerate(chats)))
        return [at - self.request.left[0] for at in self.request.left]


def most_within(times: Sequence[float], seconds: float) -> int:
    """The most messages that left within any such time."""
    return max(sum(at <= other < at + seconds for other in times) for at in times)


def test_one_chat_is_written_to_once_a_second_in_order() -> None:
    async def main() -> list[float]:
        async with Post() as post:
            ada = post.telegram.world.user(5)
            left = await post.left([5] * 6)
            assert [m.text for m in ada.private.messages] == list("012345")
            return left

    left = simulated_time.run(main())
    assert most_within(left, 0.999) == 1
    assert left[-1] < 20


def test_a_group_gets_twenty_messages_a_minute() -> None:
    async def main() -> list[float]:
        async with Post() as post:
            post.telegram.world.add_chat(ChatType.SUPERGROUP, "Neighbours", GROUP)
            return await post.left([GROUP] * 42)

    left = simulated_time.run(main())
    assert most_within(left, 0.999) == 1
    assert most_within(left, 59.999) == 20
    assert left[-1] < 150


def test_all_chats_together_get_thirty_messages_a_second() -> None:
    async def main() -> list[float]:
        async with Post() as post:
            return await post.left([post.telegram.world.user(n).id for n in range(100, 220)])

    left = simulated_time.run(main())
    # Between the end of its place and the request a message spends a moment.
    assert most_within(left, 0.9) == 30
    assert left[-1] < 20


def test_what_is_held_up_on_its_way_out_does_not_leave_together_with_what_follows() -> None:
    marks = itertools.count()

    async def slowly(*, leaving: bool) -> None:
        if leaving and next(marks) < 30:
            await asyncio.sleep(0.95)

    async def main() -> list[float]:
        async with Post() as post:
            people = [post.telegram.world.user(number) for number in range(100, 160)]
            await asyncio.gather(
                *(post.delivery.send(p.id, Outgoing(html="x"), mark=slowly) for p in people)
            )
            return post.request.left

    assert most_within(simulated_time.run(main()), 0.9) == 30


def test_a_chat_flooded_for_a_minute_delays_none_of_a_hundred_others() -> None:
    async def main() -> tuple[float, list[float]]:
        async with Post() as post:
            world = post.telegram.world
            world.user(5)
            people = [world.user(n) for n in range(100, 200)]
            post.telegram.faults.plan(faults.flood(60), "sendMessage", chat_id=5)
            stuck = asyncio.create_task(post.timed(5))
            await world.called("sendMessage", chat_id=5)
            others = await asyncio.gather(*(post.timed(p.id) for p in people))
            assert not stuck.done()
            return await stuck, list(others)

    stuck, others = simulated_time.run(main())
    assert stuck >= 60
    assert max(others) < 30


def test_a_slow_chat_delays_none_of_the_others() -> None:
    async def main() -> tuple[float, list[float]]:
        async with Post() as post:
            world = post.telegram.world
            world.user(5)
            people = [world.user(n) for n in range(100, 120)]
            post.telegram.faults.plan(faults.slow(25), "sendMessage", chat_id=5)
            stuck = asyncio.create_task(post.timed(5))
            await world.called("sendMessage", chat_id=5)
            others = await asyncio.gather(*(post.timed(p.id) for p in people))
            return await stuck, list(others)

    stuck, others = simulated_time.run(main())
    assert stuck >= 25
    assert max(others) < 15


def test_of_edits_that_wait_for_one_message_only_the_last_is_made() -> None:
    async def main() -> tuple[list[bool], list[str], int]:
        async with Post() as post:
            ada = post.telegram.world.user(5)
            first = await post.delivery.send(5, Outgoing(html="first"))
            other = await post.delivery.send(5, Outgoing(html="other"))
            assert first is not None
            assert other is not None
            edits = [
                post.delivery.edit(5, first, Outgoing(html="a")),
                post.delivery.remove_buttons(5, first),
                post.delivery.edit(5, first, Outgoing(html="b")),
                post.delivery.edit(5, other, Outgoing(html="c")),
                post.delivery.edit(5, first, Outgoing(html="d")),
            ]
            done = await asyncio.gather(*edits)
            shown = [m.text for m in ada.private.messages]
            return list(done), shown, len(post.telegram.world.calls("editMessageText"))

    assert simulated_time.run(main()) == ([True] * 5, ["d", "c"], 2)


def test_an_edit_in_a_flood_gives_way_to_a_newer_one() -> None:
    async def main() -> tuple[str, int]:
        async with Post() as post:
            ada = post.telegram.world.user(5)
            sent = await post.delivery.send(5, Outgoing(html="first"))
            assert sent is not None
            post.telegram.faults.plan(faults.flood(30), "editMessageText")
            old = asyncio.create_task(post.delivery.edit(5, sent, Outgoing(html="old")))
            await post.telegram.world.called("editMessageText")
            assert await post.delivery.edit(5, sent, Outgoing(html="new"))
            assert await old
            return ada.private.messages[-1].text, len(post.telegram.world.calls("editMessageText"))

    assert simulated_time.run(main()) == ("new", 2)


def test_an_edit_that_fails_is_false_though_others_came_before() -> None:
    async def main() -> list[bool]:
        async with Post() as post:
            post.telegram.world.user(5)
            edits = [post.delivery.edit(5, 999, Outgoing(html=text)) for text in "ab"]
            return list(await asyncio.gather(*edits))

    assert simulated_time.run(main()) == [True, False]


def test_a_full_line_refuses_and_recovers(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> list[int | None]:
        async with Post(Pace(waiting_per_chat=3)) as post:
            post.telegram.world.user(5)
            sent = await asyncio.gather(
                *(post.delivery.send(5, Outgoing(html="x")) for _ in range(5))
            )
            assert await post.delivery.send(5, Outgoing(html="later")) is not None
            return list(sent)

    sent = simulated_time.run(main())
    assert [number is None for number in sent] == [False, False, False, True, True]
    assert "LineFullError" in caplog.text


def test_nobody_is_shown_typing_in_a_flooded_chat() -> None:
    async def main() -> int:
        async with Post() as post:
            post.telegram.world.user(5)
            post.telegram.faults.plan(faults.flood(60), "sendMessage", chat_id=5)
            stuck = asyncio.create_task(post.timed(5))
            await post.telegram.world.called("sendMessage", chat_id=5)
            async with post.delivery.typing(5):
                await asyncio.sleep(20)
            await stuck
            return len(post.telegram.world.calls("sendChatAction"))

    assert simulated_time.run(main()) == 0


def test_chats_that_fell_silent_are_forgotten() -> None:
    async def main() -> tuple[int, int]:
        lines = Lines(UNHURRIED)
        for chat_id in range(1_000):
            async with lines.turn(chat_id) as turn, lines.place(turn.line):
                pass
        full = len(lines)
        await asyncio.sleep(130)
        async with lines.turn(5_000):
            return full, len(lines)

    assert simulated_time.run(main()) == (1_000, 1)
