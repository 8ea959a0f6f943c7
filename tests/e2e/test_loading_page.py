"""An operator loads a file from the browser, and the bot that runs finds what was in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect
from support.operator import TOKEN
from support.product import ROOT, SEEDS, Product
from support.served import free_port, served
from support.telegram.server import Telegram

CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 180_000
TITLE = "Ferry to Isle Morrow stops in winter"
CLAIM = "The ferry to Isle Morrow will not run from November to March"


@pytest.mark.soak
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
async def test_a_file_is_sent_looked_at_loaded_and_found(
    built: Callable[..., Product],
    telegram: Telegram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)  # Where the program is found that runs beside the bot.
    product = built(SEEDS / "markdown").copy(tmp_path / "data")
    file = tmp_path / "ferry.jsonl"
    article = {
        "title": TITLE,
        "text": f"{CLAIM}, the company said. Tickets that were sold are paid back.",
        "comments": [{"id": "1", "author": "Ida", "text": "My mother lives there."}],
    }
    file.write_text(json.dumps(article) + "\n")
    port = free_port()
    async with (
        served(product, telegram, http_port=port, operate_token=TOKEN),
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=["--no-sandbox"]
        )
        page = await browser.new_page(viewport={"width": 360, "height": 740})
        page.set_default_timeout(PATIENCE_MS)
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        await page.goto(f"http://127.0.0.1:{port}/operate")
        await page.fill("#token", TOKEN)
        await page.click("text=Enter")
        await page.click("header a >> text=Load")
        await page.set_input_files("#file", file)
        await page.click("text=Send and look at it")
        await page.locator("h3", has_text=TITLE).wait_for()
        found = await Axe().run(page)
        assert not [
            one["id"]
            for one in found.response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
        await page.click("button >> text='Load'")
        await expect(page.locator("#job")).to_contain_text("1 added", timeout=PATIENCE_MS)
        await page.click("button >> text='Rebuild'")
        done = page.locator("#job p", has_text="Done: index 0002")
        await done.wait_for()
        assert await page.locator("progress").count() == 0
        await page.click("header a >> text=Bench")
        best = page.locator("tbody tr").first
        for _ in range(30):  # The bot takes the new index over within a moment.
            await page.fill("#claim", CLAIM)
            await page.click("text=Explain")
            await best.wait_for()
            if TITLE in await best.inner_text():
                break
        assert TITLE in await best.inner_text()
        assert complaints == []
        await browser.close()
    assert list((product.data / "uploads").glob("*.jsonl")) == []
