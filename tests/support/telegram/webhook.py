"""Brings updates to where the bot asked for them, one at a time, until each is accepted."""

from __future__ import annotations

import asyncio

import aiohttp
from support.telegram.world import World

_AGAIN_AFTER_S = 0.05


async def carry(world: World) -> None:
    """Bring what waits, for as long as the stand-in runs."""
    async with aiohttp.ClientSession() as client:
        while True:
            world.updates.to_bring.clear()
            update = world.updates.oldest()
            if update is None or not world.webhook:
                await world.updates.to_bring.wait()
            elif await _accepted(client, world, update):
                world.updates.taken()
            else:
                await asyncio.sleep(_AGAIN_AFTER_S)


async def _accepted(
    client: aiohttp.ClientSession, world: World, update: dict[str, object]
) -> bool:
    headers = {}
    if secret := world.webhook.get("secret_token"):
        headers["X-Telegram-Bot-Api-Secret-Token"] = str(secret)
    try:
        async with client.post(world.webhook["url"], json=update, headers=headers) as response:
            return 200 <= response.status < 300
    except aiohttp.ClientError:
        return False
