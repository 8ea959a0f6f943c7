from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from index.dates import PartialDate
from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import Limits, read_path

Read = Callable[..., list[Document]]

SAMPLE = Path(__file__).parent / "samples" / "harbour.wxr.xml"
HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Paper</title>'
)
TAIL = "</channel></rss>"


def item(number: int, content: str = "A text.", inside: str = "") -> str:
    return (
        f"<item><title>T{number}</title><link>https://a.example/{number}/</link>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:status>publish</wp:status>"
        f"<wp:post_type>post</wp:post_type>{inside}</item>"
    )


def comment(number: int, parent: int = 0, approved: str = "1", text: str = "Said.") -> str:
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_content>{text}</wp:comment_content>"
        f"<wp:comment_approved>{approved}</wp:comment_approved>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
    )


@pytest.fixture(scope="module")
def sample() -> list[Document]:
    return list(read_path(SAMPLE))


def test_only_published_posts_and_pages_are_read(sample: list[Document]) -> None:
    assert [(d.record, d.title) for d in sample] == [
        ("11", "Harbour bridge to close for four nights"),
        ("15", "About & contact"),
    ]


def test_head_of_a_post(sample: list[Document]) -> None:
    post = sample[0]
    assert (post.author, post.source, post.language) == (
        "Ida Berg",
        "Harbour Post & Tide Table",
        "en",
    )
    assert post.url == "https://harbour.example/2024/05/bridge/"
    assert post.published == PartialDate(year=2024, month=5, day=4)


def test_body_has_no_markup_shortcodes_embeds_or_scripts(sample: list[Document]) -> None:
    assert [p.text for p in sample[0].body] == [
        "The harbour bridge will close to all traffic for four nights from Monday,\n"
        "the council said.",
        "The worn bearings.",
        "Buses will be diverted over the old lock [sic].",
    ]


def test_blocks_of_the_block_editor_are_paragraphs(sample: list[Document]) -> None:
    assert [p.text for p in sample[1].body] == [
        "We have reported from the quay since 1911.",
        "Print on Fridays",
        "Online daily",
    ]


def test_approved_comments_keep_parents_and_a_removed_parent_its_place(
    sample: list[Document],
) -> None:
    assert [(c.key, c.parent, c.author, c.text) for c in sample[0].comments] == [
        (
            "101",
            None,
            "Mona Ek",
            "Four nights is what they said last time.\n\nIt took three weeks.",
        ),
        ("102", "101", "Bo Lind", "It took three weeks.\n\nTwo and a half, I counted."),
        ("103", None, None, ""),
        ("104", "103", None, "Be polite, please."),
    ]


def test_names_are_read_as_wordpress_shows_them(read: Read) -> None:
    named = "<wp:comment><wp:comment_author>Bo &amp;amp; Co</wp:comment_author>"
    said = comment(1).replace("<wp:comment>", named)
    writer = "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>O&amp;#039;Neil</dc:creator>"
    [document] = read(HEAD + item(1, inside=writer + said) + TAIL, "export.xml")
    assert (document.author, document.comments[0].author) == ("O'Neil", "Bo & Co")


def test_block_quotes_in_comments_are_quotes(sample: list[Document]) -> None:
    assert [p.quote for p in sample[0].comments[1].paragraphs] == [True, False]


@pytest.mark.parametrize("private", ["@", "198.51.100.7", "mona.example", "insult", "Pills"])
def test_nothing_private_or_removed_gets_in(sample: list[Document], private: str) -> None:
    assert private not in repr(sample)


@pytest.mark.parametrize(
    "address",
    [
        "http://wordpress.org/export/1.0/",
        "http://wordpress.org/export/1.1/",
        "https://wordpress.org/export/1.2/",
    ],
)
def test_every_version_of_the_namespace_reads_the_same(
    read: Read, sample: list[Document], address: str
) -> None:
    text = SAMPLE.read_text().replace("http://wordpress.org/export/1.2/", address)
    assert read(text, "export.xml") == sample


def test_prefixes_do_not_matter(read: Read, sample: list[Document]) -> None:
    text = SAMPLE.read_text()
    for old, new in (
        ("wp:", "w:"),
        ("content:", "c:"),
        ("xmlns:wp=", "xmlns:w="),
        ("xmlns:content=", "xmlns:c="),
    ):
        text = text.replace(old, new)
    assert read(text, "export.xml") == sample


def test_leading_blank_lines_and_control_characters_are_forgiven(read: Read) -> None:
    text = '\n\n<?xml version="1.0"?>' + HEAD + item(1, "A\x0b te\x01xt.") + TAIL
    assert [d.text for d in read(text, "export.xml")] == ["A text."]


def test_declared_encoding_and_marks_are_heeded(read: Read) -> None:
    text = HEAD + item(1, "Мост закрыт.") + TAIL
    for encoding in ("windows-1251", "utf-16", "utf-8-sig"):
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        data = f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)
        assert [d.text for d in read(data, f"{encoding}.xml")] == ["Мост закрыт."]


def test_every_cut_gives_the_whole_posts_before_it_or_a_fault(read: Read) -> None:
    whole = (HEAD + "".join(item(n, "é" * n, comment(n)) for n in range(1, 9)) + TAIL).encode()
    expected = read(whole, "whole.xml")
    for part in range(1, 20):
        cut = whole[: len(whole) * part // 20]
        complete = cut.count(b"</item>")
        if not complete:
            with pytest.raises(ReadError, match=r"cut\.xml"):
                read(cut, "cut.xml")
            continue
        got = read(cut, "cut.xml")
        assert [d.comments for d in got] == [d.comments for d in expected[:complete]]
        assert [d.text for d in got] == [d.text for d in expected[:complete]]
        assert [bool(d.warnings) for d in got] == [False] * (complete - 1) + [True]
        assert f"the {complete} posts before that were read" in got[-1].warnings[-1]


def test_posts_before_broken_xml_are_read_and_the_line_is_told(read: Read) -> None:
    got = read(HEAD + item(1) + "\n<item><title>A & B</title></item>" + TAIL, "export.xml")
    assert [d.title for d in got] == ["T1"]
    assert "export.xml, line 2: the XML is broken" in got[0].warnings[0]


def test_wrong_encoding_is_told_with_what_to_do(read: Read) -> None:
    data = (HEAD + item(1, "Å") + TAIL).encode("latin-1")
    with pytest.raises(MalformedError, match=r"not in the encoding .*save it as UTF-8"):
        read(data, "export.xml")


def test_unknown_encoding_is_a_fault(read: Read) -> None:
    with pytest.raises(MalformedError, match="encoding"):
        read('<?xml version="1.0" encoding="klingon"?>' + HEAD + item(1) + TAIL, "export.xml")


def test_export_without_anything_published_says_so(read: Read) -> None:
    with pytest.raises(ReadError, match="no published post"):
        read(HEAD + item(1).replace("publish", "draft") + TAIL, "export.xml")


def test_posts_without_text_are_counted(read: Read) -> None:
    got = read(HEAD + item(1) + item(2, "[gallery]") + TAIL, "export.xml")
    assert [(d.record, d.warnings) for d in got] == [
        ("1", ("1 posts without text and comments left out",))
    ]


def test_title_is_made_of_the_text_where_there_is_none(read: Read) -> None:
    text = HEAD + item(1, "Short text.").replace("<title>T1</title>", "<title/>") + TAIL
    assert read(text, "export.xml")[0].title == "Short text."


def test_dates_of_drafts_do_not_count(read: Read) -> None:
    day = "<wp:post_date>0000-00-00 00:00:00</wp:post_date>"
    got = read(HEAD + item(1, inside=day) + TAIL, "export.xml")
    assert (got[0].published, got[0].warnings) == (None, ())


def test_spam_does_not_count_towards_the_most_comments(read: Read) -> None:
    spam = "".join(comment(n, approved="spam") for n in range(1, 30))
    text = HEAD + item(1, inside=spam + comment(90, parent=3)) + TAIL
    got = read(text, "export.xml", limits=Limits(max_comments=5))
    assert [(c.key, c.parent) for c in got[0].comments] == [("3", None), ("90", "3")]


def test_endless_spam_is_refused(read: Read) -> None:
    spam = "".join(comment(n, approved="spam") for n in range(1, 60))
    with pytest.raises(TooLargeError, match="empty the spam folder"):
        read(HEAD + item(1, inside=spam) + TAIL, "export.xml", limits=Limits(max_comments=5))


def test_too_many_comments_and_too_deep_threads_are_refused(read: Read) -> None:
    chain = "".join(comment(n, parent=n - 1) for n in range(1, 5_001))
    text = HEAD + item(1, inside=chain) + TAIL
    with pytest.raises(TooLargeError, match="chain"):
        read(text, "export.xml")
    with pytest.raises(TooLargeError, match="comments"):
        read(text, "export.xml", limits=Limits(max_comments=4_000))


def test_a_fault_before_the_first_post_says_what_to_do(read: Read) -> None:
    with pytest.raises(MalformedError, match=r"ends early.*No post stands whole.*export the site"):
        read(HEAD + item(1)[:-3], "export.xml")


def test_a_sidecar_is_refused(read: Read) -> None:
    with pytest.raises(MalformedError, match="many documents"):
        read(SAMPLE.read_text(), "export.xml", sidecar={"title": "x"})


def test_a_packed_export_reads_the_same(read: Read, sample: list[Document]) -> None:
    assert read(gzip.compress(SAMPLE.read_bytes()), "export.xml.gz") == sample


def test_a_packed_bomb_is_refused_before_it_is_unpacked(read: Read) -> None:
    data = gzip.compress(HEAD.encode() + b" " * 3_000_000)
    with pytest.raises(TooLargeError, match="1,000,000 bytes when unpacked"):
        read(data, "export.xml.gz", limits=Limits(max_file_bytes=1_000_000))


def test_a_post_beyond_the_limit_is_refused(read: Read) -> None:
    text = HEAD + item(1, "x " * 6_000) + TAIL
    with pytest.raises(TooLargeError, match="10,000 characters"):
        read(text, "export.xml", limits=Limits(max_document_bytes=10_000))
