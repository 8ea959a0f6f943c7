"""The whole bot with its HTTP side: updates that Telegram brings, and pages for people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import aiohttp
from support.product import SEEDS, Product
from support.served import free_port, served
from support.telegram.server import Telegram

KNOWN = "Council keeps the Tarnwick library open, but not on all days"
TITLE = "Council Keeps the Library Open"


async def test_switching_between_webhook_and_polling_loses_no_message(
    built: Callable[..., Product], telegram: Telegram, tmp_path: Path
) -> None:
    product = built(SEEDS / "markdown").copy(tmp_path / "data")
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


async def test_the_button_of_a_real_answer_leads_to_its_page(
    built: Callable[..., Product], telegram: Telegram, tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    ada = telegram.world.user(5)
    product = built(SEEDS / "markdown").copy(tmp_path / "data")
    async with served(product, telegram, http_port=port, public_url=url):
        ada.send(KNOWN)
        answer = await ada.receives(timeout_s=60)
        (button,) = [b for b in answer.buttons if b.text == "Read in place"]
        assert button.url is not None
        async with aiohttp.ClientSession() as client:
            async with client.get(button.url) as response:
                assert response.status == 200
                assert TITLE in await response.text()
            async with client.get(url) as response:
                assert f"https://t.me/{telegram.world.bot['username']}" in await response.text()
