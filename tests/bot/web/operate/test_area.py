"""Nobody is let in without a key, and nobody's browser is used by another site."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from support.mini_app import launch
from support.operator import BOT_TOKEN, KEYS, USER, Operator, said
from support.web_pages import SEL, WebPages, web_pages

from bot.web.operate.sessions import Sessions

DESKS = (
    "/bench",
    "/sources",
    "/takedowns",
    "/feedback",
    "/answers.svg",
    "/latency.svg",
    "/months.svg",
)


@pytest.fixture
async def operated(folder: Path) -> AsyncIterator[WebPages]:
    async with web_pages(folder, keys=KEYS) as running:
        yield running


async def test_without_keys_there_is_no_area(pages: WebPages) -> None:
    for path in ("/operate", "/operate/bench", "/operate/login"):
        assert (await pages.get(path))[0] == 404


async def test_strangers_see_the_door_and_nothing_else(operated: WebPages) -> None:
    stranger = Operator(operated)
    status, text = await stranger.get()
    assert status == 200
    assert "Documents" not in text
    for path in (*DESKS, "/login", "/telegram"):
        assert (await stranger.get(path))[0] == 303
    assert (await stranger.post("/takedowns", what=str(SEL), reason="x"))[0] == 303
    assert operated.library.takedowns()[0].comment_id is not None
    assert len(operated.library.takedowns()) == 1


async def test_the_token_opens_and_the_cookie_is_kept_from_scripts_and_other_sites(
    folder: Path,
) -> None:
    async with web_pages(folder, keys=KEYS, secure=True) as operated:
        url = f"{operated.url}/operate/login"
        async with operated.client.post(
            url, data={"token": KEYS.token}, allow_redirects=False
        ) as response:
            cookie = response.headers["set-cookie"]
    assert response.status == 303
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/operate", "Max-Age=43200"):
        assert part in cookie


async def test_inside_everything_is_shown_and_never_in_a_frame(operated: WebPages) -> None:
    operator = Operator(operated)
    assert (await operator.enter())[0] == 303
    for path in ("", *DESKS):
        status, text = await operator.get(path)
        assert status == 200
        assert text.startswith("<svg" if path.endswith(".svg") else "<!doctype html>")
    headers = {"Cookie": f"operate={operator.cookie}"}
    async with operated.client.get(f"{operated.url}/operate", headers=headers) as response:
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-store"


async def test_wrong_tokens_are_refused_and_soon_not_even_read(operated: WebPages) -> None:
    operator = Operator(operated)
    answers = [await operator.enter(f"wrong {n}") for n in range(6)]
    assert [status for status, _ in answers] == [403] * 5 + [429]
    assert said(answers[-1][1]) == "Too many attempts; wait a minute."
    assert (await operator.enter())[0] == 429
    assert operator.cookie == ""


async def test_a_form_of_another_site_does_nothing(operated: WebPages) -> None:
    operator = Operator(operated)
    await operator.enter()
    for forged in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        status, _ = await operator.post("/takedowns", what=str(SEL), reason="x", **forged)
        assert status == 403
    other = Operator(operated)
    await other.enter()
    _, text = await other.get("/takedowns")
    theirs = lxml.html.document_fromstring(text).xpath("//input[@name='csrf']/@value")[0]
    assert (await operator.post("/takedowns", what="1", reason="x", csrf=theirs))[0] == 403
    assert len(operated.library.takedowns()) == 1


async def test_whoever_leaves_is_out_at_once(operated: WebPages) -> None:
    operator = Operator(operated)
    await operator.enter()
    await operator.post("/logout", csrf="forged")
    assert (await operator.get("/bench"))[0] == 200
    _, text = await operator.get()
    csrf = lxml.html.document_fromstring(text).xpath("//input[@name='csrf']/@value")[0]
    cookie = operator.cookie
    await operator.post("/logout", csrf=csrf)
    operator.cookie = cookie
    assert (await operator.get("/bench"))[0] == 303


async def test_telegram_lets_its_operators_in_and_nobody_else(operated: WebPages) -> None:
    now = time.time()
    for data in (
        launch(BOT_TOKEN, user=USER + 1, at=now),
        launch("8:another", user=USER, at=now),
        launch(BOT_TOKEN, user=USER, at=now - 3_600),
        "",
    ):
        operator = Operator(operated)
        status, text = await operator.post("/telegram", init_data=data)
        assert (status, operator.cookie) == (403, "")
        assert said(text) == "Telegram did not name an operator."
    operator = Operator(operated)
    genuine = launch(BOT_TOKEN, user=USER, at=now)
    assert (await operator.post("/telegram", init_data=genuine))[0] == 303
    assert (await operator.get("/bench"))[0] == 200


async def test_where_only_telegram_opens_no_token_does(folder: Path) -> None:
    async with web_pages(folder, keys=replace(KEYS, token=None)) as operated:
        operator = Operator(operated)
        door = (await operator.get())[1]
        assert 'type="password"' not in door
        assert "Open this page from Telegram, as a Mini App of the bot" in door
        assert (await operator.enter(""))[0] == 403
        assert (await operator.enter("None"))[0] == 403


def test_sessions_end_by_themselves_and_are_few() -> None:
    now = [0.0]
    sessions = Sessions(lasts_s=100, clock=lambda: now[0])
    first = sessions.open()
    assert sessions.of(first.secret) == first
    now[0] = 100.0
    assert sessions.of(first.secret) is None
    assert sessions.of(None) is None
    made = [sessions.open() for _ in range(101)]
    assert sessions.of(made[0].secret) is None
    assert sessions.of(made[-1].secret) == made[-1]
    assert made[-1].secret not in repr(made[-1])
