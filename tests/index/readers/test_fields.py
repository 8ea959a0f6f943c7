from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from index.readers.fields import (
    clean_language,
    clean_name,
    clean_url,
    domain_of,
    one_line,
    parse_published,
)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2018", "2018"),
        ("2018-11", "2018-11"),
        (" 2018-11-04 ", "2018-11-04"),
        ("2018-11-04T10:30:00Z", "2018-11-04"),
        ("2018-11-04 10:30", "2018-11-04"),
        ("--11-04", "--11-04"),
        ("Sun, 04 Nov 2018 23:30:00 -0800", "2018-11-04"),
        ("4 Nov 2018 10:30:00 GMT", "2018-11-04"),
        ("4 November 2018", "2018-11-04"),
        ("November 4, 2018", "2018-11-04"),
        ("November 4", "--11-04"),
        ("August 2017", "2017-08"),
        ("4 de noviembre de 2018", "2018-11-04"),
        ("4. November 2018", "2018-11-04"),
        ("4 ноября 2018", "2018-11-04"),
        ("04.11.2018", "2018-11-04"),
        ("20181104", "2018-11-04"),
        ("4.11.2018 08:30", "2018-11-04"),
        (date(2018, 11, 4), "2018-11-04"),
        (datetime(2018, 11, 4, 10, 30, tzinfo=UTC), "2018-11-04"),
        (2018, "2018"),
    ],
)
def test_a_date_is_read_in_many_forms(text: object, stated: str) -> None:
    assert parse_published(text).isoformat() == stated


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "yesterday",
            "04/11/2018",
            "31.11.2018",
            "11.30.2018",
            "1541289600",
            "2018-13-01",
            "31 November 2018",
        ),
        *("4 November 2018 or so", "Sun, 99 Nov 2018 10:00:00 GMT", "November", "x" * 1_000_000),
    ],
)
def test_what_is_not_clearly_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a date"):
        parse_published(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Ida \n Berg ", "Ida Berg"),
        ("Ida Berg <ida@example.org>", "Ida Berg"),
        ("ida@example.org (Ida)", "(Ida)"),
        ("ida@example.org", None),
        ("192.0.2.7", None),
        ("Guest [2001:db8::7]", "Guest"),
        ("Anonymous", None),
        ("", None),
        (None, None),
        ("@ida", "@ida"),
        ("Zionism = EVIL", "Zionism = EVIL"),
        ("v1.2", "v1.2"),
        ("\u200b", None),
    ],
)
def test_a_name_carries_no_address(text: str | None, name: str | None) -> None:
    assert clean_name(text) == name


def test_a_name_is_bounded() -> None:
    assert len(clean_name("word " * 100_000) or "") <= 200
    assert len(clean_name("x" * 1_000_000) or "") <= 200


def test_a_long_line_is_cut_at_a_word() -> None:
    assert one_line("one two  three\nfour", 12) == "one two…"
    assert one_line("x" * 50, 10) == "x" * 9 + "…"
    assert one_line("one two", 7) == "one two"


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c#d", "http://[::1]/", "https://exämple.org/"]
)
def test_links_to_the_web_are_kept(url: str) -> None:
    assert clean_url(f" {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//example.org",
            "example.org",
        ),
        *(
            "https://",
            "https://a b",
            'https://a"b',
            "https://a\u202eb",
            "https://u:p@a.org",
            "http://[x",
        ),
        "https://a.org/" + "x" * 3_000,
    ],
)
def test_other_links_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        clean_url(url)


def test_a_domain_has_no_www() -> None:
    assert domain_of("https://www.Example.org:8080/x") == "example.org"
    assert domain_of(None) is None


@pytest.mark.parametrize(
    ("tag", "code"), [("en", "en"), ("pt-BR", "pt"), ("zh_Hant_TW", "zh"), (" RU ", "ru")]
)
def test_a_language_is_its_two_letters(tag: str, code: str) -> None:
    assert clean_language(tag) == code


@pytest.mark.parametrize("tag", ["", "e", "english", "eng", "12", "en US"])
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="two letters"):
        clean_language(tag)
