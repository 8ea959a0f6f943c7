from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError, TooLargeError
from index.library import Change, Library
from index.loading import File, load
from index.model import Lane, Paragraph
from index.readers import Limits, SourceFile
from index.readers.blogger import BloggerReader
from index.readers.comments import Told
from index.readers.disqus import DisqusReader
from index.readers.exported import Budget, Discussion, check_articles
from index.readers.feed import FeedReader
from index.readers.wxr import WxrReader

SAMPLES = Path(__file__).parent / "samples"
XML = sorted(path for path in SAMPLES.iterdir() if path.name.startswith(("harbour", "bridge")))


EDITS = (b"<", b"&", b"]]>", b"<![CDATA[", b"</item>", b"</entry>", b"\xff", b"\x00", b"http://[")


def said(key: str, parent: str | None = None, text: str = "Said.") -> Told:
    return Told(key=key, parent=parent, paragraphs=(Paragraph(text=text),))


def discussion(left: int = 100_000, **limits: int) -> Discussion:
    return Discussion(Limits(**limits), Budget(where="x.xml", left=left))


def test_of_what_is_left_out_only_ancestors_of_shown_comments_stay() -> None:
    talk = discussion()
    talk.leave_out("1", None)
    talk.leave_out("2", "1")
    talk.leave_out("3", "2")
    talk.leave_out("4", None)
    talk.add(said("5", "2"))
    assert [(t.key, t.parent) for t in talk.told()] == [("1", None), ("2", "1"), ("5", "2")]


def test_circles_among_what_is_left_out_end() -> None:
    talk = discussion()
    talk.leave_out("1", "2")
    talk.leave_out("2", "1")
    talk.add(said("3", "1"))
    assert [t.key for t in talk.told()] == ["1", "2", "3"]


def test_memory_for_comments_is_bounded_over_all_discussions() -> None:
    budget = Budget(where="x.xml", left=1_600)
    first, second = Discussion(Limits(), budget), Discussion(Limits(), budget)
    first.add(said("1"))
    second.leave_out("2", None)
    with pytest.raises(TooLargeError, match=r"x\.xml has too many comments"):
        second.add(said("3", text="x" * 600))


def test_a_line_beyond_the_limit_is_refused() -> None:
    with pytest.raises(TooLargeError, match="line of text"):
        discussion(max_line_chars=10).add(said("1", text="x" * 11))


def test_more_articles_than_can_be_kept_track_of_are_refused() -> None:
    check_articles(500_000, "x.xml")
    with pytest.raises(TooLargeError, match="500,000 articles"):
        check_articles(500_001, "x.xml")


def test_exports_load_twice_without_a_change_and_spare_each_other(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite3")
    try:
        files = [File(path=path, named=True) for path in XML]
        first = list(load(library, files, Limits()))
        assert [loaded.fault for loaded in first] == [None] * len(XML)
        state = library.state()
        second = list(load(library, files, Limits()))
        assert {change for loaded in second for change in loaded.changes} == {Change.UNCHANGED}
        assert library.state().revision == state.revision
        (article,) = library.find("https://harbour.example/2024/05/bridge/")
        assert article.path == str(SAMPLES / "harbour.wxr.xml")
        assert state.passages[Lane.REPORTING] > 0
        assert state.passages[Lane.DISCUSSION] > 0
    finally:
        library.close()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(XML),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from((b"", *EDITS))),
        min_size=1,
        max_size=6,
    ),
)
def test_damaged_exports_give_documents_or_a_named_fault(
    sample: Path, edits: list[tuple[float, int, bytes]]
) -> None:
    data = sample.read_bytes()
    for place, gone, put in edits:
        at = int(place * len(data))
        data = data[:at] + put + data[at + gone :]
    file = SourceFile(name="x.xml", opener=lambda: io.BytesIO(data))
    for reader in (WxrReader(), DisqusReader(), BloggerReader(), FeedReader()):
        try:
            documents = list(reader.read(file))
        except ReadError as error:
            documents, told = [], str(error)
        else:
            told = "x.xml"
        assert "x.xml" in told
        assert all(document.title for document in documents)
