"""How the bot talks to Telegram."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AliasChoices, BaseModel, Field, SecretStr

TOKEN = "telegram_bot_token"  # noqa: S105 - a field's name, not a token


class HttpClient(StrEnum):
    """What makes the calls to Telegram."""

    AIOHTTP = "aiohttp"
    HTTPX = "httpx"


class TelegramSettings(BaseModel):
    """How the bot talks to Telegram."""

    telegram_bot_token: SecretStr | None = Field(
        None,
        min_length=1,
        validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", TOKEN),
        description="The token that @BotFather gave you. Without it, `serve` refuses to start.",
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        pattern=r"^https?://[^\s/]+[^\s]*$",
        description="Where the Bot API is served; change it for a Bot API server of your own.",
    )
    telegram_proxy_url: SecretStr | None = Field(
        None,
        description="An HTTP proxy on the way to Telegram, `http://user:password@host:port`. "
        "Without it, the one that the environment names (`HTTPS_PROXY`, `NO_PROXY`), if any.",
    )
    telegram_http_client: HttpClient = Field(
        HttpClient.AIOHTTP,
        description="What makes the calls to Telegram: `aiohttp` (fast with many chats at once) "
        "or `httpx`, which python-telegram-bot uses by itself.",
    )
    concurrent_updates: int = Field(
        1_024,
        ge=1,
        le=4_096,
        description="Telegram updates handled at the same time. Only bounds memory: claims among "
        "them wait for the search, where too long a wait is refused, and nothing else waits "
        "behind claims.",
    )
    max_waiting_updates: int = Field(
        10_000,
        ge=1,
        le=1_000_000,
        description="Updates that may wait in the bot; further ones wait at Telegram until there "
        "is room.",
    )
    shutdown_timeout_s: float = Field(
        10.0, ge=0, le=600, description="Seconds that answers in flight get when stopping."
    )
    answers_kept_days: int = Field(
        30,
        ge=1,
        le=3_650,
        description="Days that the buttons under an answer keep working. What is kept for that "
        "are numbers of passages, no text.",
    )
    chat_grace_days: int = Field(
        7,
        ge=0,
        le=365,
        description="Days after which everything about a chat is deleted that removed or blocked "
        "the bot.",
    )
