from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from index.dates import PartialDate
from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import Limits

Read = Callable[..., list[Document]]
SECOND = 1_714_723_200
SUBMISSION = {
    "id": "abc",
    "subreddit": "harbour",
    "title": "Bridge &amp; lock",
    "selftext": "I think so.\n\n&gt; they said",
    "author": "mona",
    "author_fullname": "t2_77",
    "created_utc": SECOND,
    "permalink": "/r/harbour/comments/abc/bridge_lock/",
    "url": "https://www.reddit.com/r/harbour/comments/abc/bridge_lock/",
}


def comment(key: str, parent: str, body: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    told = {"id": key, "link_id": "t3_abc", "parent_id": parent, "body": body, "author": "bo"}
    return told | {"subreddit": "harbour", "created_utc": str(SECOND)} | more


def lines(*things: dict[str, Any]) -> str:
    return "\n".join(map(json.dumps, things))


def told(document: Document) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.key, c.parent, c.author, c.text) for c in document.comments]


def test_a_dump_gives_threads_below_what_the_submitter_wrote(read: Read) -> None:
    [document] = read(
        lines(
            SUBMISSION,
            comment("c1", "t3_abc", "[deleted]", author="[deleted]"),
            comment("c2", "t1_c1", "why?"),
            comment("c3", "t3_abc", "[removed]"),
        ),
        "RC.jsonl",
    )
    assert (document.title, document.record, document.source) == (
        "Bridge & lock",
        "abc",
        "r/harbour",
    )
    assert document.url == "https://www.reddit.com/r/harbour/comments/abc/"
    assert document.published == PartialDate(year=2024, month=5, day=3)
    assert document.body == ()
    assert told(document) == [
        ("t3_abc", None, "mona", "I think so.\n\n> they said"),
        ("c1", "t3_abc", None, ""),
        ("c2", "c1", "bo", "why?"),
    ]
    assert [p.quote for p in document.comments[0].paragraphs] == [False, True]


def test_a_link_is_told_and_answers_to_it_are_roots(read: Read) -> None:
    link = SUBMISSION | {"selftext": "", "url": "https://example.org/bridge"}
    [document] = read(lines(link, comment("c1", "t3_abc", "Read it")), "RS.jsonl")
    assert document.credit == "Links to https://example.org/bridge"
    assert told(document) == [("c1", None, "bo", "Read it")]


def test_comments_may_stand_before_their_submission(read: Read) -> None:
    [document] = read(lines(comment("c1", "t3_abc", "First"), SUBMISSION), "r.jsonl")
    assert (document.title, document.author) == ("Bridge & lock", "mona")


def test_a_comment_that_several_dumps_hold_stands_once_and_gone_in_one_is_gone(
    read: Read,
) -> None:
    data = io.BytesIO()
    first = [comment("c1", "t3_abc", "Yes"), comment("c2", "t3_abc", "Regretted")]
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("RC_1.jsonl", lines(*first))
        archive.writestr("RC_2.jsonl", lines(SUBMISSION, *first))
        archive.writestr("RC_3.jsonl", lines(comment("c2", "t3_abc", "[deleted]")))
    [document] = read(data.getvalue(), "dump.zip")
    assert [c.text for c in document.comments if c.key != "t3_abc"] == ["Yes"]
    assert document.warnings == ()


def test_spaces_that_reddits_editor_writes_are_no_paragraph(read: Read) -> None:
    said = comment("c1", "t3_abc", "One&amp;nbsp;two\n\n&amp;#x200B;\n\nthree")
    [document] = read(lines(SUBMISSION, said), "r.jsonl")
    assert document.comments[-1].text == "One two\n\nthree"


def test_comments_without_their_submission_get_the_title_of_their_address(read: Read) -> None:
    place = {"permalink": "/r/harbour/comments/abc/bridge_lock/c1/"}
    [document] = read(lines(comment("c1", "t3_abc", "Hm", **place)), "RC.jsonl")
    assert document.title == "Bridge lock"
    assert "not in the file" in document.warnings[0]


def test_submissions_and_comments_of_one_zip_are_joined(read: Read) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("RC.jsonl", lines(comment("c1", "t3_abc", "Yes")))
        archive.writestr("RS.jsonl", lines(SUBMISSION))
    [document] = read(data.getvalue(), "dump.zip")
    assert document.record == "RS.jsonl#abc"
    assert {c.key: c.parent for c in document.comments} == {"t3_abc": None, "c1": "t3_abc"}


def test_a_listing_of_one_page_tells_of_what_it_does_not_hold(read: Read) -> None:
    def listing(*children: dict[str, Any]) -> dict[str, Any]:
        return {"kind": "Listing", "data": {"children": list(children)}}

    reply = {"kind": "t1", "data": comment("c2", "t1_c1", "two", replies="")}
    more = {"kind": "more", "data": {"count": 41, "children": ["x"]}}
    first = {"kind": "t1", "data": comment("c1", "t3_abc", "one", replies=listing(reply, more))}
    page = [listing({"kind": "t3", "data": SUBMISSION}), listing(first)]
    [document] = read(json.dumps(page), "page.json")
    assert [(c.key, c.parent) for c in document.comments][1:] == [("c1", "t3_abc"), ("c2", "c1")]
    assert "41 comments are not in the file" in document.warnings[0]


def test_account_ids_do_not_get_in(read: Read) -> None:
    assert "t2_77" not in repr(read(lines(SUBMISSION), "r.jsonl"))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (lines(SUBMISSION) + "\n{broken", MalformedError),
        (lines(SUBMISSION) + "\n[]", MalformedError),
        (lines(SUBMISSION) + '\n{"id": "x"}', MalformedError),
        (lines(SUBMISSION | {"title": ["x"]}), MalformedError),
        (lines(SUBMISSION | {"selftext": ""}), ReadError),
        ('[{"kind": "Listing", "data": []}]', MalformedError),
        (lines(*(comment(str(n), "t3_abc", "x") for n in range(60))), TooLargeError),
        (lines(*(comment(f"{n}", f"t1_{n - 1}", "x") for n in range(40))), TooLargeError),
    ],
    ids=[
        *("broken", "a list", "no kind", "title of a kind", "nothing to read", "no listing"),
        *("many comments", "deep"),
    ],
)
def test_bad_dumps_are_named_faults(read: Read, content: str, fault: type[Exception]) -> None:
    with pytest.raises(fault, match=r"r\.jsonl"):
        read(content, "r.jsonl", limits=Limits(max_comments=50, max_depth=20))
