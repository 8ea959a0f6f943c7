from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from support.documents import article, remark

from index.library import Change, Library, Upsert, loading
from index.model import Document

A, B, C = "/texts/a.jsonl", "/texts/b.jsonl", "/texts/c.jsonl"


def load(
    library: Library, *documents: Document, path: str = A
) -> tuple[list[Upsert], tuple[int, ...]]:
    with library.loading(path) as loading:
        outcomes = [loading.upsert(document) for document in documents]
        missing = loading.missing
    return outcomes, missing


def changes(library: Library, *documents: Document, path: str = A) -> list[Change]:
    return [outcome.change for outcome in load(library, *documents, path=path)[0]]


def titles(library: Library) -> list[str]:
    return [row.title for row in library.documents()]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (loading._SAME_URL, "ix_documents_url (url=?)"),
        (loading._SAME_PLACE, "ix_documents_path (path=? AND record=? AND occurrence=?)"),
        (loading._SAME_CONTENT, "ix_documents_content_hash (content_hash=?)"),
    ],
)
def test_documents_are_looked_up_by_an_index(
    library: Library, query: Select[Any], index: str
) -> None:
    compiled = query.compile(dialect=sqlite.dialect())
    values = tuple(compiled.params.get(name) for name in compiled.positiontup or ())
    with library._connections.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    assert [row[3] for row in plan] == [f"SEARCH documents USING INDEX {index}"]


def test_document_with_a_url_is_known_by_it_in_any_file(library: Library) -> None:
    url = "https://lind.example/1"
    load(library, article("Old", url=url, record="1"))
    assert changes(library, article("New", url=url, record="9"), path=B) == [Change.CHANGED]
    (row,) = library.documents()
    assert (row.title, row.path, row.record) == ("New", B, "9")


def test_an_old_export_that_is_loaded_again_does_not_take_the_newer_words_away(
    library: Library,
) -> None:
    old = article("Old", url="https://lind.example/1")
    new = article("New", url="https://lind.example/1")
    load(library, old, path=A)
    load(library, new, path=B)
    for _night in range(2):
        assert changes(library, old, path=A) == [Change.UNCHANGED]
        assert changes(library, new, path=B) == [Change.UNCHANGED]
    assert titles(library) == ["New"]
    assert len(library.versions(1)) == 1


def test_old_exports_that_say_the_same_do_not_take_the_newer_words_away(library: Library) -> None:
    old = article("Old", url="https://lind.example/1")
    new = article("New", url="https://lind.example/1")
    for path, said in ((A, old), (B, old), (C, new)):
        load(library, said, path=path)
    for _night in range(2):
        nightly = [changes(library, said, path=p) for p, said in ((A, old), (B, old), (C, new))]
        assert nightly == [[Change.UNCHANGED]] * 3
    assert titles(library) == ["New"]
    assert len(library.versions(1)) == 1


def test_a_copy_of_an_export_does_not_take_away_what_the_export_says_later(
    library: Library,
) -> None:
    old = article("Old", url="https://lind.example/1")
    load(library, old, path=A)
    load(library, old, path=B)
    load(library, article("New", url="https://lind.example/1"), path=B)
    assert changes(library, old, path=A) == [Change.UNCHANGED]
    assert titles(library) == ["New"]


def test_an_export_that_takes_its_words_back_is_believed(library: Library) -> None:
    old = article("Old", url="https://lind.example/1")
    for path, said in ((A, old), (B, old), (A, article("New", url="https://lind.example/1"))):
        load(library, said, path=path)
    assert changes(library, old, path=A) == [Change.CHANGED]
    assert titles(library) == ["Old"]


def test_an_old_export_that_says_something_new_is_news(library: Library) -> None:
    url = "https://lind.example/1"
    load(library, article("Old", url=url), path=A)
    load(library, article("New", url=url), path=B)
    assert changes(library, article("Newest", url=url), path=A) == [Change.CHANGED]
    assert changes(library, article("New", url=url), path=B) == [Change.UNCHANGED]
    assert titles(library) == ["Newest"]


def test_an_old_export_is_taken_once_the_newer_document_was_removed(library: Library) -> None:
    old = article("Old", url="https://lind.example/1")
    load(library, old, path=A)
    load(library, article("New", url="https://lind.example/1"), path=B)
    library.remove([1])
    assert changes(library, old, path=A) == [Change.ADDED]


def test_document_with_a_url_follows_its_file(library: Library) -> None:
    document = article(url="https://lind.example/1")
    load(library, document)
    assert changes(library, document, path=B) == [Change.UNCHANGED]
    assert [row.path for row in library.documents()] == [B]
    assert library.revision == 1
    assert load(library, path=A)[1] == ()


def test_document_without_a_url_is_known_by_file_and_record(library: Library) -> None:
    load(library, article("One", record="1"), article("Two", record="2"))
    assert changes(library, article("Zwei", record="2")) == [Change.CHANGED]
    assert titles(library) == ["One", "Zwei"]


def test_records_without_a_name_are_told_apart_by_their_order(library: Library) -> None:
    documents = [article("One"), article("Two"), article("Three")]
    assert changes(library, *documents) == [Change.ADDED] * 3
    assert changes(library, *documents) == [Change.UNCHANGED] * 3


def test_copy_under_another_identity_is_a_duplicate(library: Library) -> None:
    load(library, article("One", record="1"))
    outcomes, _ = load(library, article("One", record="1"), path=B)
    assert outcomes == [Upsert(document_id=1, change=Change.DUPLICATE)]
    assert library.state().documents == 1
    assert changes(library, article("Other", record="2"), article("Other", record="3")) == [
        Change.ADDED,
        Change.DUPLICATE,
    ]


def test_copy_in_another_outlet_is_another_document(library: Library) -> None:
    load(library, article("One", url="https://lind.example/1"))
    assert changes(library, article("One", url="https://other.example/1")) == [Change.ADDED]


def test_copy_with_another_discussion_is_another_document(library: Library) -> None:
    load(library, article("One", record="1", comments=(remark("1", "Yes."),)))
    document = article("One", record="2", comments=(remark("1", "No."),))
    assert changes(library, document) == [Change.ADDED]


def test_second_document_of_one_url_in_a_file_is_left_out_every_time(library: Library) -> None:
    url = "https://lind.example/1"
    documents = [article("First", url=url), article("Second", url=url)]
    assert changes(library, *documents) == [Change.ADDED, Change.DUPLICATE]
    assert changes(library, *documents) == [Change.UNCHANGED, Change.DUPLICATE]
    assert titles(library) == ["First"]


def test_renumbered_record_stays_the_same_document(library: Library) -> None:
    load(library, article("One", record="1"))
    outcomes, missing = load(library, article("One", record="5"))
    assert outcomes == [Upsert(document_id=1, change=Change.UNCHANGED)]
    assert missing == ()
    assert library.record_ids([1, 2]) == {1: ("5",)}


def test_nothing_is_lost_when_a_record_takes_the_number_of_another(library: Library) -> None:
    load(library, article("X", record="2"))
    shifted = [article("X", record="1"), article("Y", record="2")]
    assert changes(library, *shifted) == [Change.UNCHANGED, Change.ADDED]
    assert sorted(titles(library)) == ["X", "Y"]
    assert changes(library, *shifted) == [Change.UNCHANGED] * 2


def test_missing_names_what_the_file_no_longer_holds(library: Library) -> None:
    documents = [article("One", record="1"), article("Two", record="2")]
    load(library, *documents)
    load(library, article("Elsewhere"), path=B)
    assert load(library, documents[1])[1] == (1,)
    assert library.state().documents == 3
    assert load(library, *documents)[1] == ()


def test_missing_counts_down_while_the_file_is_read(library: Library) -> None:
    load(library, article("One", record="1"))
    with library.loading(A) as loading:
        assert loading.missing == (1,)
        loading.upsert(article("One", record="1"))
        assert loading.missing == ()


def test_lines_and_warnings_do_not_make_a_copy_another_article(library: Library) -> None:
    load(library, article("One", record="1"))
    copy = replace(article("One", record="2"), warnings=("odd",), parse_confidence=0.5)
    assert changes(library, copy, path=B) == [Change.DUPLICATE]
