"""The pages in a real browser."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route, async_playwright
from support.mini_app import launch
from support.operator import BOT_TOKEN, KEYS, TOKEN, USER
from support.web_pages import ARABIC, CLAIM, EVIL, HOSTILE, LONG, SEL, WebPages, web_pages

from bot.web import server

CHROMIUM = shutil.which("chromium")
PHONE = {"width": 360, "height": 740}
SERIOUS = {"serious", "critical"}
DESKS = ("Overview", "Load", "Bench", "Sources", "Takedowns", "Feedback", "Unanswered")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=["--no-sandbox"]
        )
        yield launched
        await launched.close()


class Watched:
    """A page, with what it asked for and what it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda said: self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))


@asynccontextmanager
async def opened(browser: Browser, url: str, **context: Any) -> AsyncIterator[Watched]:  # noqa: ANN401 - whatever a context takes
    made = await browser.new_context(**{"viewport": PHONE, **context})
    made.set_default_timeout(60_000)
    watched = Watched(await made.new_page())
    try:
        await watched.page.goto(url)
        yield watched
    finally:
        await made.close()


async def serious(page: Page) -> list[str]:
    """What axe finds that keeps people out."""
    found = await Axe().run(page)
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found.response["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


async def too_wide(page: Page) -> bool:
    return bool(
        await page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
    )


async def test_an_article_in_its_place_keeps_nobody_out_and_asks_nobody_else(
    pages: WebPages, browser: Browser
) -> None:
    answer_id = await pages.answered(CLAIM, "The water at the dam was low in one night")
    async with opened(browser, f"{pages.url}/c/{answer_id}/{SEL}#match") as here:
        assert await serious(here.page) == []
        assert not await too_wide(here.page)
        assert await here.page.locator("mark strong").first.is_visible()
        assert here.requests
        assert all(url.startswith(f"{pages.url}/") for url in here.requests)
        assert here.complaints == []


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_keeps_anybody_out_in_any_light(
    pages: WebPages, browser: Browser, scheme: str
) -> None:
    answer_id = await pages.answered(CLAIM)
    paths = [
        "/",
        f"/c/{answer_id}",
        f"/c/{answer_id}/{SEL}?lang=ar",
        f"/d/{ARABIC}",
        "/c/gone12345",
    ]
    for path in [*paths, f"/d/{HOSTILE}", f"/d/{LONG}?page=2"]:
        async with opened(browser, pages.url + path, color_scheme=scheme) as here:
            assert await serious(here.page) == [], path
            assert not await too_wide(here.page), path
            ground = await here.page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 24, 29)")


@pytest.mark.soak
async def test_without_javascript_everything_is_there_and_folds(
    pages: WebPages, browser: Browser
) -> None:
    async with opened(browser, pages.url, java_script_enabled=False) as here:
        await here.page.fill("#claim", CLAIM)
        await here.page.click("form button")
        await here.page.click("h3 a >> text=Sel dam holds")
        assert here.page.url.endswith(f"/{SEL}#match")
        reply = here.page.locator("text=Your cellar was dry")
        assert await reply.is_visible()
        await here.page.locator("summary").first.click()
        assert not await reply.is_visible()


@pytest.mark.soak
async def test_the_keyboard_reaches_and_folds_the_discussion(
    pages: WebPages, browser: Browser
) -> None:
    async with opened(browser, f"{pages.url}/d/{SEL}") as here:
        await here.page.keyboard.press("Tab")
        focused = here.page.locator(":focus")
        assert await focused.inner_text() == "Skip to the text"
        assert await focused.is_visible()
        for _ in range(20):
            await here.page.keyboard.press("Tab")
            if await focused.evaluate("one => one.tagName") == "SUMMARY":
                break
        await here.page.keyboard.press("Enter")
        assert not await here.page.locator("text=Your cellar was dry").is_visible()


@pytest.mark.soak
async def test_a_link_to_a_folded_comment_unfolds_it(pages: WebPages, browser: Browser) -> None:
    async with opened(browser, f"{pages.url}/d/{SEL}") as here:
        deep = here.page.locator("article", has_text="Deeper 9 into")
        number = str(await deep.get_attribute("id")).removeprefix("c")
        assert not await deep.is_visible()
        await here.page.goto(f"{pages.url}/d/{SEL}?at={number}#c{number}")
        assert await deep.is_visible()


@pytest.mark.soak
async def test_arabic_stands_on_the_right(pages: WebPages, browser: Browser) -> None:
    async with opened(browser, f"{pages.url}/d/{ARABIC}?lang=ar") as here:
        heading = here.page.locator("h1")
        assert await heading.evaluate("one => getComputedStyle(one).direction") == "rtl"
        box = await here.page.locator("header a").first.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] > PHONE["width"] / 2


@pytest.mark.soak
async def test_what_is_written_from_the_left_stays_so_on_an_arabic_page(
    pages: WebPages, browser: Browser
) -> None:
    answer_id = await pages.answered(CLAIM)
    async with opened(browser, f"{pages.url}/c/{answer_id}/{SEL}?lang=ar") as here:
        # Its first words, which only a screen reader hears, are Arabic.
        matched = here.page.locator(".comment.matched p[dir]")
        assert await matched.evaluate("one => getComputedStyle(one).direction") == "ltr"
        note = here.page.locator(".note bdi").first
        assert await note.inner_text() == "Owned by the port authority."
        assert await note.evaluate("one => getComputedStyle(one).direction") == "ltr"


@pytest.mark.soak
async def test_hostile_texts_do_nothing(pages: WebPages, browser: Browser) -> None:
    answer_id = await pages.answered("wrote the paper about zebras")
    for path in (f"/d/{HOSTILE}", f"/c/{answer_id}", f"/c/{answer_id}/{HOSTILE}"):
        async with opened(browser, pages.url + path) as here:
            assert await here.page.title() != "owned"
            assert here.complaints == []
            assert all(url.startswith(f"{pages.url}/") for url in here.requests)
    async with opened(browser, pages.url) as here:
        await here.page.fill("#claim", f"{EVIL} wrote the paper about zebras")
        await here.page.click("form button")
        assert await here.page.locator("blockquote.claim").inner_text() == (
            f"{EVIL} wrote the paper about zebras"
        )
        assert await here.page.title() != "owned"


@pytest.mark.soak
async def test_in_telegram_the_page_takes_its_colours_and_its_back_button(
    pages: WebPages, browser: Browser
) -> None:
    answer_id = await pages.answered(CLAIM)
    theme = '{"bg_color":"#102030","text_color":"#fefefe","link_color":"red;}body{"}'
    launch = f"tgWebAppData=user%3Dx&tgWebAppVersion=8.0&tgWebAppThemeParams={quote(theme)}"
    bridge = """window.said = [];
        window.TelegramWebviewProxy = {postEvent: (type, data) => window.said.push([type, data])};
    """
    async with opened(browser, "about:blank") as here:
        await here.page.add_init_script(bridge)
        await here.page.goto(f"{pages.url}/c/{answer_id}#{launch}")
        ground = "getComputedStyle(document.body).backgroundColor"
        assert await here.page.evaluate(ground) == "rgb(16, 32, 48)"
        assert "tgWebAppData" not in here.page.url
        assert await here.page.evaluate("window.said") == [
            ["web_app_setup_back_button", '{"is_visible":false}'],
            ["web_app_ready", "{}"],
        ]
        await here.page.click("h3 a >> text=Sel dam holds")
        await here.page.wait_for_url(f"**/{SEL}#match")
        assert await here.page.evaluate(ground) == "rgb(16, 32, 48)"
        said = await here.page.evaluate("window.said")
        assert ["web_app_setup_back_button", '{"is_visible":true}'] in said
        await here.page.evaluate("Telegram.WebView.receiveEvent('back_button_pressed')")
        await here.page.wait_for_url(f"**/c/{answer_id}")
        assert here.complaints == []


@pytest.mark.soak
async def test_telegrams_dark_theme_is_readable_on_a_light_system(
    pages: WebPages, browser: Browser
) -> None:
    answer_id = await pages.answered(CLAIM)
    theme = (
        '{"bg_color":"#17212b","secondary_bg_color":"#232e3c","text_color":"#f5f5f5",'
        '"hint_color":"#708499","link_color":"#6ab3f3"}'
    )
    launch = f"tgWebAppVersion=8.0&tgWebAppThemeParams={quote(theme)}"
    address = f"{pages.url}/c/{answer_id}/{SEL}#{launch}"
    async with opened(browser, address, color_scheme="light") as here:
        mark = here.page.locator("mark").first
        assert await mark.evaluate("one => getComputedStyle(one).backgroundColor") == (
            "rgb(87, 73, 15)"
        )
        assert await serious(here.page) == []
        brighter = theme.replace("#17212b", "#ffffff").replace("#f5f5f5", "#000000")
        changed = f"Telegram.WebView.receiveEvent('theme_changed', {{theme_params: {brighter}}})"
        await here.page.evaluate(changed)
        assert await mark.evaluate("one => getComputedStyle(one).backgroundColor") == (
            "rgb(255, 243, 191)"
        )


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_operators_area_keeps_nobody_out_who_has_the_token(
    folder: Path, browser: Browser, scheme: str
) -> None:
    async with web_pages(folder, keys=KEYS) as pages:
        await pages.answered(CLAIM)
        await pages.unanswered.add("… water is poisoned", chats=5)
        async with opened(browser, f"{pages.url}/operate", color_scheme=scheme) as here:
            assert await serious(here.page) == []
            await here.page.fill("#token", TOKEN)
            await here.page.click("text=Enter")
            for desk in DESKS:
                await here.page.click(f"header a >> text={desk}")
                if desk == "Bench":
                    await here.page.fill("#claim", CLAIM)
                    await here.page.click("text=Explain")
                    await here.page.locator("table").first.wait_for()
                assert await serious(here.page) == [], desk
                assert not await too_wide(here.page), desk
            await here.page.click("text=Delete all")
            assert await here.page.locator("p[role=status]").inner_text() == "1 deleted."
            await here.page.click("header a >> text=Overview")
            await here.page.wait_for_load_state("load")
            assert await here.page.locator("img.plot").first.evaluate("one => one.naturalWidth")
            assert here.complaints == []
            assert all(url.startswith(f"{pages.url}/") for url in here.requests)


@pytest.mark.soak
async def test_what_looks_again_leaves_the_focus_where_it_is_and_says_when_the_session_is_over(
    browser: Browser,
) -> None:
    script = (Path(server.__file__).parent / "assets" / "live.js").read_text()
    parts = ["<form><input value=stop><button>Stop</button></form>", "<p>{n}</p>"]
    address, looks = "http://operate.example/load", 0

    async def answer(route: Route) -> None:
        nonlocal looks
        looks += 1
        job = "".join(parts).format(n=looks)
        if looks > 3 and route.request.resource_type == "fetch":
            await route.fulfill(status=303, headers={"Location": "/door"})
        elif looks > 3:
            await route.fulfill(body="The door")
        else:
            body = f"<main><div id=job data-live>{job}</div></main><script>{script}</script>"
            await route.fulfill(body=body, content_type="text/html")

    page = await browser.new_page()
    await page.route(address, answer)
    await page.goto(address)
    await page.focus("button")
    await page.locator("p >> text=3").wait_for()
    assert await page.evaluate("document.activeElement.textContent") == "Stop"
    await page.locator("text=The door").wait_for()


@pytest.mark.soak
async def test_an_operator_enters_from_telegram_with_one_press(
    folder: Path, browser: Browser
) -> None:
    data = launch(BOT_TOKEN, user=USER, at=time.time())
    async with (
        web_pages(folder, keys=KEYS) as pages,
        opened(browser, f"{pages.url}/operate") as here,
    ):
        button = here.page.locator("text=Enter with Telegram")
        assert not await button.is_visible()
        await here.page.goto("about:blank")
        await here.page.goto(f"{pages.url}/operate#tgWebAppVersion=8.0&tgWebAppData={quote(data)}")
        await button.click()
        await here.page.locator("h1 >> text=Overview").wait_for()
