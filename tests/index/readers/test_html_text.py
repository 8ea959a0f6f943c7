from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.readers.html_text import paragraphs_of, words_of


def texts(html: str, **options: bool) -> list[str]:
    return [p.text for p in paragraphs_of(html, **options)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("plain", ["plain"]),
        ("a\n\nb", ["a b"]),
        ("<p>a</p><p>b</p>", ["a", "b"]),
        ("<p>a<p>b", ["a", "b"]),
        ("a<br>b<br/><br />c", ["a\nb", "c"]),
        ("<h2>Head</h2>text<ul><li>one</li><li>two</li></ul>", ["Head", "text", "one", "two"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", ["a b", "c"]),
        ("<p>So <b>bo</b>ld &amp; <a href='x'>linked</a>&nbsp;!</p>", ["So bold & linked\xa0!"]),
        ("<p>a</p><script>alert('<p>b</p>')</script><style>p{}</style><p>c</p>", ["a", "c"]),
        ("<iframe src=x>no</iframe><svg><title>no</title></svg><p>c</p>", ["c"]),
        ("a<!-- wp:more --><!-- b -->c", ["ac"]),
        ("3 < 4 && 5 > 4, I <3 it", ["3 < 4 && 5 > 4, I <3 it"]),
        ("<pre>one\n  two</pre>", ["one\ntwo"]),
        ("<p>&nbsp;</p><p> </p><div></div>", []),
        ("<p>never closed <b>at all", ["never closed at all"]),
        ("</p></div></body></html>after", ["after"]),
        ('<meta charset="windows-1251"><p>Мост — открыт', ["Мост — открыт"]),
        ("<p>שלום <b>עולם</b></p>", ["שלום עולם"]),
        ("", []),
    ],
)
def test_fragments_as_a_reader_sees_them(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a\nb\n\nc", ["a\nb", "c"]),
        ("<b>a</b>\n \n\nc", ["a", "c"]),
        ("<p>a\nb</p>\n\nfree\nverse\n\n<ul>\n<li>one\nitem</li>\n</ul>", None),
    ],
)
def test_line_breaks_count_as_wordpress_shows_them(html: str, expected: list[str] | None) -> None:
    assert texts(html, line_breaks=True) == (expected or ["a b", "free\nverse", "one item"])


def test_block_quotes_are_quotes_only_where_asked() -> None:
    html = "<blockquote><p>said</p><blockquote>deep</blockquote>more</blockquote>answer"
    assert [p.quote for p in paragraphs_of(html, quotes=True)] == [True, True, True, False]
    assert not any(p.quote for p in paragraphs_of(html))


def test_titles_are_one_line() -> None:
    assert words_of("A <em>big</em><br>\n day &#8211; &amp; night") == "A big day – & night"


def test_deep_nesting_loses_nothing() -> None:
    assert texts("<div>" * 5_000 + "deep" + "</div>" * 5_000 + "<p>after") == ["deep", "after"]


def test_long_texts_are_whole() -> None:
    assert len(texts("<p>" + "word " * 3_000_000)[0]) == 5 * 3_000_000 - 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("<p>", "</p>", "<br>", "<pre>", "</pre>", "<script>", "</script>", "x", "<!--"),
                *("<", "&", "&#0;", "&#xd800;", "\x00", "\ud800", "\n\n", "<blockquote>", "<?p"),
            ]
        )
    ).map("".join),
    st.booleans(),
)
def test_any_fragment_gives_clean_paragraphs(html: str, line_breaks: bool) -> None:
    for paragraph in paragraphs_of(html, line_breaks=line_breaks, quotes=True):
        assert paragraph.text == paragraph.text.strip() != ""
        assert "\n\n" not in paragraph.text
        paragraph.text.encode()
