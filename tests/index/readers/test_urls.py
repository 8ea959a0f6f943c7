from __future__ import annotations

import pytest

from index.readers.urls import canonical


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
    ],
)
def test_one_address_for_all_ways_to_share_it(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example", "javascript:alert(1)", "https://a.example:x/", "/path", "http://["],
)
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(url)
