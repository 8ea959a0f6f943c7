from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import MalformedError, ReadError
from index.model import Document
from index.readers import read_path

Read = Callable[..., list[Document]]

SAMPLE = Path(__file__).parent / "samples" / "harbour.disqus.xml"


@pytest.fixture(scope="module")
def sample() -> list[Document]:
    return list(read_path(SAMPLE))


def test_threads_of_one_page_are_one_document_without_text(sample: list[Document]) -> None:
    assert [(d.record, d.title, d.body) for d in sample] == [
        ("10", "Harbour bridge to close for four nights", ())
    ]


def test_a_document_without_text_does_not_take_the_address_of_its_article(
    sample: list[Document],
) -> None:
    assert sample[0].url == "http://harbour.example/2024/05/bridge/#comments"


def test_comments_keep_parents_and_a_deleted_parent_its_place(sample: list[Document]) -> None:
    assert [(c.key, c.parent, c.author, c.text) for c in sample[0].comments] == [
        ("100", None, "Mona Ek", "Four nights is what they said last time.\n\nSee this."),
        ("101", "100", None, ""),
        ("102", "101", "bolind", "I saw what you wrote\nbefore it went."),
        ("104", None, "Per", "From the mail edition: why at night?"),
    ]


def test_what_is_missing_is_told(sample: list[Document]) -> None:
    assert "holds no article texts" in sample[0].warnings[0]
    assert sample[0].warnings[1].startswith("1 comments belong to a thread that is not in")


@pytest.mark.parametrize("private", ["mail.example", "198.51", "203.0", "Pills", "Something"])
def test_nothing_private_spam_or_deleted_gets_in(sample: list[Document], private: str) -> None:
    assert private not in repr(sample)


def test_other_prefixes_and_https_read_the_same(read: Read, sample: list[Document]) -> None:
    text = SAMPLE.read_text().replace("dsq:", "d:").replace("xmlns:dsq", "xmlns:d")
    assert read(text.replace('"http://disqus.com', '"https://disqus.com'), "d.xml") == sample


def test_every_cut_is_refused_because_comments_would_be_missing(read: Read) -> None:
    whole = SAMPLE.read_bytes().rstrip()
    for part in range(1, 20):
        cut = whole[: len(whole) * part // 20]
        with pytest.raises(ReadError):
            read(cut, "cut.xml")
    with pytest.raises(MalformedError, match=r"ends early.*download it again"):
        read(whole[:-20], "cut.xml")


def test_export_with_nothing_to_show_says_so(read: Read) -> None:
    text = '<disqus xmlns="http://disqus.com"><thread/></disqus>'
    with pytest.raises(ReadError, match="no comment that is neither spam nor deleted"):
        read(text, "d.xml")
