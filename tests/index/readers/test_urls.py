from __future__ import annotations

import pytest

from index.readers.urls import canonical, spellings, untracked


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?utm_source=b&id=2&fbclid=c#top", "https://a.example/x?id=2"),
        ("HTTPS://News.Example:443/Path", "https://news.example/Path"),
        ("http://a.example:80", "http://a.example/"),
        ("http://a.example:8080/?", "http://a.example:8080/"),
        ("https://a.example/?GCLID=x&q=a%20b&q=c", "https://a.example/?q=a%20b&q=c"),
        ("https://a.example/?p=11&replytocom=5", "https://a.example/?p=11"),
        ("https://[2001:DB8::1]:443/x", "https://[2001:db8::1]/x"),
        ("https://a.example/x?flag&=&a=", "https://a.example/x?flag&=&a="),
        ("https://мост.example/путь", "https://мост.example/путь"),
        ("https://a.example/x?ns_campaign=1&at_bbc_team=2&smid=tw-share", "https://a.example/x"),
        ("https://a.example/x?ref_src=twsrc%5Etfw&usqp=mq331AQ", "https://a.example/x"),
    ],
)
def test_one_address_for_all_ways_to_share_it(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/dam?amp=1&id=7", "https://a.example/dam?id=7"),
        ("https://a.example/dam?outputType=amp", "https://a.example/dam"),
        ("https://a.example/2024/dam-holds-all-night/amp/", "https://a.example/2024/dam-holds-all-night/"),
        ("https://a.example/news/uk-12345678/amp", "https://a.example/news/uk-12345678/"),
        ("https://a-example.cdn.ampproject.org/c/s/a.example/dam?x=1", "https://a.example/dam?x=1"),
        ("https://a-example.cdn.ampproject.org/v/a.example/dam", "http://a.example/dam"),
        ("https://www.google.com/amp/s/a.example/dam", "https://a.example/dam"),
        ("https://www.google.com/amp/s/b.cdn.ampproject.org/c/s/a.example/x", "https://a.example/x"),
        ("https://www.google.com/url?sa=t&q=https%3A%2F%2Fa.example%2Fdam%3Fx%3D1", "https://a.example/dam?x=1"),
        ("https://t.me/iv?url=https%3A%2F%2Fa.example%2Fdam&rhash=7", "https://a.example/dam"),
        ("https://en.m.wikipedia.org/wiki/Dam", "https://en.wikipedia.org/wiki/Dam"),
        ("https://m.facebook.com/a/posts/1", "https://www.facebook.com/a/posts/1"),
    ],
)  # fmt: skip
def test_the_page_for_telephones_is_the_page(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/amp/",
        "https://a.example/products/amp/",
        "https://a.example/guitar-amp/",
        "https://amp.a.example/dam",
        "https://m.a.example/dam",
        "https://a.example/x?amplifier=1",
        "https://a.example/x?amp=220v",
        "https://www.google.com/amp/help",
        "https://a.example/x?id=7&page=2&story_fbid=3",
    ],
)
def test_what_may_be_another_page_stays_as_it_is(url: str) -> None:
    assert canonical(url) == url


def test_a_part_of_a_page_keeps_its_fragment_and_loses_its_trackers() -> None:
    assert untracked("https://a.example/live?fbclid=x#post-3") == "https://a.example/live#post-3"


def test_spellings_begin_with_the_stated_one_and_come_once_each() -> None:
    assert list(spellings("a.example/x?id=1")) == [
        "https://a.example/x?id=1",
        "https://a.example/x/?id=1",
        "https://www.a.example/x?id=1",
        "https://www.a.example/x/?id=1",
        "http://a.example/x?id=1",
        "http://a.example/x/?id=1",
        "http://www.a.example/x?id=1",
        "http://www.a.example/x/?id=1",
    ]
    assert list(spellings("javascript:alert(1)")) == []


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example", "javascript:alert(1)", "https://a.example:x/", "/path", "http://["],
)
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(url)
