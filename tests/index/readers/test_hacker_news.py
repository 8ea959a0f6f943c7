from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from index.dates import PartialDate
from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import Limits

Read = Callable[..., list[Document]]
SECOND = 1_714_723_200
STORY: dict[str, Any] = {
    **{"id": 1, "type": "story", "by": "mona", "title": "Ask: a &lt;lock&gt;?", "kids": [2, 5]},
    **{"text": "It&#x27;s shut.<p>Why?", "time": SECOND},
}


def comment(key: int, parent: int, text: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    told = {"id": key, "type": "comment", "by": "bo", "parent": parent, "text": text}
    return told | {"time": SECOND} | more


ITEMS = [
    comment(4, 3, "&gt; no idea<p>It was <i>me</i>"),
    STORY,
    comment(2, 1, "no idea"),
    comment(3, 2, "x", deleted=True),
    comment(5, 1, "buy lamps", dead=True),
    comment(9, 8, "lost"),
]
TREE = {
    **{"id": 1, "created_at": "2024-05-03T10:00:00.000Z", "created_at_i": SECOND, "points": 5},
    **{"type": "story", "author": "mona", "title": "Lock", "url": "https://example.org/lock"},
    **{"text": None, "parent_id": None, "story_id": 1},
    "children": [
        {
            **{"id": 2, "type": "comment", "author": "bo", "text": "<p>one</p>", "parent_id": 1},
            "children": [
                {"id": 3, "type": "comment", "author": "ida", "text": "two", "children": []}
            ],
        }
    ],
}


@pytest.mark.parametrize("name", ["items.jsonl", "items.json"])
def test_an_item_that_is_not_there_is_passed_over(read: Read, name: str) -> None:
    items = [STORY, None, comment(2, 1, "no idea")]
    lines = "\n".join(map(json.dumps, items))
    [document] = read(lines if name.endswith("l") else json.dumps(items), name)
    assert [c.key for c in document.comments] == ["1", "2"]


def told(document: Document) -> list[tuple[str, str | None, str | None, str]]:
    return [(c.key, c.parent, c.author, c.text) for c in document.comments]


@pytest.mark.parametrize(
    "content",
    ["\n".join(map(json.dumps, ITEMS)), json.dumps(ITEMS), json.dumps(ITEMS, indent=2)],
    ids=["lines", "a list", "an indented list"],
)
def test_items_in_any_order_become_threads(read: Read, content: str) -> None:
    [document] = read(content, "hn.json")
    assert (document.title, document.author) == ("Ask: a <lock>?", "mona")
    assert document.url == "https://news.ycombinator.com/item?id=1"
    assert document.published == PartialDate(year=2024, month=5, day=3)
    assert document.body == ()
    assert sorted(told(document)) == [
        ("1", None, "mona", "It's shut.\n\nWhy?"),
        ("2", "1", "bo", "no idea"),
        ("3", "2", None, ""),
        ("4", "3", "bo", "> no idea\n\nIt was me"),
    ]
    assert document.warnings[-1].startswith("1 comments belong to a story that is not in the file")


@pytest.mark.parametrize("indent", [None, 2])
def test_a_tree_of_algolia_is_read_with_its_nesting(read: Read, indent: int | None) -> None:
    [document] = read(json.dumps(TREE, indent=indent), "story.json")
    assert document.credit == "Links to https://example.org/lock"
    assert told(document) == [("2", None, "bo", "one"), ("3", "2", "ida", "two")]


def test_a_story_that_nobody_answered_and_without_a_text_is_left_out(read: Read) -> None:
    bare = {"id": 7, "type": "story", "by": "x", "title": "Bare", "time": SECOND}
    [document] = read("\n".join(map(json.dumps, [STORY, bare])), "hn.jsonl")
    assert document.record == "1"
    assert "1 stories have neither text nor comments; left out" in document.warnings


def test_a_circle_of_comments_leads_to_no_story(read: Read) -> None:
    items = [STORY, comment(2, 3, "a"), comment(3, 2, "b")]
    [document] = read("\n".join(map(json.dumps, items)), "hn.jsonl")
    assert [c.key for c in document.comments] == ["1"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (json.dumps(STORY) + "\n{broken", MalformedError),
        (json.dumps(STORY) + "\n7", MalformedError),
        (json.dumps([STORY])[:-9], MalformedError),
        (json.dumps([STORY, {"type": "comment"}]), MalformedError),
        (json.dumps(STORY | {"text": ""}), ReadError),
        (json.dumps(comment(2, 1, "alone")), ReadError),
        ("\n".join(map(json.dumps, [STORY, *(comment(n, 1, "x") for n in range(2, 70))])),
         TooLargeError),
        ("\n".join(map(json.dumps, [STORY, *(comment(n, n - 1, "x") for n in range(2, 40))])),
         TooLargeError),
    ],
    ids=["broken", "a number", "cut", "no id", "bare", "alone", "many comments", "deep"],
)  # fmt: skip
def test_bad_dumps_are_named_faults(read: Read, content: str, fault: type[Exception]) -> None:
    with pytest.raises(fault, match=r"hn\.jsonl"):
        read(content, "hn.jsonl", limits=Limits(max_comments=50, max_depth=20))


def test_a_tree_deeper_than_json_is_read_is_a_named_fault(read: Read) -> None:
    head = '{"id": 1, "type": "comment", "created_at_i": 1, "children": ['
    with pytest.raises(TooLargeError, match=r"hn\.json"):
        read(head * 5_000 + "]}" * 5_000, "hn.json")
