"""The names of copies: kept as long as the file holds them and the text is the stored one."""

from dataclasses import replace

import pytest
from sqlalchemy.dialects import sqlite
from support.documents import article

from index.library import Change, Library, copies
from index.model import Document

A, B = "/texts/a.jsonl", "/texts/more/b.jsonl"


def load(library: Library, path: str, *documents: Document) -> list[Change]:
    with library.loading(path) as loading:
        return [loading.upsert(document).change for document in documents]


@pytest.fixture
def copied(library: Library) -> Library:
    """Document 1 is record "a" of one file, record "b" of another."""
    load(library, A, article("One", record="a"))
    assert load(library, B, article("One", record="b")) == [Change.DUPLICATE]
    return library


def test_a_document_has_the_records_of_its_copies(copied: Library) -> None:
    assert copied.record_ids([1]) == {1: ("a", "b")}


def test_copies_in_one_file_keep_their_records(library: Library) -> None:
    documents = [article("One", record=record) for record in "cab"]
    assert load(library, A, *documents) == [Change.ADDED, Change.DUPLICATE, Change.DUPLICATE]
    assert library.record_ids([1]) == {1: ("c", "a", "b")}


def test_a_record_of_the_same_name_is_told_once(library: Library) -> None:
    load(library, A, article("One", record="a"))
    load(library, B, article("One", record="a"))
    assert library.record_ids([1]) == {1: ("a",)}


def test_loading_a_copy_again_is_no_change(copied: Library) -> None:
    before = copied.state()
    assert load(copied, B, article("One", record="b")) == [Change.DUPLICATE]
    assert load(copied, A, article("One", record="a")) == [Change.UNCHANGED]
    assert copied.state() == before
    assert copied.record_ids([1]) == {1: ("a", "b")}


def test_a_copy_that_its_file_no_longer_holds_is_forgotten(copied: Library) -> None:
    load(copied, B, article("Two", record="b"))
    assert copied.record_ids([1, 2]) == {1: ("a",), 2: ("b",)}


def test_a_renumbered_copy_has_its_new_record_alone(copied: Library) -> None:
    load(copied, B, article("One", record="c"))
    assert copied.record_ids([1]) == {1: ("a", "c")}


def test_records_of_one_file_that_change_places_are_both_known(library: Library) -> None:
    load(library, A, article("One", record="a"), article("One", record="b"))
    load(library, A, article("One", record="b"), article("One", record="a"))
    assert library.record_ids([1]) == {1: ("b", "a")}


def test_a_load_that_fails_forgets_no_copy(copied: Library) -> None:
    with pytest.raises(KeyboardInterrupt), copied.loading(B):
        raise KeyboardInterrupt
    assert copied.record_ids([1]) == {1: ("a", "b")}


def test_copies_go_with_their_document_and_can_be_loaded_afterwards(copied: Library) -> None:
    copied.remove([1])
    assert copied.count_copies(B) == 0
    assert load(copied, B, article("One", record="b")) == [Change.ADDED]
    assert copied.record_ids([2]) == {2: ("b",)}


def test_the_old_text_can_be_loaded_from_its_copy_when_the_original_changes(
    copied: Library,
) -> None:
    load(copied, A, article("One, corrected", record="a"))
    assert copied.record_ids([1]) == {1: ("a",)}
    assert load(copied, B, article("One", record="b")) == [Change.ADDED]
    assert copied.record_ids([1, 2]) == {1: ("a",), 2: ("b",)}


def test_copies_stay_when_only_what_is_said_of_the_article_changes(copied: Library) -> None:
    changed = replace(article("One", record="a"), credit="Photo: Ann")
    assert load(copied, A, changed) == [Change.CHANGED]
    assert copied.record_ids([1]) == {1: ("a", "b")}


def test_another_text_under_the_same_link_is_no_copy(library: Library) -> None:
    url = "https://lind.example/1"
    documents = [article("One", url=url, record="a"), article("Other", url=url, record="b")]
    assert load(library, A, *documents) == [Change.ADDED, Change.DUPLICATE]
    assert library.record_ids([1]) == {1: ("a",)}


@pytest.mark.parametrize("place", [B, "/texts/more", "/texts/more/", "/texts"])
def test_a_file_or_folder_that_goes_takes_the_names_of_its_copies_along(
    copied: Library, place: str
) -> None:
    assert (copied.count_copies(place), copied.forget_copies(place)) == (1, 1)
    assert copied.record_ids([1]) == {1: ("a",)}
    assert copied.state().documents == 1


@pytest.mark.parametrize("place", [A, "/texts/mor", "/texts/more/b.json", "1", ""])
def test_other_places_leave_copies_alone(copied: Library, place: str) -> None:
    assert (copied.count_copies(place), copied.forget_copies(place)) == (0, 0)
    assert copied.record_ids([1]) == {1: ("a", "b")}


def test_copies_of_a_file_are_found_by_an_index(library: Library) -> None:
    forget = str(copies._FORGET_FROM.compile(dialect=sqlite.dialect()))
    with library._connections.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {forget}", (A,)).all()
    assert [row[3] for row in plan] == [
        "SEARCH copies USING COVERING INDEX ix_copies_path (path=?)"
    ]
