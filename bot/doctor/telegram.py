"""The token, what @BotFather switched on, the webhook, and the clock."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
from telegram import Bot, User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.config import Settings
from bot.doctor.findings import Finding, fail, ok, warn
from bot.errors import StartError
from bot.request import HttpLimits, make_request, proxy_for
from bot.web.webhook import Address

_TIMEOUT_S = 15.0
_CLOCK_WARN_S = 30.0
_CLOCK_FAIL_S = 300.0
_MANY_WAITING = 100
_RECENT = timedelta(hours=1)


async def examine(settings: Settings, *, now: float | None = None) -> AsyncIterator[Finding]:
    """Ask Telegram; changes nothing there.

    Args:
        settings: with or without a token.
        now: seconds since 1970 by this machine's clock; read when it is compared, if None.
    """
    token = settings.telegram_bot_token
    if token is None:
        yield warn(
            "token",
            "there is none; serve refuses to start",
            "get one from @BotFather and set TELEGRAM_BOT_TOKEN",
        )
        return
    try:
        bot = _bot(settings, token.get_secret_value())
    except StartError as error:
        yield fail("Telegram", "the way to it is not known", str(error))
        return
    try:
        async with bot:
            for finding in _abilities(bot.bot):
                yield finding
            yield _webhook(settings, await bot.get_webhook_info())
            yield await _clock(settings, now)
    except InvalidToken:
        yield fail(
            "token",
            "Telegram does not accept it",
            "copy it again from @BotFather into TELEGRAM_BOT_TOKEN",
        )
    except (TelegramError, aiohttp.ClientError, TimeoutError) as error:
        yield fail(
            "Telegram",
            f"it cannot be reached ({type(error).__name__})",
            f"check the network, a firewall or proxy, and that {settings.telegram_api_url} is "
            "where the Bot API is served",
        )


def _bot(settings: Settings, token: str) -> Bot:
    api_url = settings.telegram_api_url.rstrip("/")
    limits = HttpLimits(
        connections=2,
        connect_timeout_s=_TIMEOUT_S,
        read_timeout_s=_TIMEOUT_S,
        proxy=_proxy(settings),
    )
    request = [make_request(settings.telegram_http_client, limits) for _ in range(2)]
    return Bot(
        token, base_url=f"{api_url}/bot", request=request[0], get_updates_request=request[1]
    )


def _proxy(settings: Settings) -> str | None:
    given = settings.telegram_proxy_url
    return proxy_for(settings.telegram_api_url, given.get_secret_value() if given else None)


def _abilities(me: User) -> Iterator[Finding]:
    yield ok("token", f"Telegram knows it as @{me.username}")
    if not me.can_join_groups:
        yield warn(
            "groups", "it cannot be added to groups", "allow it with /setjoingroups at @BotFather"
        )
    elif me.can_read_all_group_messages:
        yield ok("groups", "privacy mode is off: it sees all messages, forwards too")
    else:
        yield ok("groups", "privacy mode is on: it sees commands, mentions and replies to it")
    if me.supports_inline_queries:
        yield ok("inline mode", "on")
    else:
        yield warn(
            "inline mode",
            f"off: @{me.username} does nothing in other chats",
            "switch it on with /setinline at @BotFather, if you want it",
        )


def _webhook(settings: Settings, info: WebhookInfo) -> Finding:
    matter, there = "updates", _origin(info.url)
    if not settings.webhook:
        if info.url:
            return warn(
                matter,
                f"Telegram brings them to {there}, the settings say to ask for them",
                "stop the other program that uses this token; serve takes the webhook away",
            )
        return ok(matter, f"asked for by polling, {info.pending_update_count} waiting")
    if not info.url:
        return warn(matter, "no webhook is set yet", "start serve, which sets it")
    if settings.telegram_bot_token and settings.public_url:
        path = Address.of(settings.telegram_bot_token.get_secret_value()).path
        if info.url != f"{settings.public_url.rstrip('/')}{path}":
            return fail(
                matter, f"Telegram brings them to {there}, not here", "restart serve: it sets it"
            )
    if info.last_error_date and datetime.now(UTC) - info.last_error_date < _RECENT:
        return fail(
            matter,
            f"Telegram could not bring them to {there}: {info.last_error_message}",
            "see that serve runs, and what the proxy in front of it says",
        )
    if info.pending_update_count > _MANY_WAITING:
        return warn(
            matter,
            f"{info.pending_update_count} wait at Telegram",
            "see whether serve runs and keeps up",
        )
    return ok(matter, f"brought to {there}, {info.pending_update_count} waiting")


def _origin(url: str) -> str:
    """Without the path, which is a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _clock(settings: Settings, now: float | None) -> Finding:
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    async with (
        aiohttp.ClientSession(timeout=timeout) as client,
        client.get(settings.telegram_api_url, proxy=_proxy(settings), allow_redirects=False) as r,
    ):
        stated = r.headers.get("date", "")
    try:
        away_s = (time.time() if now is None else now) - parsedate_to_datetime(stated).timestamp()
    except ValueError:
        return warn("clock", "Telegram's time is not known", "compare this machine's by hand")
    said = f"{abs(away_s):.0f} s {'ahead of' if away_s > 0 else 'behind'} Telegram's"
    advice = "let it be set by NTP: certificates, feeds and logins depend on it"
    if abs(away_s) > _CLOCK_FAIL_S:
        return fail("clock", said, advice)
    if abs(away_s) > _CLOCK_WARN_S:
        return warn("clock", said, advice)
    return ok("clock", "agrees with Telegram's")
