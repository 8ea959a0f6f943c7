"""The HTTP side: whether there is one, where it listens, and how people and Telegram reach it."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class WebSettings(BaseModel):
    """The HTTP side: whether there is one, where it listens, and how it is reached."""

    http_port: int | None = Field(
        None, ge=1, le=65_535, description="Port of the HTTP side; without one there is none."
    )
    http_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address that the HTTP side listens on; `0.0.0.0` for all of this machine's.",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="Where people and Telegram reach the HTTP side, as in "
        "`https://bot.example.org`: usually a reverse proxy.",
    )
    webhook: bool = Field(
        False,
        description="Let Telegram bring updates to the public URL instead of asking for them.",
    )
    pages: bool = Field(
        True,
        description="Show on the HTTP side what the bot is, and answers and articles as pages; "
        "with a public URL, answers in Telegram have a button that leads there.",
    )
    page_claims_per_min: int = Field(
        6,
        ge=0,
        le=1_000,
        description="Claims that one visitor may try on the page in a minute; 0 offers none.",
    )
    page_visits_per_min: int = Field(
        120,
        ge=0,
        le=10_000,
        description="Pages that one visitor may open in a minute; 0 sets no limit.",
    )
    behind_proxy: bool = Field(
        False,
        description="Whether all visitors come through a reverse proxy of yours, which puts their "
        "address last in `X-Forwarded-For`.",
    )
    operate_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="Who knows this enters the operator's area at `/operate`; at least 16 "
        "characters.",
    )
    operate_users: str = Field(
        "",
        pattern=r"^(\d{1,15}(,\d{1,15})*)?$",
        description="Numbers of Telegram users, with commas, who enter the operator's area from "
        "Telegram, have commands of their own, and may ask as much as they like. Without token "
        "and users there is no such area.",
    )
    upload_max_mib: int = Field(
        256,
        ge=0,
        le=100_000,
        description="Largest file, in MiB, that can be sent in the operator's area to be loaded; "
        "0 takes none.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Who sends this as a bearer token may read `/metrics`; without one only this "
        "machine itself may.",
    )

    @property
    def operators(self) -> frozenset[int]:
        """Numbers of the Telegram users who operate the bot."""
        return frozenset(map(int, filter(None, self.operate_users.split(","))))
