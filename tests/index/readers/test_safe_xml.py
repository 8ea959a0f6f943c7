from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import MalformedError, ReadError, TooLargeError
from index.readers import READERS, Limits, SourceFile
from index.readers.blogger import BloggerReader
from index.readers.disqus import DisqusReader
from index.readers.feed import FeedReader
from index.readers.safe_xml import BrokenXmlError, nodes, root_name
from index.readers.wxr import WxrReader
from index.readers.xml_nodes import MAX_DEPTH, Node

XML_READERS = [WxrReader(), DisqusReader(), BloggerReader(), FeedReader()]
SHAPES = {"a/n": frozenset({"t", "u/v"}), "a/w": frozenset[str]()}
LIMITS = Limits(max_document_bytes=20_000, max_comments=50, max_depth=20)


def file_of(data: bytes, limits: Limits | None = None) -> SourceFile:
    return SourceFile(name="x.xml", opener=lambda: io.BytesIO(data), limits=limits or Limits())


def parse(data: bytes, limits: Limits | None = None) -> list[Node]:
    return list(nodes(file_of(data, limits), SHAPES, {"urn:one": "o"}))


def laughs(where: str) -> bytes:
    entities = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)
    )
    return f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]>{where}'.encode()


def test_only_what_was_asked_for_is_kept() -> None:
    (node, alone) = parse(
        b"<a><n k='1'><t q='2'>x <b>y</b></t><u><v>z</v><w>-</w></u><s>-</s></n>"
        b"<w>q</w><t>-</t></a>"
    )
    assert (node.path, node.attributes) == ("a/n", {"k": "1"})
    assert [(leaf.name, leaf.text, leaf.attributes) for leaf in node.leaves] == [
        ("t", "x y", {"q": "2"}),
        ("u/v", "z", {}),
    ]
    assert (alone.path, alone.text) == ("a/w", "q")


def test_names_of_other_namespaces_do_not_count() -> None:
    assert parse(b"<a xmlns:q='urn:other'><n><q:t>x</q:t></n></a>")[0].leaves == []


@pytest.mark.parametrize("reader", XML_READERS, ids=lambda reader: reader.name)
@pytest.mark.parametrize(
    "data",
    [
        laughs("<rss>&l11;</rss>"),
        laughs('<rss a="&l11;"/>'),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><a/>',
        b"<!DOCTYPE rss><rss/>",
        b"<?xml version='1.0'?><!-- c --><!DOCTYPE rss><rss/>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss><rss/>'.encode("utf-16"),
    ],
)
def test_doctype_is_refused_by_name(reader: WxrReader, data: bytes) -> None:
    with pytest.raises(MalformedError, match="has a DOCTYPE"):
        list(reader.read(file_of(data)))


@pytest.mark.parametrize("reader", XML_READERS, ids=lambda reader: reader.name)
def test_nesting_5000_deep_is_refused(reader: WxrReader) -> None:
    with pytest.raises(TooLargeError, match=f"more than {MAX_DEPTH} elements in each other"):
        list(reader.read(file_of(b"<rss>" * 5_000 + b"</rss>" * 5_000)))


@pytest.mark.parametrize("wrapped", ["{}", "<![CDATA[{}]]>"])
def test_a_text_beyond_the_limit_is_refused(wrapped: str) -> None:
    data = f"<a><n><t>{wrapped.format('x' * 30_000)}</t></n></a>".encode()
    with pytest.raises(TooLargeError, match="20,000 characters"):
        parse(data, LIMITS)
    assert len(parse(data)[0].get("t")) == 30_000


def test_a_text_beyond_the_parser_is_refused() -> None:
    data = b"<a><n><t><![CDATA[" + b"x" * 11_000_000 + b"]]></t></n></a>"
    with pytest.raises(TooLargeError):
        parse(data)


def test_long_attributes_and_many_fields_are_refused() -> None:
    with pytest.raises(TooLargeError, match="characters"):
        parse(b"<a><n k='" + b"x" * 30_000 + b"'/></a>", LIMITS)
    with pytest.raises(TooLargeError, match="fields"):
        parse(b"<a><n>" + b"<t/>" * 11_000 + b"</n></a>")


def test_nodes_before_a_break_are_given_and_whole() -> None:
    stream = nodes(file_of(b"<a><n><t>1</t></n>\n<n></m></a>"), SHAPES, {})
    assert next(stream).get("t") == "1"
    with pytest.raises(BrokenXmlError, match=r"x\.xml, line 2: the XML is broken"):
        next(stream)


@pytest.mark.parametrize("data", [b"<a", b"<a>", b"<a><n>", b"<a><!-- "])
def test_what_ends_early_says_so(data: bytes) -> None:
    with pytest.raises(BrokenXmlError, match="ends early"):
        parse(data)


@pytest.mark.parametrize("data", [b"", b"  \n", b"<", b"x", b"\x00\x01"])
def test_what_is_no_xml_is_a_fault(data: bytes) -> None:
    with pytest.raises(BrokenXmlError, match=r"broken|ends early"):
        parse(data)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<rss version='2.0'>", "rss"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- a > b --><rdf:RDF>", "RDF"),
        (b"<!DOCTYPE a [<!ENTITY b '>'>]><feed/>", "feed"),
        ("<feed>".encode("utf-16"), "feed"),
        (b"<!-- never closed <rss>", ""),
        (b"rss", ""),
        (b"<", ""),
        (b"", ""),
    ],
)
def test_outermost_element_is_told_from_the_head(head: bytes, expected: str) -> None:
    assert root_name(head) == expected


class Flood(io.RawIOBase):
    """Endless-looking XML made while it is read, so that only the reader's memory counts."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        # Only what looks for compression seeks, back over what it has read.
        assert (offset, whence) == (0, 0)
        self._left = self._first + self._left
        return 0

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._left += piece
        given, self._left = self._left[:size], self._left[size:]
        self._first = given
        return given


HEAD = (
    b'<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    b'xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
)
ITEM = (
    b"<item><title>T</title><content:encoded>A text.</content:encoded>"
    b"<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
)


@pytest.mark.soak
def test_100000_comments_in_one_post_are_read() -> None:
    def export() -> Iterator[bytes]:
        yield HEAD + ITEM
        for number in range(1, 100_001):
            yield (
                b"<wp:comment><wp:comment_id>%d</wp:comment_id>"
                b"<wp:comment_approved>1</wp:comment_approved>"
                b"<wp:comment_content>Comment number %d.</wp:comment_content></wp:comment>"
            ) % (number, number)
        yield b"</item></channel></rss>"

    file = file_of(b"".join(export()), Limits(max_comments=100_000))
    (document,) = WxrReader().read(file)
    assert len(document.comments) == 100_000


def test_what_is_not_kept_costs_no_memory() -> None:
    def export() -> Iterator[bytes]:
        yield HEAD + ITEM
        for _ in range(2_000):
            yield (
                b"<wp:postmeta><wp:meta_value>" + b"x" * 10_000 + b"</wp:meta_value></wp:postmeta>"
            )
        yield b"</item></channel></rss>"

    tracemalloc.start()
    try:
        pieces = export()
        file = SourceFile(
            name="x.xml",
            opener=lambda: Flood(pieces),  # type: ignore[arg-type,return-value]
        )
        assert [d.title for d in WxrReader().read(file)] == ["T"]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


PIECES = st.sampled_from(
    [
        *(b"<rss>", b"<channel>", b"</channel>", b"</rss>", b"<item>", b"</item>", b"<title>T"),
        *(
            b"</title>",
            HEAD,
            ITEM,
            b"<wp:comment>",
            b"</wp:comment>",
            b"<![CDATA[",
            b"]]>",
            b"&#1;",
        ),
        *(b"<wp:comment_id>1</wp:comment_id>", b"<wp:comment_parent>1</wp:comment_parent>"),
        *(b"<wp:comment_content>x</wp:comment_content>", b"<?xml version='1.0' encoding='gbk'?>"),
        *(b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"</entry>", b"</feed>"),
        *(b"<id>tag:blogger.com,1999:blog-1.archive</id>", b"<link rel='self' href='http://[x'/>"),
        *(b"<disqus xmlns='http://disqus.com'>", b"<thread id='1'>", b"</thread>", b"</disqus>"),
        *(b"<post>", b"</post>", b"<message>&lt;p>x</message>", b"<published>0</published>"),
        *(b"<description>&lt;b&gt;x</description>", b"<link>http://[</link>", b"\xff", b"\x00"),
        *(b"<!--", b"-->", b"<!DOCTYPE x>", b"&nbsp;", b"&#x110000;", b"\n", "é".encode()),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=30).map(b"".join)),
    st.sampled_from(XML_READERS),
)
def test_any_bytes_give_documents_or_a_named_fault(data: bytes, reader: WxrReader) -> None:
    for each in READERS:
        assert 0.0 <= each.sniff(data, "x.xml") <= 1.0
    try:
        documents = list(reader.read(file_of(data, LIMITS)))
    except ReadError as error:
        documents, told = [], str(error)
    else:
        told = "x.xml"
    assert "x.xml" in told
    for document in documents:
        keys = {comment.key for comment in document.comments}
        assert document.title
        assert all(c.parent is None or c.parent in keys for c in document.comments)
