import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import update
from sqlalchemy.dialects import sqlite
from support.documents import article, documents, paragraphs, remark

from index.dates import PartialDate
from index.library import CommentHead, DocumentRow, Library, PassageRow, StoredPassage, reading
from index.library.schema import metadata
from index.model import ArticleHead, Comment, Document, Lane, Paragraph, Reply, Source
from index.passages import split, text_hash


def load(library: Library, *given_documents: Document, path: str = "/texts/a.txt") -> None:
    with library.loading(path) as loading:
        for document in given_documents:
            loading.upsert(document)


def rows(library: Library, lane: Lane, **options: int) -> list[PassageRow]:
    return list(itertools.chain.from_iterable(library.passages(lane, **options)))


def shown(library: Library, text: str) -> StoredPassage:
    ids = [row.passage_id for lane in Lane for row in rows(library, lane)]
    return next(p for p in library.hydrate(ids).values() if p.text == text)


def above(library: Library, comment: CommentHead) -> tuple[Reply, ...]:
    with library.snapshot() as texts:
        return texts.above([comment.comment_id]).get(comment.comment_id, ())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(Path(tmp_path_factory.mktemp("shared")) / "library.sqlite3") as opened:
        yield opened


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_document_comes_back_exactly_and_its_passages_agree(
    shared: Library, document: Document
) -> None:
    with shared.loading("/texts/any") as loading:
        outcome = loading.upsert(document)
    try:
        assert shared.document(outcome.document_id) == document
        drafts = [(d.lane, d.embedding_text, d.text_hash) for d in split(document)]
        stored = [
            (lane, r.embedding_text, r.text_hash) for lane in Lane for r in rows(shared, lane)
        ]
        assert stored == drafts
        with shared.loading("/texts/any") as loading:
            assert loading.upsert(document).change.value == "unchanged"
    finally:
        shared.remove([outcome.document_id])


def test_passages_carry_what_an_index_filters_by(library: Library) -> None:
    document = replace(
        article("T", "One.", source="Lind Courier", comments=(remark("1", "Yes."),)),
        published=PartialDate(year=2018, month=11),
    )
    load(library, document, article("Undated", "Two.", record="2"))
    first, second = rows(library, Lane.REPORTING)
    assert (first.day_from, first.day_to) == (736_999, 737_028)
    assert (second.day_from, second.day_to) == (None, None)
    assert library.source_ids(frozenset({"lind courier"})) == {first.source_id}
    assert (first.comment_id, first.title, first.context, first.body) == (None, "T", "", "One.")
    assert first.text_hash == text_hash("T\nOne.")
    (comment,) = rows(library, Lane.DISCUSSION)
    assert (comment.document_id, comment.comment_id, comment.body) == (1, 1, "Yes.")


def test_passages_come_in_batches_in_the_order_of_ids(library: Library) -> None:
    load(library, *(article(f"T{n}", "One.", "Two.", record=str(n)) for n in range(7)))
    batches = list(library.passages(Lane.REPORTING, batch_rows=4))
    assert [len(batch) for batch in batches] == [4, 4, 4, 2]
    ids = [row.passage_id for batch in batches for row in batch]
    assert ids == sorted(ids)
    assert [r.passage_id for r in rows(library, Lane.REPORTING, after_id=ids[9])] == ids[10:]
    assert list(library.passages(Lane.DISCUSSION)) == []


def test_walk_over_passages_sees_what_is_added_behind_it(library: Library) -> None:
    load(library, article("T", "One.", "Two."))
    walk = library.passages(Lane.REPORTING, batch_rows=2)
    next(walk)
    load(library, article("U", "Three."), path="/texts/b.txt")
    assert [row.body for row in next(walk)] == ["Three."]


def test_walk_over_passages_sorts_and_scans_nothing(library: Library) -> None:
    query = str(reading._NEXT.compile(dialect=sqlite.dialect()))
    with library._connections.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("reporting", 5, 10, 0))
        steps = [row[3] for row in plan]
    assert steps[0] == "SEARCH passages USING INDEX ix_passages_lane (lane=? AND rowid>?)"
    assert all("PRIMARY KEY" in step for step in steps[1:])


def test_reporting_passage_is_shown_with_its_article(library: Library) -> None:
    document = replace(
        article("T", "One.", "Two.", url="https://www.lind.example/1", source="Lind Courier"),
        author="Ann",
        published=PartialDate(month=11, day=4),
    )
    load(library, document)
    assert shown(library, "Two.") == StoredPassage(
        passage_id=2,
        lane=Lane.REPORTING,
        document=ArticleHead(
            document_id=1,
            title="T",
            source=Source(name="Lind Courier", domain="lind.example"),
            author="Ann",
            url="https://www.lind.example/1",
            published=PartialDate(month=11, day=4),
        ),
        comment=None,
        text="Two.",
        start=6,
        end=10,
    )


def test_comment_is_shown_with_author_time_and_what_it_answers(library: Library) -> None:
    answer = Comment(
        key="2",
        parent="1",
        author="Bo",
        published=PartialDate(year=2020),
        paragraphs=(Paragraph(text="It is.", uncertain=True),),
    )
    load(library, article(comments=(remark("1", "Is it?", author="Al"), answer)))
    comment = shown(library, "It is.").comment
    assert comment is not None
    assert (comment.author, comment.published) == ("Bo", PartialDate(year=2020))
    assert comment.uncertain
    assert above(library, comment) == (Reply(comment_id=1, author="Al", text="Is it?"),)
    opening = shown(library, "Is it?").comment
    assert opening is not None
    assert (above(library, opening), opening.uncertain) == ((), False)
    assert opening.thread_id == comment.thread_id == opening.comment_id


def test_a_conversation_is_shown_from_its_opening_down_without_what_is_hidden(
    library: Library,
) -> None:
    talk = (
        remark("1", "A."),
        replace(remark("2", "B.", parent="1"), hidden=True),
        remark("3", "C.", parent="2"),
        remark("4", "D.", parent="3"),
    )
    load(library, article(comments=talk))
    comment = shown(library, "D.").comment
    assert comment is not None
    assert [reply.text for reply in above(library, comment)] == ["A.", "C."]


def test_of_a_deep_conversation_the_nearest_twenty_are_shown(library: Library) -> None:
    talk = [remark(str(n), f"Remark {n}.", parent=str(n - 1) if n else None) for n in range(30)]
    load(library, article(comments=tuple(talk)))
    comment = shown(library, "Remark 29.").comment
    assert comment is not None
    expected = [f"Remark {n}." for n in range(9, 29)]
    assert [reply.text for reply in above(library, comment)] == expected


def test_what_a_comment_answers_is_shown_in_short_without_its_quotes(library: Library) -> None:
    long = " ".join(["word"] * 60)
    quoting = Comment(
        key="1", paragraphs=(Paragraph(text="Old words.", quote=True), *paragraphs(long))
    )
    load(library, article(comments=(quoting, remark("2", "No.", parent="1"))))
    comment = shown(library, "No.").comment
    assert comment is not None
    assert above(library, comment)[0].text == " ".join(["word"] * 40) + " …"


@pytest.mark.parametrize(
    "parent", [Comment(key="1"), replace(remark("1", "Secret."), hidden=True)]
)
def test_deleted_or_hidden_comment_is_not_shown_as_what_is_answered(
    library: Library, parent: Comment
) -> None:
    load(library, article(comments=(parent, remark("2", "No.", parent="1"))))
    comment = shown(library, "No.").comment
    assert comment is not None
    assert above(library, comment) == ()
    assert comment.thread_id == 1


def test_what_a_file_hides_vanishes_from_answers_and_from_the_next_index(
    library: Library,
) -> None:
    load(library, article("T", "One.", comments=(remark("1", "Two."),)))
    ids = [row.passage_id for lane in Lane for row in rows(library, lane)]
    with library._connections.writing() as connection:
        connection.execute(update(metadata.tables["comments"]).values(hidden=True))
    assert {p.text for p in library.hydrate(ids).values()} == {"One."}
    assert {row.body for lane in Lane for row in rows(library, lane)} == {"One."}


def test_unknown_passages_are_left_out(library: Library) -> None:
    load(library, article("T", "One."))
    assert list(library.hydrate(range(2_000))) == [1]
    assert library.hydrate([]) == {}


def test_documents_are_found_by_id_url_file_and_folder(library: Library) -> None:
    load(library, article("A", url="https://lind.example/1"), path="/texts/a.txt")
    load(library, article("B"), path="/texts/deep/b.txt")
    load(library, article("C"), path="/texts2/c.txt")
    found = {
        selector: [row.title for row in library.find(selector)]
        for selector in (
            "2",
            "https://lind.example/1",
            "/texts/a.txt",
            "/texts",
            "/texts/",
            "/texts/deep/b",
            "/TEXTS",
            "%",
            "9" * 30,
            "",
        )
    }
    assert found == {
        "2": ["B"],
        "https://lind.example/1": ["A"],
        "/texts/a.txt": ["A"],
        "/texts": ["A", "B"],
        "/texts/": ["A", "B"],
        "/texts/deep/b": [],
        "/TEXTS": [],
        "%": [],
        "9" * 30: [],
        "": [],
    }


def test_documents_are_listed_page_by_page(library: Library) -> None:
    load(
        library,
        article("A", "One.", "Two.", record="1", comments=(remark("1", "Yes."),)),
        article("B", record="2"),
    )
    (first,) = library.documents(limit=1)
    assert isinstance(first, DocumentRow)
    assert (first.title, first.comments, first.passages, first.hidden) == ("A", 1, 3, False)
    assert first.loaded_at.tzinfo is not None
    assert [row.title for row in library.documents(limit=5, offset=1)] == ["B"]


def test_records_are_told_by_document(library: Library) -> None:
    load(library, article("A", record="doc-7"), article("B", record="doc-8"))
    assert library.record_ids([1, 2, 3]) == {1: ("doc-7",), 2: ("doc-8",)}


def test_unknown_document_is_none(library: Library) -> None:
    assert library.document(1) is None
