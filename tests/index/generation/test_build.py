from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.collection import collection, load
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.generation import Learned, Stage, build, current, open_generation, verify
from index.generation import builder as builder_module
from index.generation.manifest import Manifest
from index.library import Library
from index.model import Lane

Built = Callable[[], str]


def test_first_build_holds_every_passage_and_is_not_promoted(
    built: Built, root: Path, library: Library, encoder: WordEncoder
) -> None:
    name = built()

    assert name == "0001"
    assert current(root) is None
    assert verify(root, name, library) == []
    generation = open_generation(root, name, fingerprint=encoder.info.fingerprint)
    assert {lane: len(index.columns) for lane, index in generation.lanes.items()} == {
        Lane.REPORTING: 24,
        Lane.DISCUSSION: 24,
    }


@pytest.mark.parametrize(
    ("lane", "word"), [(Lane.REPORTING, "only7"), (Lane.DISCUSSION, "reply7")]
)
def test_both_legs_lead_to_the_passage_in_the_library(
    built: Built, root: Path, library: Library, encoder: WordEncoder, lane: Lane, word: str
) -> None:
    generation = open_generation(root, built(), fingerprint=encoder.info.fingerprint)

    lexical = generation.lanes[lane].lexical.search(word, 5)
    exact = next(
        row for rows in library.passages(lane) for row in rows if word in row.body.replace(".", "")
    )
    dense = generation.lanes[lane].dense.search(encoder.one(exact.embedding_text), 1)

    assert lexical.ids.tolist() == [exact.passage_id]
    assert dense.ids.tolist() == [exact.passage_id]
    assert word in library.hydrate([exact.passage_id])[exact.passage_id].text


def test_words_of_the_answered_comment_lead_to_the_answer(
    built: Built, root: Path, encoder: WordEncoder, library: Library
) -> None:
    generation = open_generation(root, built(), fingerprint=encoder.info.fingerprint)

    ids = generation.lanes[Lane.DISCUSSION].lexical.search("remark3", 5).ids

    shown = library.hydrate(ids.tolist())
    found = [word for i in ids.tolist() for word in ("remark3", "reply3") if word in shown[i].text]
    assert found == ["remark3", "reply3"]


def test_manifest_says_from_what_when_and_by_whom(
    library: Library, encoder: WordEncoder, store: VectorStore, root: Path
) -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)

    name = build(
        library,
        encoder,
        store,
        root,
        clock=lambda: noon,
        learned=Learned(calibration={"slope": 2.5, "set": "x"}),
    )

    manifest = Manifest.read(root / name)
    assert manifest.built_at == noon
    assert manifest.encoder == encoder.info
    assert manifest.fingerprint == encoder.info.fingerprint
    assert manifest.revision == library.revision
    assert manifest.passages == {Lane.REPORTING: 24, Lane.DISCUSSION: 24}
    assert manifest.calibration == {"slope": 2.5, "set": "x"}
    assert {path: mark.size for path, mark in manifest.files.items()} == _sizes(root / name)
    assert [path for path in manifest.files if path.endswith(".lock")] == []


def _sizes(folder: Path) -> dict[str, int]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths}
    del sizes["manifest.json"]
    return sizes


def test_empty_library_gives_an_empty_generation_that_answers(
    tmp_path: Path, encoder: WordEncoder, store: VectorStore, root: Path
) -> None:
    with Library.open(tmp_path / "empty.sqlite3") as library:
        name = build(library, encoder, store, root)
        assert verify(root, name, library) == []

    generation = open_generation(root, name, fingerprint=encoder.info.fingerprint)
    for index in generation.lanes.values():
        assert len(index.dense.search(encoder.one("militia"), 5)) == 0
        assert len(index.lexical.search("militia", 5)) == 0


# ---------------------------------------------------------------- nothing twice


def test_nothing_changed_means_no_work(
    built: Built, encoder: WordEncoder, root: Path, library: Library
) -> None:
    first = built()
    encoder.encoded.clear()

    assert built() == first
    assert encoder.encoded == []
    assert [path.name for path in root.iterdir() if path.is_dir()] == ["0001"]


def test_loading_the_same_file_again_means_no_work(built: Built, library: Library) -> None:
    first = built()

    load(library, collection())

    assert built() == first


def test_each_text_is_encoded_once_ever(
    built: Built, encoder: WordEncoder, library: Library
) -> None:
    built()
    assert len(encoder.encoded) == len(set(encoder.encoded)) == 48
    encoder.encoded.clear()

    load(library, collection(12, 13), path="more.jsonl")

    assert built() == "0002"
    assert len(encoder.encoded) == 4
    assert all("Report 12" in text for text in encoder.encoded)


def test_removed_document_is_in_no_later_generation(
    built: Built, library: Library, root: Path, encoder: WordEncoder
) -> None:
    first = built()
    library.remove([library.documents(limit=1)[0].document_id])

    second = built()

    assert (first, second) == ("0001", "0002")
    generation = open_generation(root, second, fingerprint=encoder.info.fingerprint)
    assert len(generation.lanes[Lane.REPORTING].columns) == 22
    assert len(generation.lanes[Lane.REPORTING].lexical.search("only0", 5)) == 0


def test_kept_vectors_give_the_same_files_as_encoding_did(
    built: Built, root: Path, library: Library
) -> None:
    first = built()
    (root / first).rename(root.parent / first)

    second = built()

    for file in ("dense.faiss", "columns.npy"):
        for lane in Lane:
            old, new = root.parent / first / lane / file, root / second / lane / file
            assert new.read_bytes() == old.read_bytes()


def test_another_encoder_builds_anew(
    built: Built, library: Library, root: Path, tmp_path: Path
) -> None:
    built()
    other = WordEncoder(dimension=16, model="other")

    with VectorStore(tmp_path / "other.sqlite3", other.info) as kept:
        name = build(library, other, kept, root)

    assert name == "0002"
    assert Manifest.read(root / name).encoder.dimension == 16


def test_other_calibration_builds_anew_without_encoding(
    built: Built, library: Library, encoder: WordEncoder, store: VectorStore, root: Path
) -> None:
    built()
    encoder.encoded.clear()

    assert (
        build(library, encoder, store, root, learned=Learned(calibration={"slope": 1})) == "0002"
    )
    assert encoder.encoded == []


def test_other_rules_build_anew(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    built()
    monkeypatch.setattr(builder_module, "RULES", {"analysis": 2, "index": 1})

    assert built() == "0002"


def test_another_library_of_the_same_state_builds_anew(
    built: Built,
    library: Library,
    encoder: WordEncoder,
    store: VectorStore,
    root: Path,
    tmp_path: Path,
) -> None:
    built()

    with Library.open(tmp_path / "other.sqlite3") as other:
        load(other, collection(40, 52))
        assert other.state() == library.state()
        assert build(other, encoder, store, root) == "0002"


def test_damaged_newest_generation_is_built_anew(built: Built, root: Path) -> None:
    path = root / built() / Lane.REPORTING / "dense.faiss"
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    path.write_bytes(content)

    assert built() == "0002"


def test_unreadable_choice_of_current_does_not_stop_a_build(built: Built, root: Path) -> None:
    root.mkdir()
    (root / "CURRENT").write_bytes(b"\xff\x00 nonsense")

    assert built() == "0001"


def test_name_of_a_generation_that_is_current_is_never_given_again(
    built: Built, root: Path
) -> None:
    root.mkdir()
    (root / "CURRENT").write_text("0041\n")

    assert built() == "0042"


def test_texts_that_are_equal_are_encoded_once(
    tmp_path: Path, encoder: WordEncoder, store: VectorStore, root: Path
) -> None:
    same = collection(0, 1)[0]
    with Library.open(tmp_path / "twins.sqlite3") as library:
        load(library, [replace(same, record=str(i), source=f"Outlet {i}") for i in range(5)])
        name = build(library, encoder, store, root)
        assert verify(root, name, library) == []

    assert len(encoder.encoded) == 4
    generation = open_generation(root, name, fingerprint=encoder.info.fingerprint)
    hits = generation.lanes[Lane.REPORTING].dense.search(encoder.one("only0"), 99)
    assert len(hits) == 10


# ---------------------------------------------------------------- progress


def test_progress_counts_up_and_ends_each_stage(
    library: Library, encoder: WordEncoder, store: VectorStore, root: Path
) -> None:
    load(library, collection(0, 24))
    calls: list[tuple[Stage, int, int]] = []

    def told(stage: Stage, done: int, total: int) -> None:
        calls.append((stage, done, total))

    build(library, encoder, store, root, progress=told, exact_up_to=10)

    for stage in Stage:
        counts = [done for kind, done, _ in calls if kind is stage]
        assert counts == sorted(counts)
        _, done, total = [call for call in calls if call[0] is stage][-1]
        assert done == total > 0
    assert all(done <= total for _, done, total in calls)
