"""Comments that a record lists: who answers whom, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from index.errors import TooLargeError
from index.model import Comment, Document
from index.readers import Limits

ReadOne = Callable[..., Document]

SAID = "I have taken that bus twice and would rather swim."


def line(**fields: object) -> str:
    return json.dumps({"title": "No ferry", "text": "It is off.", **fields})


def tree(comments: tuple[Comment, ...]) -> list[tuple[str, str | None, str]]:
    return [(comment.key, comment.parent, comment.text) for comment in comments]


def test_flat_comments_keep_their_parents(read_one: ReadOne) -> None:
    comments = [
        {"id": 1, "author": "Ida", "published": "2018-11-04", "text": "Off?"},
        {"id": 2, "parent": 1, "text": "Off."},
        {"id": 3, "parent": "2", "text": ["So.", "Well."]},
    ]
    document = read_one(line(comments=comments), "a.jsonl")
    assert tree(document.comments) == [
        ("1", None, "Off?"),
        ("2", "1", "Off."),
        ("3", "2", "So.\n\nWell."),
    ]
    assert document.comments[0].author == "Ida"
    assert document.comments[0].published is not None
    assert document.comments[0].published.isoformat() == "2018-11-04"


def test_nested_replies_keep_their_parents(read_one: ReadOne) -> None:
    comments = [
        {
            "text": "Off?",
            "replies": [{"text": "Off.", "replies": [{"text": "So."}]}, {"text": "No."}],
        },
        {"text": "Well."},
    ]
    assert tree(read_one(line(comments=comments), "a.jsonl").comments) == [
        ("1", None, "Off?"),
        ("2", "1", "Off."),
        ("3", "2", "So."),
        ("4", "1", "No."),
        ("5", None, "Well."),
    ]


def test_a_parent_may_stand_later_in_the_file(read_one: ReadOne) -> None:
    comments = [{"id": "b", "parent": "a", "text": "Off."}, {"id": "a", "text": "Off?"}]
    assert tree(read_one(line(comments=comments), "a.jsonl").comments) == [
        ("b", "a", "Off."),
        ("a", None, "Off?"),
    ]


def test_an_unknown_parent_is_a_warning_and_a_root(read_one: ReadOne) -> None:
    document = read_one(line(comments=[{"id": 1, "parent": 9, "text": "Off?"}]), "a.jsonl")
    assert tree(document.comments) == [("1", None, "Off?")]
    assert "'9'" in document.warnings[0]


def test_a_circle_of_parents_is_opened_at_its_first_comment(read_one: ReadOne) -> None:
    comments = [
        {"id": "z", "parent": "b", "text": "0"},
        {"id": "a", "parent": "c", "text": "1"},
        {"id": "b", "parent": "a", "text": "2"},
        {"id": "c", "parent": "b", "text": "3"},
        {"id": "self", "parent": "self", "text": "4"},
    ]
    document = read_one(line(comments=comments), "a.jsonl")
    assert [(c.key, c.parent) for c in document.comments] == [
        *(("z", "b"), ("a", None), ("b", "a"), ("c", "b"), ("self", None))
    ]
    assert len(document.warnings) == 2


def test_of_two_equal_ids_the_first_keeps_it_and_its_replies(read_one: ReadOne) -> None:
    comments = [
        {"id": 1, "text": "a"},
        {"id": 1, "text": "b"},
        {"id": 2, "parent": 1, "text": "c"},
    ]
    document = read_one(line(comments=comments), "a.jsonl")
    assert tree(document.comments) == [("1", None, "a"), ("1-2", None, "b"), ("2", "1", "c")]
    assert len(document.warnings) == 1


def test_positions_given_as_keys_avoid_stated_ids(read_one: ReadOne) -> None:
    comments = [{"text": "a"}, {"id": "1", "text": "b"}, {"id": "1-2", "text": "c"}]
    keys = [c.key for c in read_one(line(comments=comments), "a.jsonl").comments]
    assert len(set(keys)) == 3
    assert keys[1:] == ["1", "1-2"]


def test_deleted_comments_stay_only_where_they_have_replies(read_one: ReadOne) -> None:
    comments = [
        {"id": 1, "author": "Ida", "text": "Gone", "deleted": True},
        {"id": 2, "parent": 1, "text": "Why?"},
        {"id": 3, "author": "Bo", "text": "Gone", "deleted": True},
        {"id": 4, "parent": 3, "text": " "},
    ]
    document = read_one(line(comments=comments), "a.jsonl")
    assert tree(document.comments) == [("1", None, ""), ("2", "1", "Why?")]
    assert document.comments[0].author is None


def test_quotes_are_marked(read_one: ReadOne) -> None:
    comments = [
        {"text": SAID},
        {"text": f"“{SAID}”\n\nReally?"},
        {"text": "> something else\n> altogether\n\nNo."},
        {"text": f"You said: {SAID}"},
    ]
    marked = [
        [paragraph.quote for paragraph in comment.paragraphs]
        for comment in read_one(line(comments=comments), "a.jsonl").comments
    ]
    assert marked == [[False], [True, False], [True, False], [False]]


def test_more_comments_than_allowed_are_refused(read_one: ReadOne) -> None:
    text = line(comments=[{"text": "a"}] * 100_000)
    with pytest.raises(TooLargeError, match="50,000 comments"):
        read_one(text, "a.jsonl")


def test_a_hundred_thousand_comments_load_where_they_are_allowed(read_one: ReadOne) -> None:
    comments = [{"id": n, "parent": n // 2, "text": f"{n} times"} for n in range(1, 100_001)]
    limits = Limits(max_comments=100_000)
    document = read_one(line(comments=comments), "a.jsonl", limits=limits)
    assert len(document.comments) == 100_000
    assert document.comments[-1].parent == "50000"


@pytest.mark.parametrize("depth", [1_001, 5_000, 100_000])
def test_replies_nested_too_deeply_are_refused(read_one: ReadOne, depth: int) -> None:
    nested = '{"text": "a", "replies": [' * depth + "]}" * depth
    text = f'{{"title": "x", "text": "y", "comments": [{nested}]}}'
    with pytest.raises(TooLargeError, match=r"nested|chain"):
        read_one(text, "a.jsonl")


def test_a_flat_chain_of_5000_replies_is_refused_or_loads_as_allowed(read_one: ReadOne) -> None:
    comments = [{"id": n, "parent": n + 1, "text": "a"} for n in range(5_000)]
    with pytest.raises(TooLargeError, match="chain"):
        read_one(line(comments=comments), "a.jsonl")
    document = read_one(line(comments=comments), "b.jsonl", limits=Limits(max_depth=5_000))
    assert len(document.comments) == 5_000
