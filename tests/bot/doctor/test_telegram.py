"""What Telegram is asked, and what is made of its answers."""

from __future__ import annotations

import socket
import time

import pytest
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram

from bot.config import Settings, load_settings
from bot.doctor.findings import Level
from bot.doctor.telegram import examine
from bot.web.webhook import Address

PUBLIC = "https://bot.example.org"


def settings_for(telegram: Telegram, **changes: object) -> Settings:  # noqa: F811
    return load_settings(
        **{
            "telegram_bot_token": telegram.token,
            "telegram_api_url": telegram.base_url.removesuffix("/bot"),
            **changes,
        },
    )


async def found(settings: Settings, now: float | None = None) -> dict[str, tuple[Level, str]]:
    findings = [finding async for finding in examine(settings, now=now)]
    assert all(f.advice for f in findings if f.level is not Level.OK)
    return {f.matter: (f.level, f"{f.says} {f.advice}".strip()) for f in findings}


async def test_a_bot_that_is_set_up(telegram: Telegram) -> None:  # noqa: F811
    telegram.world.bot["supports_inline_queries"] = True
    assert await found(settings_for(telegram)) == {
        "token": (Level.OK, "Telegram knows it as @factcontext_bot"),
        "groups": (
            Level.OK,
            "privacy mode is on: it sees commands, mentions and replies to it",
        ),
        "inline mode": (Level.OK, "on"),
        "updates": (Level.OK, "asked for by polling, 0 waiting"),
        "clock": (Level.OK, "agrees with Telegram's"),
    }
    changing = {"setWebhook", "deleteWebhook", "getUpdates", "setMyCommands", "logOut", "close"}
    assert [c.method for c in telegram.world._calls if c.method in changing] == []


async def test_what_botfather_did_not_switch_on(telegram: Telegram) -> None:  # noqa: F811
    telegram.world.bot["can_join_groups"] = False
    said = await found(settings_for(telegram))
    assert said["groups"][0] is Level.WARN
    assert "/setjoingroups" in said["groups"][1]
    assert said["inline mode"][0] is Level.WARN
    assert "/setinline" in said["inline mode"][1]
    telegram.world.bot |= {"can_join_groups": True, "can_read_all_group_messages": True}
    assert "privacy mode is off" in (await found(settings_for(telegram)))["groups"][1]


async def test_no_token() -> None:
    said = await found(load_settings())
    assert list(said) == ["token"]
    assert said["token"][0] is Level.WARN
    assert "@BotFather" in said["token"][1]


async def test_a_token_that_telegram_does_not_know_is_not_repeated(
    telegram: Telegram,  # noqa: F811
) -> None:
    wrong = "7000000001:AAE-wrong-wrong-wrong-wrong-wrong-wro"
    said = await found(settings_for(telegram, telegram_bot_token=wrong))
    assert list(said) == ["token"]
    assert said["token"][0] is Level.FAIL
    assert "AAE" not in str(said)


async def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = load_settings(telegram_bot_token="7000000001:" + "A" * 35, telegram_api_url=url)
    said = await found(settings)
    assert list(said) == ["Telegram"]
    assert said["Telegram"][0] is Level.FAIL
    assert url in said["Telegram"][1]


@pytest.mark.parametrize(
    ("away_s", "level"), [(5, Level.OK), (-90, Level.WARN), (90, Level.WARN), (-4_000, Level.FAIL)]
)
async def test_a_clock_that_goes_wrong(
    telegram: Telegram,  # noqa: F811
    away_s: float,
    level: Level,
) -> None:
    said = await found(settings_for(telegram), now=time.time() + away_s)
    assert said["clock"][0] is level
    if level is not Level.OK:
        assert ("ahead of" if away_s > 0 else "behind") in said["clock"][1]


WEBHOOK = {"webhook": True, "http_port": 8080, "public_url": PUBLIC}


async def test_a_webhook_that_is_set_as_wanted_and_its_path_is_kept_secret(
    telegram: Telegram,  # noqa: F811
) -> None:
    path = Address.of(telegram.token).path
    telegram.world.webhook = {"url": f"{PUBLIC}{path}"}
    said = await found(settings_for(telegram, **WEBHOOK))
    assert said["updates"] == (Level.OK, f"brought to {PUBLIC}, 0 waiting")


@pytest.mark.parametrize(
    ("there", "settings", "level", "words"),
    [
        ("", WEBHOOK, Level.WARN, "start serve"),
        ("https://other.example/secret-path", WEBHOOK, Level.FAIL, "not here"),
        ("https://other.example/secret-path", {}, Level.WARN, "takes the webhook away"),
    ],
)
async def test_a_webhook_that_is_not_as_wanted(
    telegram: Telegram,  # noqa: F811
    there: str,
    settings: dict[str, object],
    level: Level,
    words: str,
) -> None:
    telegram.world.webhook = {"url": there} if there else {}
    said = await found(settings_for(telegram, **settings))
    assert said["updates"][0] is level
    assert words in said["updates"][1]
    assert "secret-path" not in said["updates"][1]
