"""Builds that fail, are stopped, or meet another one."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from support.collection import collection, load
from support.word_encoder import WordEncoder

from embeddings.api import Role, Vectors
from embeddings.errors import EncoderError
from embeddings.store import VectorStore
from index.errors import BuildLockedError, GenerationError
from index.generation import build, open_generation, verify
from index.library import Library
from index.model import Lane

Built = Callable[[], str]


def _leftovers(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name.startswith(".")]


class _Stopping(WordEncoder):
    """Fails at its third request."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__()
        self.requests = 0

        def before() -> None:
            self.requests += 1
            if self.requests == 3:
                raise fault

        self.before = before


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), EncoderError("engine"), SystemExit(1)])
def test_interrupted_build_leaves_only_kept_vectors_and_goes_on_there(
    library: Library,
    store: VectorStore,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: BaseException,
) -> None:
    monkeypatch.setattr("index.generation.vectors._CHUNK_TEXTS", 10)
    encoder = _Stopping(fault)

    with pytest.raises(type(fault)):
        build(library, encoder, store, root)

    assert len(store) == 20
    assert _leftovers(root) == []
    assert build(library, encoder, store, root) == "0001"
    assert len(encoder.encoded) == 48


def test_leftovers_of_killed_builds_are_swept(built: Built, root: Path) -> None:
    (root / ".building-0001-99999" / "reporting").mkdir(parents=True)
    (root / ".building-0001-99999" / "reporting" / "dense.faiss").write_bytes(b"half")
    (root / ".removing-0000").mkdir()

    built()

    assert _leftovers(root) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (lambda n: np.zeros((n, 32), np.float32), "not of unit length"),
        (lambda n: np.full((n, 32), np.nan, np.float32), "not of unit length"),
        (lambda n: np.ones((n, 7), np.float32), r"shape \(24, 7\)"),
        (lambda n: np.ones((n + 1, 32), np.float32), r"shape \(25, 32\)"),
    ],
)
def test_rows_that_cannot_be_used_are_not_kept(
    library: Library,
    store: VectorStore,
    root: Path,
    rows: Callable[[int], Vectors],
    message: str,
) -> None:
    class Broken(WordEncoder):
        def encode(self, texts: list[str], role: Role) -> Vectors:  # type: ignore[override]
            return rows(len(texts))

    with pytest.raises(GenerationError, match=message):
        build(library, Broken(), store, root)

    assert len(store) == 0
    assert _leftovers(root) == []


@pytest.mark.parametrize(
    ("dimension", "limits", "parts"),
    [
        # Small rows: the first to grow too large are the engine's own files, then the rows.
        (8, (300, 1_000, 1_900, 2_200), ("lexical-0", "dense.faiss")),
        # Large rows.
        (256, (9_000,), ("dense.faiss",)),
    ],
)
def test_full_disk_is_named_and_the_last_generation_answers(
    tmp_path: Path, dimension: int, limits: tuple[int, ...], parts: tuple[str, ...]
) -> None:
    enough = 10_000_000
    tests = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-m", "support.full_disk", str(tmp_path), str(dimension)]
        + [str(limit) for limit in (*limits, enough)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": f"{tests.parent}:{tests}"},
    )

    *full, last = run.stdout.splitlines()
    assert len(full) == len(limits)
    for line in full:
        current_name, opened_name, left, said = line.split(maxsplit=3)
        assert (current_name, opened_name, left) == ("0001", "0001", "0")
        assert any(f"{part} cannot be written" in said for part in parts)
        assert "free space" in said
    assert last == "0001 0001 0 0002"


# ---------------------------------------------------------------- two at once


def test_second_build_is_told_who_builds_and_since_when(
    library: Library, encoder: WordEncoder, store: VectorStore, root: Path, built: Built
) -> None:
    started, go_on = threading.Event(), threading.Event()

    def before() -> None:
        started.set()
        go_on.wait(30)

    encoder.before = before
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    first = threading.Thread(
        target=build, args=(library, encoder, store, root), kwargs={"clock": lambda: noon}
    )
    first.start()
    try:
        assert started.wait(30)
        with pytest.raises(BuildLockedError, match=r"process \d+ on .*since 2026-03-04 12:00 UTC"):
            built()
    finally:
        go_on.set()
        first.join()

    assert built() == "0001"


def test_documents_added_while_building_are_noticed_by_the_next_build(
    library: Library, encoder: WordEncoder, root: Path, built: Built
) -> None:
    added = False

    def before() -> None:
        nonlocal added
        if not added:
            added = True
            load(library, collection(50, 51), path="late.jsonl")

    encoder.before = before

    first = built()
    second = built()

    assert (first, second) == ("0001", "0002")
    assert verify(root, first, library) == []
    assert verify(root, second, library) == []
    generation = open_generation(root, second, fingerprint=encoder.info.fingerprint)
    assert len(generation.lanes[Lane.REPORTING].lexical.search("only50", 2)) == 1
