from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.collection import collection, load
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.generation import Generation, build, open_generation, verify
from index.lexical_segments import segments
from index.library import Library
from index.model import Lane

Built = Callable[[], str]
CLAIMS = (
    "What happened to the glacier is told only2 here",
    "weather1 remark3 reply7",
    "a second paragraph of weather",
)


@pytest.fixture
def built(library: Library, encoder: WordEncoder, store: VectorStore, root: Path) -> Built:
    return lambda: build(library, encoder, store, root)


def opened(root: Path, name: str, encoder: WordEncoder) -> Generation:
    return open_generation(root, name, fingerprint=encoder.info.fingerprint)


def terms(generation: Generation) -> set[str]:
    """Every word in the term dictionaries."""
    return {
        term
        for lane in generation.lanes.values()
        for field in ("title", "body", "context")
        for term, _ in lane.lexical._searcher.terms_with_prefix(field, "")
    }


def hits(generation: Generation, encoder: WordEncoder) -> list[tuple[list[int], list[float]]]:
    """What both legs of both lanes find for each claim, with scores to the bit."""
    return [
        (found.ids.tolist(), found.scores.tolist())
        for lane in generation.lanes.values()
        for claim in CLAIMS
        for found in (lane.lexical.search(claim, 9), lane.dense.search(encoder.one(claim), 9))
    ]


def lexical_files(folder: Path) -> dict[str, int]:
    """Names and inodes of the segments of one lane."""
    return {path.name: path.stat().st_ino for path in folder.glob("[0-9a-f]*.*")}


def test_unchanged_segments_are_the_same_files(built: Built, library: Library, root: Path) -> None:
    first = built()
    load(library, collection(12, 13), path="more.jsonl")
    second = built()

    for lane in Lane:
        old = lexical_files(root / first / lane / "lexical")
        new = lexical_files(root / second / lane / "lexical")
        assert old.items() < new.items()
        assert len(segments(root / second / lane / "lexical")) == 2
    assert verify(root, second, library) == []


def test_only_texts_that_changed_are_read(
    built: Built, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    built()
    load(library, collection(12, 13), path="more.jsonl")
    read: list[int] = []
    passage_rows = Library.passage_rows

    def spied(self: Library, ids: list[int]) -> object:
        read.extend(ids)
        return passage_rows(self, ids)

    monkeypatch.setattr(Library, "passage_rows", spied)
    built()

    assert len(read) == 4


def test_vectors_come_from_the_older_index_where_the_kept_ones_are_gone(
    built: Built, library: Library, encoder: WordEncoder, store: VectorStore
) -> None:
    built()
    store.forget([row.text_hash for lane in Lane for rows in library.marks(lane) for row in rows])
    encoder.encoded.clear()
    library.remove([library.documents(limit=1)[0].document_id])

    built()

    assert encoder.encoded == []


def _removed(library: Library) -> None:
    library.remove([row.document_id for row in library.documents()[2:5]])


def _hidden(library: Library) -> None:
    replies = [row.comment_id for rows in library.marks(Lane.DISCUSSION) for row in rows]
    library.hide([library.documents()[3].document_id], replies[:6:2], reason="court")


def _changed(library: Library) -> None:
    load(library, [*collection(0, 6), *collection(30, 33)])


def _added(library: Library) -> None:
    load(library, collection(20, 31), path="more.jsonl")


@pytest.mark.parametrize("change", [_removed, _hidden, _changed, _added])
def test_what_is_found_is_what_a_fresh_index_finds(
    built: Built,
    library: Library,
    encoder: WordEncoder,
    store: VectorStore,
    root: Path,
    tmp_path: Path,
    change: Callable[[Library], None],
) -> None:
    built()
    load(library, collection(12, 20), path="between.jsonl")
    built()
    change(library)

    carried = opened(root, built(), encoder)
    fresh = opened(tmp_path / "fresh", build(library, encoder, store, tmp_path / "fresh"), encoder)

    assert hits(carried, encoder) == hits(fresh, encoder)
    assert terms(carried) == terms(fresh)
    for lane in Lane:
        one, other = carried.lanes[lane], fresh.lanes[lane]
        assert np.array_equal(one.columns.table, other.columns.table)
    assert verify(root, carried.name, library) == []


def test_no_word_of_what_is_gone_is_left_in_the_term_dictionaries(
    built: Built, library: Library, root: Path, encoder: WordEncoder
) -> None:
    assert {"only3", "remark3", "reply3", "eyes3"} <= terms(opened(root, built(), encoder))
    gone = next(row for row in library.documents() if row.title.startswith("Report 3 "))
    remarks = [row for rows in library.passages(Lane.DISCUSSION) for row in rows]
    parent = next(row.comment_id for row in remarks if "remark5 myself" in row.body)
    library.remove([gone.document_id])
    library.hide([], [parent], reason="court")

    left = terms(opened(root, built(), encoder))

    assert left & {"only3", "remark3", "reply3", "eyes3", "remark5", "eyes5"} == set()
    assert {"only4", "reply5"} <= left


def test_many_small_additions_leave_few_segments(
    built: Built, library: Library, root: Path
) -> None:
    built()
    for number in range(12, 28):
        load(library, collection(number, number + 1), path=f"{number}.jsonl")
        name = built()

    assert len(segments(root / name / Lane.REPORTING / "lexical")) <= 5
    assert verify(root, name, library) == []


def test_segments_are_listed_in_the_order_of_their_passages(
    built: Built, library: Library, root: Path
) -> None:
    built()
    load(library, collection(12, 14), path="more.jsonl")
    name = built()

    for lane in Lane:
        old, new = segments(root / name / lane / "lexical")
        assert old.first < old.last < new.first < new.last
        assert (old.passages, new.passages) == (24, 4)


def test_nothing_is_taken_from_a_damaged_index(built: Built, library: Library, root: Path) -> None:
    first = built()
    damaged = next((root / first / Lane.REPORTING / "lexical").glob("*.term"))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    load(library, collection(12, 13), path="more.jsonl")

    second = built()

    assert len(segments(root / second / Lane.REPORTING / "lexical")) == 1
    assert verify(root, second, library) == []


def test_where_there_are_no_links_files_are_copied(
    built: Built, library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    first = built()
    load(library, collection(12, 13), path="more.jsonl")
    second = built()

    names, inodes = zip(
        *lexical_files(root / first / Lane.REPORTING / "lexical").items(), strict=True
    )
    new = lexical_files(root / second / Lane.REPORTING / "lexical")
    assert set(names) < set(new)
    assert set(inodes) & set(new.values()) == set()
    assert verify(root, second, library) == []


def test_pruning_the_older_index_leaves_the_shared_files(
    built: Built, library: Library, root: Path, encoder: WordEncoder
) -> None:
    from index.generation import promote, prune

    built()
    load(library, collection(12, 13), path="more.jsonl")
    second = built()
    promote(root, second)

    assert prune(root, keep=1) == ["0001"]
    assert verify(root, second, library) == []
    assert len(opened(root, second, encoder).lanes[Lane.REPORTING].lexical.search("only1", 5)) == 1
