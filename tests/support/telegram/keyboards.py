"""Inline keyboards: what Telegram refuses, and the buttons that a person sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.telegram.errors import bad_request
from support.telegram.html import checked_url

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button under a message."""

    text: str
    data: str | None = None
    """The callback data, None for a button that does something else."""
    url: str | None = None
    raw: dict[str, Any]


def rows_of(markup: dict[str, Any] | None) -> tuple[tuple[Button, ...], ...]:
    """The buttons of an inline keyboard, row by row."""
    rows = (markup or {}).get("inline_keyboard", ())
    return tuple(
        tuple(
            Button(text=b["text"], data=b.get("callback_data"), url=b.get("url"), raw=b)
            for b in row
        )
        for row in rows
    )


def checked_inline(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The inline keyboard to keep on a message; None for other keyboards and empty ones.

    Raises:
        ApiError: 400, as Telegram refuses a button.
    """
    if not markup or "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check(button)
    return {"inline_keyboard": rows} if rows else None


def _check(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in actions:
        if not 1 <= len(button["callback_data"].encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in actions and not checked_url(button["url"]):
        raise bad_request(
            f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
        )
