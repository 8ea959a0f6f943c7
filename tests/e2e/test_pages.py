"""From an answer in a chat to its page, over HTTP."""

from __future__ import annotations

from pathlib import Path

from support import answers as samples
from support.group_chats import Town
from support.private_bot import CLAIM, Searching, running
from support.telegram.server import Telegram

from bot.pagelinks import PageLinks

LINKS = PageLinks(public_url="https://bot.example.org/context/")
LABEL = "Read in place"


async def test_in_private_a_button_opens_the_page_inside_telegram(
    telegram: Telegram, tmp_path: Path
) -> None:
    async with running(telegram, Searching(), tmp_path, pages=LINKS):
        ada = telegram.world.user(5, language_code="de")
        ada.send(CLAIM)
        (button,) = [b for b in (await ada.receives()).buttons if "web_app" in b.raw]
    assert button.text == "Im Zusammenhang lesen"
    url = button.raw["web_app"]["url"]
    assert url.startswith("https://bot.example.org/context/c/")
    assert url.endswith("?lang=de")


async def test_without_a_certificate_the_button_opens_the_browser(
    telegram: Telegram, tmp_path: Path
) -> None:
    plain = PageLinks(public_url="http://bot.example.org")
    async with running(telegram, Searching(), tmp_path, pages=plain):
        ada = telegram.world.user(5)
        ada.send(CLAIM)
        (button,) = [b for b in (await ada.receives()).buttons if b.text == LABEL]
    assert button.url is not None
    assert button.url.startswith("http://bot.example.org/c/")


async def test_an_answer_without_context_has_no_page(telegram: Telegram, tmp_path: Path) -> None:
    service = Searching(samples.abstained())
    async with running(telegram, service, tmp_path, pages=LINKS):
        ada = telegram.world.user(5)
        ada.send(CLAIM)
        answer = await ada.receives()
    assert LABEL not in [button.text for button in answer.buttons]


async def test_in_a_group_the_button_is_a_link(telegram: Telegram, tmp_path: Path) -> None:
    async with running(telegram, Searching(), tmp_path, pages=LINKS):
        town = await Town.founded(telegram)
        claim = town.bea.send(CLAIM, to=town.chat)
        town.cem.send("/context", to=town.chat, reply_to=claim)
        (button,) = [b for b in (await town.chat.receives()).buttons if b.text == LABEL]
    assert button.url is not None
    assert button.url.startswith("https://bot.example.org/context/c/")
