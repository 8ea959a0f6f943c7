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
    metrics_token: SecretStr | None = Field(
        None,
        description="Who sends this as a bearer token may read `/metrics`; without one only this "
        "machine itself may.",
    )
