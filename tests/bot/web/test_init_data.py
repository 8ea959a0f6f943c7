"""Who opened a Mini App is believed only where Telegram signed it, and lately."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mini_app import launch, signed

from bot.web.init_data import user_of

TOKEN = "7:secret"
NOW = 1_800_000_000.0


def user(data: str, token: str = TOKEN, now: float = NOW) -> int | None:
    return user_of(data, token, now=now, max_age_s=600)


def test_whom_telegram_names_is_known() -> None:
    assert user(launch(TOKEN, user=42, at=NOW - 5)) == 42


def test_a_known_example_of_the_signature_holds() -> None:
    # Made once with `openssl dgst -sha256 -mac HMAC`, by the steps of Telegram's documentation.
    data = (
        "auth_date=1800000000&user=%7B%22id%22%3A42%7D"
        "&hash=b5e9fd22fb2a98e1b44190df25796cade69e5431c903ac56f627f781cf94b89a"
    )
    assert user(data) == 42


def test_another_bots_signature_counts_for_nothing() -> None:
    assert user(launch("8:other", user=42, at=NOW)) is None


def test_a_launch_is_believed_only_for_a_while() -> None:
    old = launch(TOKEN, user=42, at=NOW - 601)
    assert user(old) is None
    assert user(old, now=NOW - 600) == 42
    assert user(launch(TOKEN, user=42, at=NOW + 3_600)) is None


@pytest.mark.parametrize(
    "change",
    [
        ("%22id%22%3A+42", "%22id%22%3A+43"),
        ("auth_date=18", "auth_date=19"),
        ("query_id=AAH", "query_id=AAI"),
        ("&query_id=AAH", ""),
        ("&hash=", "&hash=0"),
        ("user=", "signature=x&user="),
        ("&query_id=AAH", "&query_id=AAH&user=%7B%22id%22%3A43%7D"),
    ],
)
def test_whatever_is_changed_nothing_is_believed(change: tuple[str, str]) -> None:
    genuine = launch(TOKEN, user=42, at=NOW)
    assert change[0] in genuine
    assert user(genuine.replace(*change)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"auth_date": str(int(NOW))},
        {"user": '{"id":42}'},
        {"user": '{"id":42}', "auth_date": "now"},
        {"user": '{"id":"42"}', "auth_date": str(int(NOW))},
        {"user": '{"id":true}', "auth_date": str(int(NOW))},
        {"user": "[42]", "auth_date": str(int(NOW))},
        {"user": "[" * 3_000, "auth_date": str(int(NOW))},
        {"user": "no JSON", "auth_date": str(int(NOW))},
    ],
)
def test_signed_data_that_names_nobody_names_nobody(fields: dict[str, str]) -> None:
    assert user(signed(TOKEN, **fields)) is None


@given(st.text(max_size=300))
def test_no_text_breaks_it(data: str) -> None:
    assert user(data) is None


def test_data_without_end_is_not_read() -> None:
    assert user(launch(TOKEN, user=42, at=NOW) + "&x=" + "x" * 10_000) is None
