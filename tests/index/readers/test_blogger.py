from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import MalformedError, ReadError
from index.model import Document
from index.readers import read_path

Read = Callable[..., list[Document]]

SAMPLES = Path(__file__).parent / "samples"
OLD = SAMPLES / "harbour.blogger.xml"
NEW = SAMPLES / "harbour.takeout.atom"


def test_head_and_body_of_a_post() -> None:
    (post,) = read_path(OLD)
    assert (post.title, post.author, post.source, post.record) == (
        "The ferry runs late & why",
        "Ida Berg",
        "Quay Notes",
        "21",
    )
    assert post.url == "http://quay.blog.example/2012/03/ferry.html"
    assert post.published is not None
    assert post.published.isoformat() == "2012-03-04"
    assert [p.text for p in post.body] == [
        "The ferry was late on four days of five.",
        "The crew says that the ramp\nis worn.",
    ]


def test_replies_keep_their_parents_and_removed_comments_go() -> None:
    (post,) = read_path(OLD)
    assert [(c.key, c.parent, c.author, c.text) for c in post.comments] == [
        ("31", None, "Mona Ek", "Five of five, I say."),
        ("33", "31", None, "You counted Sunday, when it does not run."),
    ]


def test_drafts_go_with_their_comments() -> None:
    documents = list(read_path(OLD))
    assert "draft" not in repr([d.comments for d in documents])
    assert documents[0].warnings == ("the comments on 1 posts that are not public were left out",)


def test_new_form_reads_in_any_order_and_spam_stays_as_an_empty_node() -> None:
    (post,) = read_path(NEW)
    assert (post.title, post.url) == ("The ferry runs late", None)
    assert [(c.key, c.parent, c.text) for c in post.comments] == [
        ("33", "31", "You counted Sunday, when it does not run."),
        ("31", None, ""),
    ]
    assert "no address" in post.warnings[0]


def test_no_e_mail_gets_in() -> None:
    assert "@" not in repr([*read_path(OLD), *read_path(NEW)])


@pytest.mark.parametrize("sample", [OLD, NEW])
def test_every_cut_is_refused_because_comments_would_be_missing(read: Read, sample: Path) -> None:
    whole = sample.read_bytes().rstrip()
    for part in range(6, 20):
        with pytest.raises(MalformedError, match="download it again"):
            read(whole[: len(whole) * part // 20], "cut.xml")


def test_backup_without_posts_says_so(read: Read) -> None:
    text = NEW.read_text().replace("LIVE", "DRAFT")
    with pytest.raises(ReadError, match="no published post"):
        read(text, "feed.atom")
