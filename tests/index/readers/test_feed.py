from __future__ import annotations

import io
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from index.errors import MalformedError, ReadError
from index.model import Document
from index.readers import read_path
from index.readers.base import SourceFile
from index.readers.feed import FeedItem, read_comments, read_items

Read = Callable[..., list[Document]]

SAMPLES = Path(__file__).parent / "samples"
RSS = SAMPLES / "harbour.rss.xml"
COMMENTS = SAMPLES / "bridge.comments.atom"


def test_entries_are_documents_with_their_whole_text() -> None:
    first, second = read_path(RSS)
    assert (first.title, first.author, first.source, first.language) == (
        "Harbour bridge to close – four nights & days",
        "Ida Berg",
        "Harbour Post",
        "en",
    )
    assert first.url == "https://harbour.example/2024/05/bridge/?page=2"
    assert first.published is not None
    assert first.published.isoformat() == "2024-05-03"
    assert [p.text for p in first.body] == [
        "The bridge will close for four nights.",
        "Buses will be diverted.",
    ]
    assert second.url == "https://harbour.example/2024/05/horn/"


def test_a_mail_address_beside_a_name_goes() -> None:
    assert [d.author for d in read_path(RSS)] == ["Ida Berg", "The desk"]


def test_answers_in_the_feed_become_comments_with_parents() -> None:
    first, second = read_path(RSS)
    assert [(c.key, c.parent, c.author, c.text) for c in first.comments] == [
        ("c101", None, "Mona Ek", "It took three weeks last time."),
        ("c102", "c101", "Bo Lind", "three weeks\n\nTwo and a half."),
    ]
    assert [p.quote for p in first.comments[1].paragraphs] == [True, False]
    assert second.comments == ()


def test_summaries_are_told_from_whole_articles() -> None:
    assert [d.is_summary for d in read_path(RSS)] == [False, True]
    assert "only a summary" in list(read_path(RSS))[-1].warnings[0]


def test_a_feed_never_says_that_it_holds_all_comments() -> None:
    assert [d.newest_only for d in (*read_path(RSS), *read_path(COMMENTS))] == [True] * 3


def test_feed_of_comments_is_a_document_without_text_under_its_own_address() -> None:
    (document,) = read_path(COMMENTS)
    assert (document.title, document.url, document.body) == (
        "Harbour bridge to close for four nights",
        "https://harbour.example/2024/05/bridge/#comments",
        (),
    )
    assert [(c.author, c.parent, c.text) for c in document.comments] == [
        ("Bo Lind", "https://harbour.example/?p=11#comment-101", "Two and a half."),
        ("Mona Ek", None, "It took three weeks last time."),
    ]


def test_feed_of_a_sites_latest_comments_is_a_document_an_article(read: Read) -> None:
    items = "".join(
        f"<item><title>Comment on {title} by {who}</title><dc:creator>{who}</dc:creator>"
        f"<link>https://a.example/{page}/#comment-{n}</link><guid>g{n}</guid>"
        f"<description>Said {n}.</description></item>"
        for n, (title, who, page) in enumerate(
            [
                ("Bridge by night", "Mona", "b"),
                ("Ferry", "Bo", "f"),
                ("Bridge by night", "Per", "b"),
            ]
        )
    )
    text = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Comments for Quay Notes</title>{items}</channel></rss>"
    )
    assert [(d.title, d.url, [c.author for c in d.comments]) for d in read(text, "c.xml")] == [
        ("Bridge by night", "https://a.example/b/#comments", ["Mona", "Per"]),
        ("Ferry", "https://a.example/f/#comments", ["Bo"]),
    ]


def _wordpress(number: int, text: str, page: str = "") -> str:
    place = f"https://a.example/bridge/{page}#comment-{number}"
    return (
        f"<item><title>By: Ann</title><link>{place}</link>"
        f"<guid>https://a.example/?p=11#comment-{number}</guid>"
        f"<description>cut</description><content:encoded>{escape(text)}</content:encoded></item>"
    )


def test_wordpress_tells_in_words_what_a_comment_answers(read: Read) -> None:
    said = '<p>En réponse à <a href="https://a.example/bridge/#comment-8">Bo &amp; Co</a>.</p>'
    feed = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        "<title>Comments on: Bridge</title><link>https://a.example/bridge/</link>"
        + _wordpress(9, f"{said}\n<p>You do.</p>", "comment-page-2/")
        + _wordpress(8, "<p>Who pays?</p>", "comment-page-1/")
        + "</channel></rss>"
    )
    [document] = read(feed, "comments.xml")
    assert document.url == "https://a.example/bridge/#comments"
    root = "https://a.example/?p=11#comment-8"
    assert {(c.parent, c.text) for c in document.comments} == {
        (root, "You do."),
        (None, "Who pays?"),
    }


def test_a_feeds_footer_is_no_part_of_its_articles_and_all_authors_are_named(read: Read) -> None:
    footer = "<p>The post <a>Bridge</a> appeared first on <a>Harbour Post</a>.</p>"
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>Bridge</title>'
        "<id>1</id><author><name>Ida</name></author><author><name>Bo</name></author>"
        f'<content type="html">{escape(f"<p>It closes.</p>{footer}")}</content></entry></feed>'
    )
    [document] = read(feed, "a.xml")
    assert (document.text, document.author) == ("It closes.", "Ida, Bo")


def test_a_last_paragraph_that_is_longer_than_any_footer_stays(read: Read) -> None:
    told = f"The post {'office ' * 80}that I saw appeared first on maps."
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>Bridge</title>'
        f'<id>1</id><content type="html">{escape(f"<p>One.</p><p>{told}</p>")}</content>'
        "</entry></feed>"
    )
    assert read(feed, "a.xml")[0].body[-1].text == told


def test_comments_that_name_no_article_are_counted(read: Read) -> None:
    text = RSS.read_text().replace(
        'ref="https://harbour.example/?p=11" href="https://harbour.example/2024/05/bridge/"',
        'ref="gone" href="file:///x"',
    )
    documents = read(text, "f.xml")
    assert documents[0].comments == ()
    assert "2 comments name no article; left out" in documents[-1].warnings


def items(data: bytes) -> list[FeedItem]:
    return read_items(SourceFile(name="f.xml", opener=lambda: io.BytesIO(data)))[1]


def test_articles_name_the_feeds_of_their_comments() -> None:
    assert [item.comment_feed for item in items(RSS.read_bytes())] == [
        "https://harbour.example/2024/05/bridge/feed/",
        "https://harbour.example/2024/05/horn/feed/",
    ]
    assert [item.comment_feed for item in items(COMMENTS.read_bytes())] == [""]


def test_addresses_that_are_not_http_are_no_comment_feeds() -> None:
    data = RSS.read_bytes().replace(
        b"https://harbour.example/2024/05/horn/feed/", b"file:///etc/x"
    )
    assert items(data)[1].comment_feed == ""


def test_an_entry_of_nothing_but_an_address_is_an_article_to_follow(read: Read) -> None:
    text = (
        "<rss><channel><title>F</title><item><title>T</title>"
        "<link>https://a.example/1</link></item></channel></rss>"
    )
    (item,) = items(text.encode())
    assert (item.document.url, item.document.body) == ("https://a.example/1", ())
    with pytest.raises(ReadError, match="no entry with a text"):
        read(text, "f.xml")


def test_a_feed_known_to_be_of_comments_needs_no_marks_of_them() -> None:
    data = COMMENTS.read_bytes()
    file = SourceFile(name="c.xml", opener=lambda: io.BytesIO(data))
    assert read_comments(file) == next(read_path(COMMENTS)).comments
    text = (
        "<rss><channel><item><guid>1</guid><author>Bo</author>"
        "<description>Two.</description></item></channel></rss>"
    )
    plain = SourceFile(name="c.xml", opener=lambda: io.BytesIO(text.encode()))
    assert [(c.key, c.text) for c in read_comments(plain)] == [("1", "Two.")]


def test_plain_text_of_atom_is_no_markup(read: Read) -> None:
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>1</id>'
        '<title type="text">Is 3 &lt; 4?</title><link href="https://a.example/1"/>'
        '<content type="text">Yes, 3 &lt; 4.\n\nAnd &lt;b&gt; is a tag.</content></entry></feed>'
    )
    (document,) = read(text, "f.xml")
    assert document.title == "Is 3 < 4?"
    assert [p.text for p in document.body] == ["Yes, 3 < 4.", "And <b> is a tag."]


def test_rdf_feeds_are_read(read: Read) -> None:
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel><title>F</title></channel>'
        "<item><title>T</title><link>https://a.example/1</link>"
        "<description>A text.</description></item></rdf:RDF>"
    )
    assert [(d.title, d.text) for d in read(text, "f.rdf")] == [("T", "A text.")]


def test_a_feed_that_breaks_rules_is_read_with_a_warning(read: Read) -> None:
    data = RSS.read_bytes().replace(b"silent", b"silent&nbsp;again")
    documents = read(data, "f.xml")
    assert [d.title for d in documents][1] == "Fog horn silent again"
    assert "line 18: the XML is broken" in documents[-1].warnings[-1]


def test_a_feed_that_ends_early_loses_its_last_entry_only(read: Read) -> None:
    data = RSS.read_bytes()
    cut = data[: data.index(b"not sounded since")]
    documents = read(cut, "f.xml")
    assert [d.record for d in documents] == ["https://harbour.example/?p=11"]
    assert "its last entry was left out" in documents[0].warnings[-1]


def test_no_cut_raises_anything_but_a_named_fault(read: Read) -> None:
    data = RSS.read_bytes()
    whole = {d.record: d.body for d in read(data, "f.xml")}
    for part in range(1, 20):
        try:
            documents = read(data[: len(data) * part // 20], "f.xml")
        except ReadError:
            continue
        assert all(d.body == whole[d.record] for d in documents)


def test_empty_feed_says_so(read: Read) -> None:
    with pytest.raises(ReadError, match="no entry with a text"):
        read("<rss><channel><title>x</title></channel></rss>", "f.xml")


def test_doctype_is_refused_for_both_uses(read: Read) -> None:
    data = b'<!DOCTYPE rss [<!ENTITY a "b">]>' + RSS.read_bytes().partition(b"?>")[2].strip()
    with pytest.raises(MalformedError, match="DOCTYPE"):
        read(data, "f.xml")
    with pytest.raises(MalformedError, match="DOCTYPE"):
        items(data)


def test_elements_with_names_of_the_parsers_own_do_no_harm(read: Read) -> None:
    text = (
        "<rss><channel><title>F</title><item><links>x</links><content>y</content>"
        "<title_detail>z</title_detail><author_detail>w</author_detail>"
        "<description>A text.</description></item></channel></rss>"
    )
    (document,) = read(text, "f.xml")
    assert document.text == "y"
