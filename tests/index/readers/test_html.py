from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages import ARTICLE, page

from index.dates import PartialDate
from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import Limits
from index.readers.html import LOW_CONFIDENCE, MAX_ELEMENTS, document_of_page

Read = Callable[..., list[Document]]
LIMITS = Limits(max_comments=50, max_line_chars=2_000, max_paragraphs=100)
SAMPLE = (Path(__file__).parent / "samples" / "wordpress.html").read_text()


def read_page(text: str | bytes, limits: Limits = LIMITS, **fetched: str) -> Document:
    data = text.encode() if isinstance(text, str) else text
    return document_of_page(data, "x.html", limits, **fetched)


def told(document: Document) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.key, c.parent, c.author, c.text) for c in document.comments]


def test_a_wordpress_page_gives_the_article_and_its_threads(read: Read) -> None:
    [document] = read(SAMPLE, "bridge.html")
    assert document.title == "Harbour bridge to close"
    assert document.url == "https://example.org/2024/05/bridge/"
    assert (document.source, document.language) == ("Harbour Post", "en")
    assert document.published == PartialDate(year=2024, month=5, day=3)
    assert [p.text[:11] for p in document.body] == ["The harbour", "Buses will "]
    assert told(document) == [
        (
            *("11", None, "Mona Ek"),
            "Four nights is what they said last time.\n\nIt took three weeks.",
        ),
        ("12", "11", "Bo Lind", "It took three weeks.\n\nTwo, by my count."),
        ("14", None, None, "Has anyone asked the lock keeper?"),
    ]
    assert [p.quote for p in document.comments[1].paragraphs] == [True, False]
    assert [c.published for c in document.comments] == [
        PartialDate(year=2024, month=5, day=3),
        PartialDate(year=2024, month=5, day=4),
        None,
    ]
    assert (document.parse_confidence, document.warnings) == (1.0, ())


def test_comments_and_pingbacks_never_get_into_the_body() -> None:
    text = read_page(SAMPLE).text
    assert "lock keeper" not in text
    assert "Pingback" not in text


def test_wpdiscuz_tells_parents_in_its_ids() -> None:
    below = (
        '<div id="wpd-comm-27_0" class="comment wpd-comment"><div id="comment-27">'
        '<div class="wpd-comment-author">Ann</div><div class="wpd-comment-text"><p>One</p></div>'
        '</div></div><div id="wpd-comm-28_27" class="comment wpd-comment"><div id="comment-28">'
        '<div class="wpd-comment-author">Bo</div><div class="wpd-comment-text"><p>Two</p></div>'
        "</div></div>"
    )
    document = read_page(page(below=below))
    assert told(document) == [("27", None, "Ann", "One"), ("28", "27", "Bo", "Two")]


def test_microdata_without_ids_is_nested_by_its_elements() -> None:
    kind = 'itemprop="comment" itemscope itemtype="https://schema.org/Comment"'
    below = (
        f'<div {kind}><span itemprop="author" itemscope><span itemprop="name">Ann a@b.example'
        '</span></span><meta itemprop="dateCreated" content="2024-05-03"><div itemprop="text">One'
        f'<br>line</div><div {kind}><span itemprop="author">Bo</span><div itemprop="text">Two'
        "</div></div></div>"
    )
    document = read_page(page(below=below))
    assert told(document) == [("1", None, "Ann", "One\nline"), ("2", "1", "Bo", "Two")]
    assert document.comments[0].published == PartialDate(year=2024, month=5, day=3)


def test_json_ld_gives_the_head_and_comments_that_have_no_element() -> None:
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", '
        '"headline": "Bridge closes", "datePublished": "2024-05-03", "author": [{"name": "Ida"}],'
        '"publisher": {"name": "Post"}, "comment": {"text": "One", "author": {"name": "Ann"}, '
        '"comment": [{"text": "Two"}]}}]}</script><script type="application/ld+json">{broken'
        "</script>"
    )
    document = read_page(page(head=head))
    assert (document.title, document.author, document.source) == ("Bridge closes", "Ida", "Post")
    assert told(document) == [("1", None, "Ann", "One"), ("2", "1", None, "Two")]


def test_the_day_of_a_comment_is_not_the_articles() -> None:
    below = (
        '<div id="comment-5" class="h-cite"><a class="p-author">Ann</a><time class="dt-published" '
        'datetime="2019-03-04">x</time><div class="e-content">Who pays?</div></div>'
    )
    document = read_page(page(below=below))
    assert document.published is None
    [comment] = document.comments
    assert (comment.author, comment.text) == ("Ann", "Who pays?")
    assert comment.published == PartialDate(year=2019, month=3, day=4)


def test_a_page_without_a_title_is_called_by_its_beginning() -> None:
    assert read_page(page(head="")).title.startswith("The harbour bridge will close")


@pytest.mark.parametrize(
    "author",
    [
        '{"name": ["Ida", "Bo"]}',
        '[[{"name": "Ida"}], "Bo"]',
        '[{"name": "Ida"}, {"name": ""}, {"name": "Bo"}, {"name": "Ida"}]',
    ],
)
def test_authors_are_named_once_each_however_json_ld_tells_them(author: str) -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge", '
        f'"author": {author}}}</script>'
    )
    assert read_page(page(head=head)).author == "Ida, Bo"


def test_what_json_ld_escapes_is_read_as_it_is_shown() -> None:
    head = (
        '<meta property="og:site_name" content="Port &amp;amp; Post"><script '
        'type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge &#8220;closes'
        '&#8221; &#8211; Port &amp; Post", "author": [{"name": "Ida"}, {"name": "A &amp; B"}], '
        '"comment": [{"description": "<p>One</p>", "creator": {"name": "O&#039;Neil"}}]}</script>'
    )
    document = read_page(page(head=head))
    assert (document.title, document.source) == ("Bridge “closes”", "Port & Post")
    assert document.author == "Ida, A & B"
    assert told(document) == [("1", None, "O'Neil", "One")]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Bridge closes | Post", "Bridge closes"),
        ("Bridge closes—and more — Post", "Bridge closes—and more"),
        ("Who owns the Post", "Who owns the Post"),
        ("An anti-Post", "An anti-Post"),
        ("Post", "Post"),
    ],
)
def test_a_title_does_not_end_with_the_name_of_its_outlet(stated: str, title: str) -> None:
    head = (
        '<meta property="og:site_name" content="Post">'
        f'<meta property="og:title" content="{stated}">'
    )
    assert read_page(page(head=head)).title == title


def test_a_deleted_comment_stays_only_to_hold_its_replies() -> None:
    below = (
        '<li id="comment-1" class="comment deleted"><p>gone</p><ol>'
        '<li id="comment-2" class="comment"><p class="comment-content">why?</p></li></ol></li>'
        '<li id="comment-3" class="comment deleted"><p>gone too</p></li>'
    )
    assert told(read_page(page(below=below))) == [("1", None, None, ""), ("2", "1", None, "why?")]


@pytest.mark.parametrize(
    ("loader", "name"),
    [
        ('<div id="disqus_thread"></div>', "Disqus"),
        ('<div class="fb-comments"></div>', "Facebook"),
        ('<script src="https://cdn.commento.io/js/commento.js"></script>', "Commento"),
        ('<script src="https://giscus.app/client.js"></script>', "giscus"),
    ],
)
def test_comments_that_a_script_loads_are_missed_aloud(loader: str, name: str) -> None:
    warnings = read_page(page(below=loader)).warnings
    assert [w for w in warnings if w.startswith(f"comments not in page: {name}")] != []


def test_a_script_is_not_missed_where_the_comments_are_there() -> None:
    below = '<div id="disqus_thread"></div><li id="comment-1" class="comment"><p>One</p></li>'
    assert read_page(page(below=below)).warnings == ()


@pytest.mark.parametrize(
    ("data", "stated"),
    [
        (page(head='<meta charset="windows-1251"><title>Мост</title>').encode("cp1251"), None),
        (page(head="<title>Мост</title>").encode("cp1251"), "windows-1251"),
        (page(head='<meta charset="iso-8859-1"><title>Мост</title>').encode(), None),
        (page(head="<title>Мост</title>").encode("utf-16"), None),
    ],
    ids=["meta", "server", "UTF-8 whatever it states", "byte order mark"],
)
def test_bytes_are_decoded_before_they_are_parsed(data: bytes, stated: str | None) -> None:
    fetched = {"charset": stated} if stated else {}
    assert read_page(data, **fetched).title == "Мост"


@pytest.mark.parametrize("stated", ["idna", "punycode", "undefined", "base64", "rot13", "no-such"])
def test_an_encoding_that_no_page_can_be_in_is_guessed_instead(stated: str) -> None:
    data = page(head=f'<meta charset="{stated}"><title>Café</title>').encode("cp1252")
    assert read_page(data).title == "Café"


def test_the_front_page_of_a_site_is_nobodys_address() -> None:
    head = '<title>T</title><link rel="canonical" href="https://example.org/">'
    assert read_page(page(head=head)).url is None
    fetched = read_page(page(head=head), address="https://example.org/a?utm_source=x")
    assert fetched.url == "https://example.org/a"


@pytest.mark.parametrize(
    "note",
    [
        "<!-- saved from url=(0021)https://example.org/a -->",
        "<!-- saved from url=(0021)https://example.org/a-->",
        "<!--\n Page saved with SingleFile \n url: https://example.org/a \n saved date: x\n-->",
    ],
)
def test_a_saved_page_tells_where_it_was_saved_from(note: str) -> None:
    assert read_page(note + page()).url == "https://example.org/a"


def test_a_short_article_is_doubted() -> None:
    document = read_page(page(body="<p>Only this.</p>"))
    assert (document.text, document.parse_confidence) == ("Only this.", LOW_CONFIDENCE)


def test_a_sidecar_sets_a_page_right(read: Read) -> None:
    [document] = read(page(), "a.html", sidecar={"title": "Mine", "published": "2024-05"})
    assert (document.title, document.published) == ("Mine", PartialDate(year=2024, month=5))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", MalformedError),
        ("<div>" * 5_000 + "x", TooLargeError),
        (
            "".join(f'<li id="comment-{n}" class="comment"><ol>' for n in range(5_000)),
            TooLargeError,
        ),
        ("".join(f"<b a={n}>" for n in range(9_000)) + "<p>x" * 9_000, TooLargeError),
        ("".join(f'<li id="comment-{n}"><p>x</p></li>' for n in range(51)), TooLargeError),
        ("<p>" + "x" * 3_000, TooLargeError),
    ],
    ids=["empty", "deep", "deep thread", "unclosed", "many comments", "long line"],
)
def test_hostile_pages_are_named_faults(body: str, fault: type[ReadError]) -> None:
    with pytest.raises(fault, match=r"x\.html"):
        read_page(page(body=body))


def test_more_elements_than_extraction_can_take_are_read_all_the_same() -> None:
    cells = "<table><tr><td>x</td></tr></table>" * (MAX_ELEMENTS // 3)
    assert read_page(page(below=cells), Limits()).parse_confidence == LOW_CONFIDENCE


MARKUP = st.sampled_from(
    [
        *(
            "<article>",
            "</article>",
            "<p>",
            "</p>",
            ARTICLE,
            "<li id='comment-1' class='comment'>",
        ),
        *("</li>", "<ol class='children'>", "</ol>", "<div class='comment'>", "</div>", "text "),
        *("<cite class='fn'>Ann</cite>", "<time datetime='2024-13-99'>", "<time datetime='2024'>"),
        *(
            "<div id='wpd-comm-3_1' class='wpd-comment'>",
            "<div itemprop='comment' data-parent='1'>",
        ),
        *('<script type=\'application/ld+json\'>{"@type":"Article","comment":[{}]}</script>',),
        *("<link rel=canonical href='http://[x'>", "<base href=x>", "<meta name=date content=x>"),
        *("<!--", "-->", "<table><td>", "<svg>", "<template>", "&#0;", "\x00", "é", "<title>T"),
        *("<span class='says'>", "<form>", "<frameset>", "<plaintext>", "<html lang='??'>"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(MARKUP, max_size=25).map("".join))
def test_any_markup_gives_a_document_or_a_named_fault(markup: str) -> None:
    try:
        documents, fault = [read_page("<html>" + markup)], "x.html"
    except ReadError as error:
        documents, fault = [], str(error)
    assert "x.html" in fault
    for document in documents:
        keys = {comment.key for comment in document.comments}
        assert document.title
        assert len(keys) == len(document.comments)
        assert all(c.parent is None or c.parent in keys for c in document.comments)
