import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from support.passage_rows import row, rows

from index import analysis
from index.errors import CorruptGenerationError, GenerationError
from index.filters import RowFilter
from index.lexical import LexicalSettings, TantivyLexical
from index.lexical_writer import LexicalWriter

BODIES = [f"number {i} of w{i % 13} and v{i % 7}" for i in range(500)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    writer = LexicalWriter(tmp_path / "lexical")
    writer.add(rows(BODIES))
    writer.finish()
    return tmp_path / "lexical"


def test_finished_index_is_one_segment_and_has_no_locks(folder: Path) -> None:
    assert len(list(folder.glob("*.idx"))) == 1
    assert list(folder.glob(".tantivy*")) == []


def test_many_segments_give_the_same_hits(folder: Path, tmp_path: Path) -> None:
    # The smallest heap that the engine takes, filled several times.
    wide = [
        f"{body} " + " ".join(f"x{i}y{j}" for j in range(600)) for i, body in enumerate(BODIES)
    ]
    indexes = []
    for name, heap_bytes in (("few", 256_000_000), ("many", 15_000_000)):
        writer = LexicalWriter(tmp_path / name, heap_bytes=heap_bytes)
        writer.add(rows(wide))
        writer.finish()
        indexes.append(TantivyLexical.open(tmp_path / name))

    few, many = (index.search("number w3 v5", 500) for index in indexes)

    assert len(list((tmp_path / "many").glob("*.idx"))) > 1
    assert many.ids.tolist() == few.ids.tolist()
    assert many.scores == pytest.approx(few.scores, rel=1e-6)


def test_opening_writes_nothing_in_the_folder(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    index = TantivyLexical.open(folder)
    index.search("number w3", 5, RowFilter(source_ids=frozenset({1})))

    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_opening_leaves_nothing_among_temporary_files(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))

    index = TantivyLexical.open(folder)

    assert list((tmp_path / "scratch").iterdir()) == []
    assert len(index.search("number w3", 5)) == 5


def test_no_folder_for_temporary_files_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))

    with pytest.raises(GenerationError, match="TMPDIR"):
        TantivyLexical.open(folder)


def test_search_answers_after_the_folder_is_removed(folder: Path) -> None:
    index = TantivyLexical.open(folder)
    before = index.search("number w3 v2", 50)

    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()

    after = index.search("number w3 v2", 50)
    assert after.ids.tolist() == before.ids.tolist()
    assert index.scores("w3", before.ids).any()


def test_opened_index_starts_no_thread(folder: Path) -> None:
    before = threading.active_count()

    index = TantivyLexical.open(folder)

    assert threading.active_count() == before
    assert len(index) == 500


def test_threads_search_one_index_at_once(folder: Path) -> None:
    index = TantivyLexical.open(folder)
    texts = [f"number {i} w{i % 13} v{i % 5}" for i in range(60)]
    alone = [index.search(text, 20).ids.tolist() for text in texts]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: index.search(text, 20).ids.tolist(), texts))

    assert together == alone


def test_scores_are_those_of_the_claim_asked_whatever_was_asked_before(folder: Path) -> None:
    index = TantivyLexical.open(folder)
    claims = ["number w3 v2", "v4 w11", "zebra", "number w3 v2"]
    alone = [TantivyLexical.open(folder).search(claim, 500) for claim in claims]

    for claim, hits in zip(claims, alone, strict=True):
        for other in claims:
            index.search(other, 5)
            assert index.scores(claim, hits.ids) == pytest.approx(hits.scores)


def test_threads_score_for_claims_of_their_own(folder: Path) -> None:
    index = TantivyLexical.open(folder)
    texts = [f"number {i} w{i % 13} v{i % 5}" for i in range(60)]
    ids = index.ids()[:80]
    alone = [index.scores(text, ids).tolist() for text in texts]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: index.scores(text, ids).tolist(), texts))

    assert together == alone


def test_reopened_index_gives_the_same_scores(folder: Path) -> None:
    first, second = (TantivyLexical.open(folder).search("number 7 w3", 30) for _ in range(2))

    assert first.ids.tolist() == second.ids.tolist()
    assert first.scores.tolist() == second.scores.tolist()


def test_settings_decide_which_fields_count(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "fields")
    writer.add(
        [
            row(1, "alpha beta"),
            row(2, "other words", title="alpha beta"),
            row(3, "other words", context="alpha beta"),
        ]
    )
    writer.finish()

    def best(**boosts: float) -> list[int]:
        settings = LexicalSettings(**boosts)
        return TantivyLexical.open(tmp_path / "fields", settings).search("alpha", 9).ids.tolist()

    assert best(body_boost=0, context_boost=0) == [2]
    assert best(title_boost=0, context_boost=0) == [1]
    assert best(title_boost=9)[0] == 2
    assert best(context_boost=9)[0] == 3


def test_of_many_terms_the_rarest_are_searched(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "rare")
    writer.add(rows(["common medium rare", "common medium", "common", "common"]))
    writer.finish()

    def found(max_terms: int) -> list[int]:
        settings = LexicalSettings(max_terms=max_terms)
        index = TantivyLexical.open(tmp_path / "rare", settings)
        return sorted(index.search("common rare medium unheard", 9).ids.tolist())

    assert [found(terms) for terms in (1, 2, 3)] == [[1], [1, 2], [1, 2, 3, 4]]


def test_ids_are_all_passages(folder: Path) -> None:
    assert TantivyLexical.open(folder).ids().tolist() == list(range(1, 501))


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="nowhere"):
        TantivyLexical.open(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["meta.json", ".managed.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[1,2]", b"\xff\xfe"])
def test_damaged_description_is_refused(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)

    with pytest.raises(CorruptGenerationError, match=r"lexical .*rebuild"):
        TantivyLexical.open(folder)


def test_occupied_folder_is_not_written_to(folder: Path) -> None:
    with pytest.raises(FileExistsError):
        LexicalWriter(folder)


def test_words_are_folded_stemmed_and_kept_in_order() -> None:
    words = analysis.words("The Müllers' RUNNING militias", without=frozenset({"the"}))

    assert words == ["muller", "run", "militia"]


def test_words_to_leave_out_are_compared_before_stemming() -> None:
    assert analysis.words("does this", without=frozenset({"this"})) == ["doe"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", []),
        ("世", ["世"]),
        ("世界卫生", ["世界", "界卫", "卫生"]),
        ("WHO 世界, 卫生", ["世界", "卫生"]),
        ("ไทย", ["ไท", "ทย"]),
        ("الانتخابات", []),
    ],
)
def test_pairs_of_characters_come_from_unspaced_scripts_only(
    text: str, expected: list[str]
) -> None:
    assert analysis.grams(text) == expected


def test_a_million_characters_are_searched_at_once(folder: Path) -> None:
    index = TantivyLexical.open(folder)

    assert len(index.search("w3 " + "x" * 1_000_000, 5)) == 5
    assert len(index.search("世" * 1_000_000, 5)) == 0
    assert index.scores("w3 " * 300_000, np.array([4])).shape == (1,)


def test_importing_the_leg_does_not_load_its_engine() -> None:
    code = "import sys, index.lexical, index.dense, index.generation; print(sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert [name for name in ("faiss", "tantivy", "torch") if f"'{name}'" in loaded] == []


@pytest.mark.parametrize(
    ("language", "body", "claim"),
    [
        ("es", "Las vacunaciones comenzaron en los puertos", "La vacunación comenzó en un puerto"),
        ("ru", "На дне озера нашли старые вагоны", "Нашёлся старый вагон на дне озёр"),
        ("uk", "На дні озера знайшли вагони", "Вагони на дні озера знайшли вчора"),
        ("de", "Die Brücken wurden wegen der Schäden gesperrt", "Wegen Schaden ist die Brücke zu"),
    ],
)
def test_words_are_found_in_other_forms_of_their_language(
    tmp_path: Path, language: str, body: str, claim: str
) -> None:
    writer = LexicalWriter(tmp_path / "lexical")
    writer.add([row(1, body, language=language), row(2, "something else", language=language)])
    writer.finish()
    assert TantivyLexical.open(tmp_path / "lexical").search(claim, 5).ids.tolist() == [1]
