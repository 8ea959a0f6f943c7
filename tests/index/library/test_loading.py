from dataclasses import replace

import pytest
from support.documents import article, paragraphs, remark

from index.errors import LibraryError, MalformedError
from index.library import Change, Library, Upsert
from index.model import Comment, Document, Lane


def load(library: Library, *documents: Document, path: str = "/texts/a.txt") -> list[Upsert]:
    with library.loading(path) as loading:
        return [loading.upsert(document) for document in documents]


def passage_ids(library: Library) -> dict[str, int]:
    return {
        row.body: row.passage_id
        for lane in Lane
        for rows in library.passages(lane)
        for row in rows
    }


def comment_ids(library: Library) -> dict[str, int]:
    stored = library.hydrate(passage_ids(library).values()).values()
    return {p.text: p.comment.comment_id for p in stored if p.comment is not None}


def test_new_document_is_added_with_its_passages(library: Library) -> None:
    (outcome,) = load(library, article("T", "One.", "Two.", comments=(remark("1", "Three."),)))
    assert outcome == Upsert(document_id=1, change=Change.ADDED, passages_added=3)
    state = library.state()
    assert (state.documents, state.comments) == (1, 1)
    assert state.passages == {Lane.REPORTING: 2, Lane.DISCUSSION: 1}


def test_loading_the_same_file_again_changes_nothing(library: Library) -> None:
    document = article(comments=(remark("1", "Yes."), remark("2", "No.", parent="1")))
    load(library, document)
    before = library.state(), passage_ids(library), library.documents()
    (outcome,) = load(library, document)
    assert outcome == Upsert(document_id=1, change=Change.UNCHANGED)
    assert (library.state(), passage_ids(library), library.documents()) == before


def test_changed_document_changes_only_its_changed_passages(library: Library) -> None:
    load(library, article("T", "Old.", "Stays.", "Moves down."))
    before = passage_ids(library)
    (outcome,) = load(library, article("T", "New words.", "Stays.", "Between.", "Moves down."))
    assert outcome == Upsert(
        document_id=1,
        change=Change.CHANGED,
        passages_added=2,
        passages_kept=2,
        passages_removed=1,
    )
    after = passage_ids(library)
    assert after["Stays."] == before["Stays."]
    assert after["Moves down."] == before["Moves down."]
    assert {after["New words."], after["Between."]}.isdisjoint(before.values())
    assert library.hydrate([after["Moves down."]])[after["Moves down."]].text == "Moves down."


def test_new_title_makes_all_passages_new_because_it_is_embedded(library: Library) -> None:
    load(library, article("Old", "Same."))
    (outcome,) = load(library, article("New", "Same."))
    assert (outcome.passages_added, outcome.passages_removed) == (1, 1)


def test_change_of_a_date_alone_keeps_all_passages(library: Library) -> None:
    load(library, article())
    (outcome,) = load(library, replace(article(), credit="Photo: Ann"))
    assert (outcome.change, outcome.passages_kept) == (Change.CHANGED, 2)
    assert library.document(1) == replace(article(), credit="Photo: Ann")


def test_same_passage_twice_in_a_document_is_two_passages(library: Library) -> None:
    load(library, article("T", "Same.", "Same.", "Same."))
    (outcome,) = load(library, article("T", "Same.", "Same."))
    assert (outcome.passages_kept, outcome.passages_removed) == (2, 1)


def test_unchanged_comment_keeps_its_id_when_others_come_and_go(library: Library) -> None:
    first = article(comments=(remark("a", "Yes."), remark("b", "No."), remark("c", "Why?")))
    load(library, first)
    before = comment_ids(library)
    load(library, replace(first, comments=(remark("n", "New."), remark("c", "Why?"))))
    after = comment_ids(library)
    assert after["Why?"] == before["Why?"]
    assert after["New."] not in before.values()
    assert set(after) == {"New.", "Why?"}


def test_renumbered_comments_keep_their_ids(library: Library) -> None:
    first = article(comments=(remark("1", "Yes."), remark("2", "No.", parent="1")))
    load(library, first)
    before = comment_ids(library)
    moved = (remark("1", "New."), remark("2", "Yes."), remark("3", "No.", parent="2"))
    load(library, replace(first, comments=moved))
    after = comment_ids(library)
    assert {text: after[text] for text in before} == before
    assert library.document(1) == replace(first, comments=moved)


def test_comments_that_swap_their_keys_keep_their_ids(library: Library) -> None:
    load(library, article(comments=(remark("1", "Yes."), remark("2", "No."))))
    before = comment_ids(library)
    load(library, article(comments=(remark("2", "Yes."), remark("1", "No."))))
    assert comment_ids(library) == before


def test_edited_comment_is_another_remark(library: Library) -> None:
    load(library, article(comments=(remark("1", "Yes."),)))
    before = comment_ids(library)
    load(library, article(comments=(remark("1", "No."),)))
    assert comment_ids(library)["No."] not in before.values()


def test_ids_are_never_used_again(library: Library) -> None:
    document = article(comments=(remark("1", "Yes."),))
    load(library, document)
    before = set(passage_ids(library).values()), set(comment_ids(library).values())
    library.remove([1])
    (outcome,) = load(library, document)
    assert outcome.document_id == 2
    assert before[0].isdisjoint(passage_ids(library).values())
    assert before[1].isdisjoint(comment_ids(library).values())


def test_fault_in_the_block_leaves_nothing_of_the_file(library: Library) -> None:
    load(library, article("Old", "Stays."))
    before = library.state(), passage_ids(library)

    def fail() -> None:
        with library.loading("/texts/a.txt") as loading:
            loading.upsert(article("New", "Replaces."))
            loading.upsert(article("Another", "Comes.", record="2"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (library.state(), passage_ids(library)) == before
    assert load(library, article("Old", "Stays."))[0].change is Change.UNCHANGED


def test_error_of_the_block_is_passed_on_as_it_is(library: Library) -> None:
    def fail() -> None:
        with library.loading("/texts/a.txt"):
            "\ud800".encode()

    with pytest.raises(UnicodeEncodeError):
        fail()


def test_document_that_fails_leaves_nothing_though_the_load_goes_on(library: Library) -> None:
    good = article("Good", "Fine.", record="good")
    bad = article("Bad", "Halves.", comments=(remark("1", "fine"), remark("2", "\ud800")))
    with library.loading("/texts/a.txt") as loading:
        loading.upsert(good)
        with pytest.raises(MalformedError, match="UTF-8"):
            loading.upsert(bad)
    assert [row.title for row in library.documents()] == ["Good"]
    assert library.state().comments == 0


def test_two_comments_with_one_key_are_refused(library: Library) -> None:
    document = article(comments=(remark("7", "Yes."), remark("7", "No.")))
    with pytest.raises(MalformedError, match=r"/texts/a.txt have the id '7'"):
        load(library, document)
    assert library.state().documents == 0


def test_load_that_is_over_takes_no_document(library: Library) -> None:
    with library.loading("/texts/a.txt") as loading:
        pass
    with pytest.raises(LibraryError, match="is over"):
        loading.upsert(article())


def test_load_inside_a_load_is_refused_rather_than_waiting_forever(library: Library) -> None:
    with library.loading("/a"), pytest.raises(LibraryError, match="by this process already"):
        load(library, article(), path="/b")


def test_revision_counts_changes_and_nothing_else(library: Library) -> None:
    assert library.revision == 0
    load(library, article())
    load(library, article())
    assert library.revision == 1
    load(library, article("New title"))
    assert library.revision == 2
    assert library.remove([99]) == 0
    assert library.revision == 2
    assert library.remove([1]) == 1
    assert library.revision == 3


def test_removed_document_takes_comments_and_passages_along(library: Library) -> None:
    load(library, article(comments=(remark("1", "Yes."), remark("2", "No.", parent="1"))))
    ids = passage_ids(library).values()
    assert library.remove([1, 1, 2]) == 1
    state = library.state()
    assert (state.documents, state.comments, sum(state.passages.values())) == (0, 0, 0)
    assert library.hydrate(ids) == {}


def test_many_comments_and_deep_answers_are_stored(library: Library) -> None:
    comments = tuple(
        Comment(
            key=str(n),
            parent=str(n - 1) if 0 < n < 5_000 else None,
            paragraphs=paragraphs(f"Remark number {n}."),
        )
        for n in range(20_000)
    )
    document = article(comments=comments)
    (outcome,) = load(library, document)
    assert outcome.passages_added == 20_002
    changed = replace(document, comments=(remark("new", "First!"), *comments))
    (outcome,) = load(library, changed)
    assert (outcome.passages_added, outcome.passages_kept) == (1, 20_002)
    assert library.document(1) == changed


def test_a_disk_that_fills_is_named_and_nothing_of_the_load_is_stored(library: Library) -> None:
    def fill() -> None:
        with library.loading("/texts/a.txt") as loading:
            pages = loading._connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            loading._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 3}")
            for number in range(500):
                loading.upsert(article(f"T{number}", "word " * (50 + number)))

    with pytest.raises(LibraryError, match="is full; nothing of this change was stored"):
        fill()
    assert library.state().documents == 0
