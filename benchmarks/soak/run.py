"""One soak from the first hello to the last answer."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from support.product import SEEDS, Product
from support.telegram.server import Telegram

from benchmarks.soak.claims import known_claims
from benchmarks.soak.doing import Doing
from benchmarks.soak.ledger import Ledger, Outcome, outcome, unsaid
from benchmarks.soak.served import Served
from benchmarks.soak.town import Town
from benchmarks.soak.traffic import traffic
from benchmarks.soak.weather import Weather

_LATENCY_S = 0.02
_DOWN_S = 3.0
_SETTLE_S = 90.0
_LOOK_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long, how many, how much."""

    minutes: float
    chats: int
    deeds_per_s: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """Everything that is known afterwards."""

    plan: Plan
    telegram: Telegram
    weather: Weather
    ledger: Ledger
    served: Served
    began: float
    """Seconds of a monotonic clock, when people began to write."""
    back_after_s: float
    """From the kill to the first call for updates."""
    exit_code: int


async def soak(plan: Plan, folder: Path) -> Soaked:
    """Run it.

    Args:
        plan: how long, how many, how much.
        folder: for the collection and for the bot's log.
    """
    product = Product.at(folder / "data")
    await asyncio.to_thread(product.run, "add", "--quiet", str(SEEDS))
    await asyncio.to_thread(product.run, "rebuild", "--quiet")
    claims = await known_claims(product.settings())
    chance = Random(plan.seed)  # noqa: S311 - repeatable, not secret
    weather, ledger = Weather(chance), Ledger()
    telegram = Telegram()
    telegram.faults = weather
    telegram.latency_s = _LATENCY_S
    telegram.world.bot["supports_inline_queries"] = True
    async with telegram:
        town = Town.of(telegram.world, plan.chats, chance)
        served = Served(product.data, telegram, folder / "bot.log")
        await served.start()
        watching = asyncio.create_task(served.watch())
        try:
            await town.take_the_bot_in()
            ledger.begin(telegram.world)
            began, weather.bad = time.monotonic(), True
            doing = Doing(town=town, claims=claims, ledger=ledger, chance=chance)
            going = asyncio.create_task(
                traffic(doing, per_s=plan.deeds_per_s, seconds=60 * plan.minutes)
            )
            await asyncio.sleep(30 * plan.minutes)
            back_after_s = await _crash(served, weather, telegram)
            await going
            weather.bad = False
            await _settled(telegram, ledger, weather)
            exit_code = await served.stop()
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await served.end()
    return Soaked(
        plan=plan,
        telegram=telegram,
        weather=weather,
        ledger=ledger,
        served=served,
        began=began,
        back_after_s=back_after_s,
        exit_code=exit_code,
    )


async def _crash(served: Served, weather: Weather, telegram: Telegram) -> float:
    """Kill the bot and start it again; returns how long it was away, in seconds."""
    away = time.monotonic()
    await served.kill()
    weather.cut_off(telegram.world.calls("sendMessage"), served.kills[-1])
    await asyncio.sleep(_DOWN_S)
    await served.start()
    return time.monotonic() - away


async def _settled(telegram: Telegram, ledger: Ledger, weather: Weather) -> None:
    """Wait until all has come that should, or for as long as it may take."""
    until = time.monotonic() + _SETTLE_S
    while time.monotonic() < until:
        open_ = [d for d in ledger.deeds if outcome(d, weather.unheard) is Outcome.LOST]
        if not (
            open_ or unsaid(telegram.world, ledger, weather.unheard) or len(telegram.world.updates)
        ):
            return
        await asyncio.sleep(_LOOK_S)
