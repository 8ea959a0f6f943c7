"""The founding document, from its file to a message in Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from support.product import FOUNDING, Product
from support.served import served
from support.telegram.server import Telegram

pytestmark = pytest.mark.skipif(
    not FOUNDING.is_file(), reason="the founding document is not beside this checkout"
)

READY = "Iraqi militias say they are ready to fight ISIS inside Syria"
HALTED = (
    "The SDF stopped its offensive near the Euphrates after losing villages on the Iraqi border"
)
KEPT_ALIVE = "The US secretly keeps ISIS alive so that it can keep troops in Syria"
ELSEWHERE = "Brazil won the 2018 World Cup"


@pytest.fixture(scope="module")
def product(built: Callable[..., Product]) -> Product:
    return built(FOUNDING)


@pytest.fixture
async def bot(product: Product, telegram: Telegram, tmp_path: Path) -> AsyncIterator[None]:
    async with served(product.copy(tmp_path / "data"), telegram):
        yield


@pytest.mark.parametrize(
    ("claim", "first"),
    [
        (READY, "On November 4"),
        (HALTED, "The Syrian Democratic Forces (SDF) halted"),
        (KEPT_ALIVE, "The U.S. will not likely allow"),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_a_claim_brings_the_paragraph_that_speaks_of_it(
    telegram: Telegram, claim: str, first: str
) -> None:
    ada = telegram.world.user(5, first_name="Ada")
    ada.send(claim)
    answer = await ada.receives(timeout_s=20)
    echo, nearest, *_ = answer.marked("blockquote")
    assert echo == claim
    assert nearest.startswith(first)


@pytest.mark.usefixtures("bot")
async def test_what_readers_said_is_one_button_away(telegram: Telegram) -> None:
    ada = telegram.world.user(5, first_name="Ada")
    ada.send(KEPT_ALIVE)
    answer = await ada.receives(timeout_s=20)
    assert "Syrian activists say" not in answer.text
    ada.press(answer, "What readers said")
    discussion = await ada.receives()
    assert discussion.marked("blockquote")[1].startswith("Syrian activists say")
    assert "opinions of readers, not checked" in discussion.marked("italic")


@pytest.mark.usefixtures("bot")
async def test_a_date_is_shown_with_what_it_lacks(telegram: Telegram) -> None:
    ada = telegram.world.user(5, first_name="Ada")
    ada.send(READY)
    answer = await ada.receives(timeout_s=20)
    assert "4 November, year not stated" in answer.text


@pytest.mark.usefixtures("bot")
async def test_a_claim_about_something_else_gets_the_abstention(telegram: Telegram) -> None:
    ada = telegram.world.user(5, first_name="Ada")
    ada.send(ELSEWHERE)
    answer = await ada.receives(timeout_s=20)
    assert answer.marked("blockquote") == [ELSEWHERE]
    assert "Nothing in the collection is close to this." in answer.text
    assert [button.text for button in answer.buttons] == ["Tell me when there is context"]


def test_the_terminal_gives_the_same_answers(product: Product) -> None:
    kept_alive = product.ask(KEPT_ALIVE)
    assert kept_alive["reporting"][0]["passages"][0]["text"].startswith("The U.S. will not likely")
    first = kept_alive["discussion"][0]["comments"][0]
    assert first["text"].startswith("Syrian activists say")
    elsewhere = product.ask(ELSEWHERE)
    assert (elsewhere["abstained"], elsewhere["reporting"], elsewhere["discussion"]) == (
        True, [], [],
    )  # fmt: skip
