"""The whole bot with Telegram bringing the updates, and both ways in turn without a loss."""

from __future__ import annotations

import socket
from collections.abc import Callable

import aiohttp
from support.product import SEEDS, Product
from support.served import served
from support.telegram.server import Telegram

KNOWN = "Council keeps the Tarnwick library open, but not on all days"
TITLE = "Council Keeps the Library Open"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])


async def test_switching_between_webhook_and_polling_loses_no_message(
    built: Callable[..., Product], telegram: Telegram
) -> None:
    product = built(SEEDS)
    port = free_port()
    by_webhook = {
        "webhook": True,
        "http_port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "metrics_token": "let me see",
    }
    ada = telegram.world.user(5)
    async with served(product, telegram, connects_by="setWebhook", **by_webhook):
        ada.send(KNOWN)
        assert TITLE in (await ada.receives(timeout_s=60)).text
        async with aiohttp.ClientSession() as client:
            async with client.get(f"http://127.0.0.1:{port}/readyz") as ready:
                assert ready.status == 200
            headers = {"Authorization": "Bearer let me see"}
            async with client.get(f"http://127.0.0.1:{port}/metrics", headers=headers) as read:
                figures = await read.text()
    assert 'factcontext_updates_total{kind="message"} 1.0' in figures
    assert 'factcontext_answers_total{strength="strong"} 1.0' in figures
    assert 'factcontext_answer_seconds_count{stage="whole"} 1.0' in figures
    assert "factcontext_generation_age_seconds" in figures
    ada.send(KNOWN)
    async with served(product, telegram):
        assert TITLE in (await ada.receives(timeout_s=60)).text
    ada.send(KNOWN)
    async with served(product, telegram, connects_by="setWebhook", **by_webhook):
        assert TITLE in (await ada.receives(timeout_s=60)).text
