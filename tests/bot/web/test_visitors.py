"""Who is taken for one visitor, and how often one may ask."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.web.visitors import Visitors


def request(host: str, *, forwarded: str | None = None) -> Request:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    return Request({"type": "http", "client": (host, 1), "headers": headers})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "unknown"),
    ],
)
def test_an_address_stands_for_one_visitor(host: str, address: str) -> None:
    assert Visitors(behind_proxy=False).address(request(host)) == address


def test_a_visitors_own_word_about_the_address_counts_for_nothing() -> None:
    asked = request("203.0.113.9", forwarded="1.1.1.1, 198.51.100.7")
    assert Visitors(behind_proxy=False).address(asked) == "203.0.113.9"
    assert Visitors(behind_proxy=True).address(asked) == "198.51.100.7"


def test_an_address_is_forgotten_with_the_next_visit_after_its_minute() -> None:
    now = [0.0]
    visitors = Visitors(behind_proxy=False, clock=lambda: now[0])
    for last in range(3):
        visitors.may(request(f"203.0.113.{last}"), "page", per_min=9)
        now[0] += 30.0
    visitors.may(request("198.51.100.7"), "page", per_min=9)
    assert [address for _, address in visitors._came] == ["203.0.113.2", "198.51.100.7"]


def test_after_a_minute_one_may_ask_again() -> None:
    now = [0.0]
    visitors = Visitors(behind_proxy=False, clock=lambda: now[0])
    here = request("203.0.113.9")
    assert [visitors.may(here, "try", per_min=2) for _ in range(3)] == [True, True, False]
    assert visitors.may(here, "other", per_min=2)
    assert visitors.may(request("203.0.113.10"), "try", per_min=2)
    now[0] = 61.0
    assert visitors.may(here, "try", per_min=2)
