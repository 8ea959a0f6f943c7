"""What the operator hides stays out of answers, whatever is loaded after it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.documents import article, remark

from index.library import Library, PassageMark, Takedown
from index.model import Comment, Document, Lane

URL = "https://lind.example/1"
TALK = (
    remark("1", "Ann lies.", author="Bo"),
    remark("2", "She does not.", author="Cy", parent="1"),
    remark("3", "Calm down.", author="Di"),
)


def load(library: Library, *documents: Document, path: str = "/texts/a.jsonl") -> None:
    with library.loading(path) as loading:
        for document in documents:
            loading.upsert(document)


def indexed(library: Library) -> set[str]:
    """What the next index would be built of."""
    rows = itertools.chain.from_iterable(p for lane in Lane for p in library.passages(lane))
    return {row.body for row in rows}


def shown(library: Library) -> set[str]:
    """What an answer from any index could show."""
    return {passage.text for passage in library.hydrate(range(1, 200)).values()}


def hide_comment(library: Library, text: str) -> Takedown:
    """Hide the comment of these words."""
    found = next(p for p in library.hydrate(range(1, 200)).values() if p.text == text)
    assert found.comment is not None
    (made,) = library.hide(comment_ids=[found.comment.comment_id], reason="libel")
    return made


def title_of(takedowns: Sequence[Takedown]) -> list[str | None]:
    return [takedown.title for takedown in takedowns]


# ---------------------------------------------------------------- at once


def test_hidden_document_vanishes_with_its_discussion(library: Library) -> None:
    load(library, article("A", "One.", url=URL, comments=TALK), article("B", "Two.", record="2"))
    library.hide([1], reason="court order")
    assert shown(library) == indexed(library) == {"Two."}
    assert library.thread(1) is None
    assert [row.hidden for row in library.documents()] == [True, False]


def test_hidden_comment_vanishes_and_its_answers_stay(library: Library) -> None:
    load(library, article("A", "One.", comments=TALK))
    hide_comment(library, "Ann lies.")
    assert shown(library) == indexed(library) == {"One.", "She does not.", "Calm down."}
    assert library.thread(1) is None
    conversation = library.thread(2)
    assert conversation is not None
    assert conversation.ancestors == ()


def test_answers_to_a_hidden_comment_neither_show_nor_index_its_words(library: Library) -> None:
    load(library, article("A", "One.", comments=TALK))
    before = {row.body: row for rows in library.passages(Lane.DISCUSSION) for row in rows}
    assert before["She does not."].context == "Ann lies."
    hide_comment(library, "Ann lies.")
    (answer,) = (p for p in library.hydrate(range(9)).values() if p.text == "She does not.")
    assert answer.comment is not None
    with library.snapshot() as texts:
        assert texts.above([answer.comment.comment_id]) == {}
    after = {row.body: row for rows in library.passages(Lane.DISCUSSION) for row in rows}
    assert after["She does not."].context == ""
    assert "Ann lies" not in after["She does not."].embedding_text
    assert after["She does not."].text_hash != before["She does not."].text_hash
    assert after["She does not."].passage_id == before["She does not."].passage_id


def test_an_index_is_told_that_answers_to_a_hidden_comment_have_other_words(
    library: Library,
) -> None:
    load(library, article("A", "One.", comments=TALK), article("B", "Two.", record="2"))
    hide_comment(library, "Ann lies.")
    for lane in Lane:
        rows = [row for batch in library.passages(lane) for row in batch]
        marks = [mark for batch in library.marks(lane) for mark in batch]
        for name in (field.name for field in fields(PassageMark)):
            marked, read = ([getattr(each, name) for each in found] for found in (marks, rows))
            assert marked == read


def test_unhiding_shows_it_again_as_it_was(library: Library) -> None:
    load(library, article("A", "One.", comments=TALK))
    everything = shown(library), indexed(library)
    made = [*library.hide([1], reason="error"), *library.hide(comment_ids=[1, 3], reason="spam")]
    assert library.unhide([takedown.takedown_id for takedown in made]) == 3
    assert (shown(library), indexed(library)) == everything


def test_hiding_and_unhiding_move_the_revision_only_when_something_changes(
    library: Library,
) -> None:
    load(library, article("A"))
    start = library.revision
    (made,) = library.hide([1], reason="once")
    assert library.hide([1], reason="twice") == []
    assert library.hide([99], [99], reason="unknown") == []
    assert library.revision == start + 1
    assert library.unhide([made.takedown_id]) == 1
    assert library.unhide([made.takedown_id, 99]) == 0
    assert library.revision == start + 2


# ---------------------------------------------------------------- the record


def test_reason_and_time_are_kept_after_it_is_shown_again(path: Path) -> None:
    now = [datetime(2026, 1, 2, tzinfo=UTC)]
    with Library.open(path, clock=lambda: now[0]) as library:
        load(library, article("A", url=URL, comments=TALK))
        library.hide([1], reason="court order 7/26")
        hide = library.takedowns()
        now[0] = datetime(2026, 2, 3, tzinfo=UTC)
        library.unhide([1])
        assert library.takedowns() == []
        (kept,) = library.takedowns(lifted=True)
    assert hide == [
        Takedown(
            takedown_id=1,
            document_id=1,
            comment_id=None,
            of_comment=False,
            title="A",
            author=None,
            url=URL,
            path="/texts/a.jsonl",
            reason="court order 7/26",
            hidden_at=datetime(2026, 1, 2, tzinfo=UTC),
            lifted_at=None,
        )
    ]
    lifted = datetime(2026, 2, 3, tzinfo=UTC)
    assert kept == replace(hide[0], document_id=None, title=None, lifted_at=lifted)


def test_takedowns_are_found_by_what_a_person_names(library: Library) -> None:
    load(library, article("A", url=URL, comments=TALK))
    load(library, article("B"), path="/texts/deep/b.txt")
    library.hide([1, 2], [3], reason="x")
    found = {
        selector: [takedown.takedown_id for takedown in library.find_takedowns(selector)]
        for selector in ("1", URL, "/texts/deep", "/texts", "comment:3", "takedown:3",
                         "comment:1", "comment:x", "", "takedown:" + "9" * 30)
    }  # fmt: skip
    assert found == {
        "1": [1],
        URL: [1],
        "/texts/deep": [2],
        "/texts": [1, 2],
        "comment:3": [3],
        "takedown:3": [3],
        "comment:1": [],
        "comment:x": [],
        "": [],
        "takedown:" + "9" * 30: [],
    }


# ---------------------------------------------------------------- through loads


@pytest.mark.parametrize("url", [URL, None])
def test_hidden_document_stays_hidden_through_the_same_and_a_changed_file(
    library: Library, url: str | None
) -> None:
    load(library, article("A", "One.", url=url))
    library.hide([1], reason="x")
    load(library, article("A", "One.", url=url))
    assert shown(library) == set()
    load(library, article("A", "One, edited.", url=url, comments=TALK))
    assert shown(library) == indexed(library) == set()


@pytest.mark.parametrize("url", [URL, None])
@pytest.mark.parametrize("text", ["One.", "One, edited."])
def test_document_that_is_removed_and_added_again_stays_hidden_until_unhidden(
    library: Library, url: str | None, text: str
) -> None:
    load(library, article("A", "One.", url=url, comments=TALK))
    library.hide([1], reason="x")
    library.remove([1])
    (waiting,) = library.takedowns()
    assert (waiting.document_id, waiting.title) == (None, None)
    load(library, article("A", text, url=url, comments=TALK))
    assert shown(library) == set()
    assert title_of(library.takedowns()) == ["A"]
    library.unhide([waiting.takedown_id])
    assert text in shown(library)
    load(library, article("A", text, url=url, comments=TALK[:1]))
    assert text in shown(library)


def test_takedown_lifted_while_its_document_was_away_does_not_come_back(library: Library) -> None:
    load(library, article("A", "One.", url=URL))
    library.hide([1], reason="x")
    library.remove([1])
    library.unhide([1])
    load(library, article("A", "One.", url=URL))
    assert shown(library) == {"One."}


def test_hidden_document_is_known_by_its_content_in_another_file(library: Library) -> None:
    load(library, article("A", "One."))
    library.hide([1], reason="x")
    load(library, article("A", "One."), path="/texts/copy.txt")
    library.remove([1])
    load(library, article("A", "One."), path="/elsewhere/a.txt")
    assert shown(library) == set()


def test_hidden_document_is_followed_when_its_place_in_the_file_moves(library: Library) -> None:
    first, second = article("A", "One.", comments=TALK[:1]), article("B", "Two.")
    load(library, first, second)
    library.hide([1], reason="x")
    load(library, article("New", "Three."), first, second)
    assert shown(library) == {"Two.", "Three."}
    load(library, article("Newer", "Four."), article("New", "Three."), first, second)
    assert shown(library) == {"Two.", "Three.", "Four."}


def test_hidden_comment_is_followed_when_its_document_moves_in_the_file(library: Library) -> None:
    talk = article("A", "One.", comments=TALK)
    load(library, talk)
    hide_comment(library, "Ann lies.")
    load(library, article("New", "Two.", comments=(remark("1", "Hello."),)), talk)
    assert shown(library) == {"One.", "Two.", "Hello.", "She does not.", "Calm down."}


@pytest.mark.parametrize(
    "comments",
    [
        TALK,
        TALK[:1],
        (remark("1", "Ann lies, edited.", author="Bo"), *TALK[1:]),
        (remark("0", "First!", author="Ed"), *TALK),
        (remark("1", "First!", author="Ed"), *(replace(c, key=f"{c.key}+1") for c in TALK)),
    ],
    ids=["the same", "fewer", "edited", "one more", "numbered anew"],
)
@pytest.mark.parametrize("removed", [False, True])
def test_hidden_comment_stays_hidden_through_every_load(
    library: Library, comments: tuple[Comment, ...], removed: bool
) -> None:
    load(library, article("A", "One.", url=URL, comments=TALK))
    hide_comment(library, "Ann lies.")
    if removed:
        library.remove([1])
    others = {c.text for c in comments if not c.text.startswith("Ann lies")}
    for _ in range(2):
        load(library, article("A", "One.", url=URL, comments=comments))
        assert shown(library) == {"One.", *others}


def test_comment_that_takes_over_the_number_of_a_hidden_one_is_shown(library: Library) -> None:
    load(library, article("A", "One.", url=URL, comments=TALK))
    hide_comment(library, "Ann lies.")
    load(library, article("A", "One.", url=URL, comments=(replace(TALK[2], key="1"),)))
    assert shown(library) == {"One.", "Calm down."}
    assert [takedown.comment_id for takedown in library.takedowns()] == [None]


def test_hidden_comment_that_was_gone_for_a_while_comes_back_hidden(library: Library) -> None:
    load(library, article("A", "One.", url=URL, comments=TALK))
    hide_comment(library, "Calm down.")
    load(library, article("A", "One.", url=URL, comments=TALK[:2]))
    load(library, article("A", "One.", url=URL, comments=TALK))
    assert "Calm down." not in shown(library)
    assert title_of(library.takedowns()) == ["A"]


def test_of_two_equal_comments_the_hidden_one_stays_hidden(library: Library) -> None:
    twins = (remark("1", "Ann lies."), remark("2", "Ann lies."))
    load(library, article("A", "One.", url=URL, comments=twins))
    library.hide(comment_ids=[2], reason="x")
    library.remove([1])
    load(library, article("A", "One.", url=URL, comments=twins))
    (takedown,) = library.takedowns()
    conversation = library.thread(takedown.comment_id or 0)
    assert conversation is None
    assert "Ann lies." in shown(library)


def test_a_failed_load_changes_no_takedown(library: Library) -> None:
    load(library, article("A", "One.", url=URL))
    library.hide([1], reason="x")
    before = library.takedowns()

    def broken() -> None:
        with library.loading("/texts/b.txt") as loading:
            loading.upsert(article("A", "Edited.", url=URL))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert library.takedowns() == before


def test_library_is_whole_after_all_of_it(library: Library) -> None:
    load(library, article("A", "One.", url=URL, comments=TALK))
    library.hide([1], [1, 2], reason="x")
    library.remove([1])
    load(library, article("A", "One.", url=URL, comments=TALK))
    library.unhide([1, 2])
    assert library.problems() == []
