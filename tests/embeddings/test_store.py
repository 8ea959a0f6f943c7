from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.api import EncoderInfo, Vectors
from embeddings.errors import VectorStoreError
from embeddings.store import VectorStore

REPOSITORY = Path(__file__).resolve().parents[2]
INFO = EncoderInfo(
    model="tiny",
    revision="0123",
    dimension=8,
    pooling="mean",
    precision="f32",
    max_tokens=32,
)


def keys(count: int, salt: str = "") -> list[bytes]:
    return [hashlib.blake2b(f"{salt}{i}".encode(), digest_size=16).digest() for i in range(count)]


def unit_rows(count: int, dimension: int = 8, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors" / f"{INFO.fingerprint}.sqlite3"


def test_rows_come_back_by_hash_rounded_once_to_float16(path: Path) -> None:
    hashes, rows = keys(5), unit_rows(5)
    with VectorStore(path, INFO) as store:
        store.put(hashes, rows)
    with VectorStore(path, INFO) as store:
        found = store.get([hashes[3], hashes[0], keys(1, "unknown")[0], hashes[3]])
    assert set(found) == {hashes[0], hashes[3]}
    for position in (0, 3):
        row = found[hashes[position]]
        assert row.dtype == np.float32
        np.testing.assert_array_equal(row, rows[position].astype(np.float16).astype(np.float32))


def test_what_comes_back_survives_another_rounding_unchanged(path: Path) -> None:
    hashes, rows = keys(50), unit_rows(50)
    with VectorStore(path, INFO) as store:
        store.put(hashes, rows)
        first = store.get(hashes)
        store.put(hashes, np.stack([first[key] for key in hashes]))
        second = store.get(hashes)
    for key in hashes:
        np.testing.assert_array_equal(first[key], second[key])


def test_more_hashes_than_one_query_holds_are_all_found(path: Path) -> None:
    hashes, rows = keys(10_001), unit_rows(10_001)
    with VectorStore(path, INFO) as store:
        store.put(hashes, rows)
        assert len(store) == 10_001
        found = store.get(list(reversed(hashes)))
    assert len(found) == 10_001
    np.testing.assert_array_equal(
        np.stack([found[key] for key in hashes]), rows.astype(np.float16).astype(np.float32)
    )


def test_nothing_is_asked_and_nothing_is_put(path: Path) -> None:
    with VectorStore(path, INFO) as store:
        store.put([], np.zeros((0, 8), np.float32))
        assert store.get([]) == {}
        assert store.forget([]) == 0
        assert len(store) == 0


def test_forgotten_rows_leave_no_bytes_in_any_file(path: Path) -> None:
    hashes, rows = keys(200), unit_rows(200)
    with VectorStore(path, INFO) as store:
        store.put(hashes, rows)
        assert store.forget([*hashes[:20], *keys(3, "unknown")]) == 20
        assert set(store.get(hashes)) == set(hashes[20:])
        on_disk = b"".join(file.read_bytes() for file in path.parent.iterdir())
    stored = rows.astype("<f2")
    assert stored[150].tobytes() in on_disk
    assert not any(row.tobytes() in on_disk for row in stored[:20])
    assert not any(key in on_disk for key in hashes[:20])


def test_a_row_that_changed_on_disk_counts_as_not_kept_and_can_be_put_again(path: Path) -> None:
    hashes, rows = keys(3), unit_rows(3)
    with VectorStore(path, INFO) as store:
        store.put(hashes, rows)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE vectors SET row = ? WHERE hash = ?", (bytes(16), hashes[1]))
        db.execute("UPDATE vectors SET row = ? WHERE hash = ?", (b"short", hashes[2]))
    db.close()
    with VectorStore(path, INFO) as store:
        assert set(store.get(hashes)) == {hashes[0]}
        store.put(hashes[1:], rows[1:])
        assert set(store.get(hashes)) == set(hashes)


@pytest.mark.parametrize(
    "other",
    [replace(INFO, precision="bf16"), replace(INFO, revision="4567"), replace(INFO, dimension=16)],
)
def test_the_file_of_another_encoder_is_refused(path: Path, other: EncoderInfo) -> None:
    VectorStore(path, INFO).close()
    with pytest.raises(VectorStoreError, match=r"another encoder.*delete it"):
        VectorStore(path, other)


def test_the_file_of_another_program_version_is_refused(path: Path) -> None:
    VectorStore(path, INFO).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    db.close()
    with pytest.raises(VectorStoreError, match="another program version"):
        VectorStore(path, INFO)


def test_a_file_that_is_no_database_is_named_with_the_next_step(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(VectorStoreError, match=rf"{path.name}.*damaged.*delete the file"):
        VectorStore(path, INFO)


def test_damaged_pages_are_an_error_of_the_store(path: Path) -> None:
    hashes = keys(2000)
    with VectorStore(path, INFO) as store:
        store.put(hashes, unit_rows(2000))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    with VectorStore(path, INFO) as store, pytest.raises(VectorStoreError, match="delete the"):
        store.get(hashes)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VectorStoreError, match=r"file.*data folder that is writable"):
        VectorStore(tmp_path / "file" / "v.sqlite3", INFO)


def test_a_locked_file_is_an_error_of_the_store(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.store._BUSY_TIMEOUT_S", 0.05)
    with VectorStore(path, INFO) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(VectorStoreError, match="no other rebuild runs"):
            store.put(keys(1), unit_rows(1))
        other.execute("ROLLBACK")
        other.close()
        store.put(keys(1), unit_rows(1))
        assert len(store) == 1


def test_a_closed_store_says_so_and_closes_twice(path: Path) -> None:
    store = VectorStore(path, INFO)
    store.close()
    store.close()
    with pytest.raises(VectorStoreError, match="closed"):
        store.get(keys(1))


@pytest.mark.parametrize(
    ("hashes", "rows"),
    [
        (keys(2), unit_rows(3)),
        (keys(2), unit_rows(2, dimension=9)),
        ([b"short"], unit_rows(1)),
        (keys(1), np.full((1, 8), np.nan, np.float32)),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(
    path: Path, hashes: list[bytes], rows: Vectors
) -> None:
    with VectorStore(path, INFO) as store:
        with pytest.raises(ValueError, match=r".+"):
            store.put(hashes, rows)
        assert len(store) == 0


def test_a_kill_loses_no_more_than_the_last_chunk(path: Path) -> None:
    code = """
        import os, signal, sys
        from pathlib import Path
        import embeddings.store as module
        from test_store import INFO, keys, unit_rows

        module._ROWS_A_COMMIT = 100
        module.VectorStore(Path(sys.argv[1]), INFO).put(keys(250), unit_rows(250))
        print("written", flush=True)
        store = module.VectorStore(Path(sys.argv[1]), INFO)
        write = store._write
        calls = []

        def killed_in_the_third(statement, values):
            calls.append(len(values))
            if len(calls) == 3:
                store._db.execute("BEGIN IMMEDIATE")
                store._db.executemany(statement, values)
                os.kill(os.getpid(), signal.SIGKILL)
            return write(statement, values)

        store._write = killed_in_the_third
        store.put(keys(300, "second"), unit_rows(300))
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(path)],
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(Path(__file__).parent)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.strip()) == (-signal.SIGKILL, "written")
    with VectorStore(path, INFO) as store:
        assert len(store.get(keys(250))) == 250
        assert set(store.get(keys(300, "second"))) == set(keys(300, "second")[:200])
