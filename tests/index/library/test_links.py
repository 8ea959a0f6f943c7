"""An article is found by the addresses under which people share it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.collection import load
from support.documents import article, remark

from index.library import Library

PLAIN = "https://news.example/2024/dam?id=7"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite3") as opened:
        comments = (remark("a", "I live below it."), remark("b", "We heard nothing."))
        load(
            opened,
            [
                article("Dam holds", "The dam held.", "All night.", url=PLAIN, comments=comments),
                article("Slash", "It ends so.", url="http://www.slash.example/a/"),
                article("No address", "Nothing leads here."),
            ],
        )
        yield opened


def titles(library: Library, *urls: str) -> list[str]:
    return [found.title for found in library.linked(urls)]


@pytest.mark.parametrize(
    "shared",
    [
        PLAIN,
        PLAIN + "&utm_source=telegram&fbclid=IwAR0",
        PLAIN + "#comments",
        "http://news.example/2024/dam?id=7",
        "HTTPS://NEWS.example:443/2024/dam?id=7",
        "https://www.news.example/2024/dam?id=7",
        "www.news.example/2024/dam/?id=7",
        f"  {PLAIN}\n",
    ],
)
def test_however_it_is_shared_the_article_is_found(library: Library, shared: str) -> None:
    assert titles(library, shared) == ["Dam holds"]


@pytest.mark.parametrize("shared", ["https://slash.example/a", "http://www.slash.example/a/?"])
def test_the_stored_address_may_be_the_odd_one(library: Library, shared: str) -> None:
    assert titles(library, shared) == ["Slash"]


@pytest.mark.parametrize(
    "shared",
    [
        "https://news.example/2024/dam?id=8",
        "https://news.example/2024/Dam?id=7",
        "https://news.example/2024/dam",
        "https://other.example/2024/dam?id=7",
        "https://news.example.evil.example/2024/dam?id=7",
        "",
        "https://",
        "javascript:alert(1)",
        "https://user:password@news.example/2024/dam?id=7",
        "http://[::1",
        "https://news.example:x/",
        "'; DROP TABLE documents; --",
        "https://" + "a" * 10_000,
    ],
)
def test_another_page_is_not_taken_for_it(library: Library, shared: str) -> None:
    assert titles(library, shared) == []


WALL = "https://news.example/space/great-wall"


@pytest.mark.parametrize(
    "shared",
    [
        "https://m.news.example/space/great-wall?utm_source=x",
        "https://amp.news.example/space/great-wall/",
        "https://mobile.news.example/space/great-wall",
        "https://news.example/space/great-wall/amp",
        "https://news.example/amp/space/great-wall",
        "https://amp.news.example/space/great-wall/amp/?amp=1",
        f"https://web.archive.org/web/20200101000000/{WALL}",
        f"https://web.archive.org/web/2020id_/{WALL}?fbclid=1",
        "https://t.me/iv?url=https%3A%2F%2Fnews.example%2Fspace%2Fgreat-wall&rhash=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fspace%2Fgreat-wall%3Ffbclid%3D1&h=A",
        f"https://www.google.com/url?sa=t&q={WALL}&ved=1",
    ],
)  # fmt: skip
def test_a_page_for_telephones_a_copy_in_an_archive_and_a_click_lead_to_it(
    library: Library, shared: str
) -> None:
    load(library, [article("Wall", "It is long.", url=WALL)], "wall.jsonl")
    assert titles(library, shared) == ["Wall"]


@pytest.mark.parametrize(
    "shared",
    [
        "https://m.slash.example/a/",
        "https://mx.news.example/space/great-wall",
        "https://nem.ws.example/space/great-wall",
        "https://m.news.example/space/great-walls",
        "https://m.example/space/great-wall",
        "https://www.google.com/url?sa=t",
        "https://l.facebook.com/l.php?u=javascript%3Aalert(1)",
        "https://web.archive.org/web/2020/",
    ],
)
def test_a_mirror_of_nothing_telling_is_no_copy(library: Library, shared: str) -> None:
    load(library, [article("Wall", "It is long.", url=WALL)], "wall.jsonl")
    assert titles(library, shared) == []


def test_several_links_come_back_once_each_in_their_order(library: Library) -> None:
    slash = "http://www.slash.example/a/"
    assert titles(library, slash, PLAIN, PLAIN + "#x") == ["Slash", "Dam holds"]


def test_its_passages_come_in_the_order_of_text_and_discussion(library: Library) -> None:
    (found,) = library.linked([PLAIN])
    stored = library.hydrate([*found.reporting, *found.discussion])
    assert [stored[id_].text for id_ in found.reporting] == ["The dam held.", "All night."]
    assert [stored[id_].text for id_ in found.discussion] == [
        "I live below it.",
        "We heard nothing.",
    ]
