"""Photograph the pages for README.md and docs/, with Debian's Chromium.

    python scripts/screenshots.py DATA

DATA is a data folder with the starter corpus, as `make run` leaves it in `data`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

from bot.config import load_settings
from bot.i18n import Translators
from bot.store import TABLES
from bot.store.answers import AnswerStore
from bot.store.database import Database
from bot.web.pages.answers import AnswerPages
from bot.web.pages.home import Home
from bot.web.pages.html import Html
from bot.web.server import serving
from bot.web.site import build_site
from bot.web.visitors import Visitors
from bot.wiring import answer_service, open_library

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CLAIM = "Scientists admit that vaccines cause autism in thousands of children"
PHONE = {"width": 390, "height": 780}
COLOURS = 64
"""Enough for text; a picture weighs a third."""


@asynccontextmanager
async def site(data: Path) -> AsyncIterator[str]:
    """The pages of a data folder, on loopback; what is asked leaves nothing in it."""
    settings = load_settings(data_dir=data)
    with tempfile.TemporaryDirectory() as folder, open_library(settings, create=False) as library:
        database = Database.open(Path(folder) / "bot.sqlite3", TABLES)
        answers = AnswerStore(database, keep_days=1)
        async with answer_service(settings) as service:
            html = Html(Translators.load(), bot_name=lambda: None)
            home = Home(
                html,
                service=service,
                answers=answers,
                visitors=Visitors(behind_proxy=False),
                claims_per_min=100,
                max_claim_chars=2_000,
            )
            shown = AnswerPages(html, service=service, answers=answers, collection=library)
            routes = [html.asset_route, *home.routes, *shown.routes]
            async with serving(build_site(routes), host="127.0.0.1", port=0) as port:
                yield f"http://127.0.0.1:{port}"
        await database.aclose()


async def photograph(browser: Browser, url: str) -> dict[str, bytes]:
    """The way of one claim: asked, answered, read in its place, and its discussion at night."""
    context = await browser.new_context(viewport=PHONE, color_scheme="light")
    page = await context.new_page()
    await page.goto(url)
    taken = {"home": await page.screenshot()}
    await page.fill("#claim", CLAIM)
    await page.click("form button")
    taken["answer"] = await page.screenshot()
    await page.locator("h3 a").first.click()
    await page.locator("mark strong").first.scroll_into_view_if_needed()
    taken["article"] = await page.screenshot()
    await page.emulate_media(color_scheme="dark")
    await page.locator("#discussion").evaluate("one => one.scrollIntoView()")
    taken["discussion"] = await page.screenshot()
    await context.close()
    return taken


def write(name: str, png: bytes) -> None:
    """A picture with few colours."""
    small = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS)
    small.save(IMAGES / f"{name}.png", optimize=True)


async def main(data: Path) -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    async with site(data) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, png in (await photograph(browser, url)).items():
            write(name, png)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
