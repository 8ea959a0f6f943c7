"""Who opened a Mini App, as Telegram signed it."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import parse_qsl

_MAX_CHARS = 8_192
_MAX_FIELDS = 40
_FUTURE_S = 60
"""How far a clock of Telegram's may be ahead of ours."""


def user_of(init_data: str, token: str, *, now: float, max_age_s: float) -> int | None:
    """The number of the user whom Telegram names; None where anything is not as it should be.

    The fields are signed with a key that follows from the bot's token, so nobody without it can
    name another user or another time: https://core.telegram.org/bots/webapps#validating-data

    Args:
        init_data: `tgWebAppData`, as the Mini App was launched with it.
        token: the bot's.
        now: seconds since 1970.
        max_age_s: how long ago the app may have been opened.
    """
    if len(init_data) > _MAX_CHARS:
        return None
    try:
        pairs = parse_qsl(
            init_data,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        return None
    fields = dict(pairs)
    if len(fields) != len(pairs) or not _is_signed(fields, token):
        return None
    return _user(fields, now=now, max_age_s=max_age_s)


def _is_signed(fields: dict[str, str], token: str) -> bool:
    signed = "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    expected = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), fields.get("hash", "").encode())


def _user(fields: dict[str, str], *, now: float, max_age_s: float) -> int | None:
    try:
        age_s = now - int(fields["auth_date"])
        number = json.loads(fields["user"])["id"]
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
    if not -_FUTURE_S <= age_s <= max_age_s:
        return None
    return number if type(number) is int else None
