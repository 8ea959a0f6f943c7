import shutil
import threading
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from support.word_encoder import WordEncoder

from index.errors import CorruptGenerationError, GenerationError, NoGenerationError
from index.generation import (
    GoldenRecord,
    Verdict,
    current,
    generations,
    open_generation,
    promote,
    prune,
    rollback,
)
from index.generation.manifest import Manifest
from index.model import Lane

FINGERPRINT = WordEncoder().info.fingerprint


@pytest.fixture
def several(copied: Path) -> Path:
    """Generations 0001 to 0004; 0001 is promoted."""
    manifest = Manifest.read(copied / "0001")
    values = {field.name: getattr(manifest, field.name) for field in fields(manifest)}
    for name in ("0002", "0003", "0004"):
        shutil.copytree(copied / "0001", copied / name)
        Manifest(**values | {"name": name}).write(copied / name)
    return copied


def test_promoted_generation_is_current(several: Path) -> None:
    promote(several, "0003")

    assert current(several) == "0003"
    assert open_generation(several, fingerprint=FINGERPRINT).name == "0003"


def test_generation_in_use_goes_on_while_another_is_promoted_and_it_is_removed(
    several: Path,
) -> None:
    old = open_generation(several, fingerprint=FINGERPRINT)
    vector = WordEncoder().one("only4")
    before = old.lanes[Lane.REPORTING].dense.search(vector, 9).ids.tolist()

    promote(several, "0004")
    prune(several, keep=1)

    assert not (several / "0001").exists()
    assert old.lanes[Lane.REPORTING].dense.search(vector, 9).ids.tolist() == before
    assert len(old.lanes[Lane.REPORTING].lexical.search("only4", 9)) == 1


def test_damaged_generation_is_not_promoted(several: Path) -> None:
    (several / "0003" / Lane.DISCUSSION / "dense.faiss").unlink()

    with pytest.raises(CorruptGenerationError, match="0003"):
        promote(several, "0003")

    assert current(several) == "0001"


def test_readers_never_see_anything_but_a_promoted_name(several: Path) -> None:
    seen, done = set(), threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(current(several))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(10):
        for name in ("0002", "0001"):
            promote(several, name)
    done.set()
    reader.join()

    assert seen <= {"0001", "0002"}


def test_rollback_goes_one_back(several: Path) -> None:
    promote(several, "0004")

    assert [rollback(several), rollback(several)] == ["0003", "0002"]
    assert current(several) == "0002"


def test_rollback_of_the_oldest_changes_nothing(several: Path) -> None:
    with pytest.raises(NoGenerationError, match="older than 0001"):
        rollback(several)

    assert current(several) == "0001"


def test_rollback_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError, match="rebuild"):
        rollback(tmp_path)


@pytest.mark.parametrize(
    ("used", "keep", "left"),
    [
        ("0004", 2, ["0003", "0004"]),
        ("0001", 2, ["0001", "0003", "0004"]),
        ("0002", 0, ["0002"]),
        ("0004", 9, ["0001", "0002", "0003", "0004"]),
    ],
)
def test_prune_keeps_the_newest_and_always_the_one_in_use(
    several: Path, used: str, keep: int, left: list[str]
) -> None:
    promote(several, used)

    removed = prune(several, keep=keep)

    assert [summary.name for summary in generations(several)] == left
    assert sorted(removed + left) == ["0001", "0002", "0003", "0004"]
    assert open_generation(several, fingerprint=FINGERPRINT).name == used


def test_what_was_kept_back_takes_no_place_of_what_a_rollback_goes_to(several: Path) -> None:
    record = GoldenRecord(verdict=Verdict.KEPT_BACK, quality=None, false_answers=None, scores={})
    for name in ("0003", "0004"):
        record.write(several / name)
    promote(several, "0002")

    assert prune(several, keep=3) == ["0003"]


def test_prune_removes_nothing_while_the_one_in_use_is_unknown(several: Path) -> None:
    (several / "CURRENT").write_bytes(b"?")

    with pytest.raises(CorruptGenerationError):
        prune(several, keep=1)

    assert len(generations(several)) == 4


def test_list_tells_size_age_encoder_and_which_is_used(several: Path) -> None:
    first, *others = generations(several)

    assert (first.name, first.current, first.problem) == ("0001", True, None)
    assert first.fingerprint == FINGERPRINT
    assert first.passages == {Lane.REPORTING: 24, Lane.DISCUSSION: 24}
    assert first.built_at == Manifest.read(several / "0001").built_at
    files = [path for path in (several / "0001").rglob("*") if path.is_file()]
    files.remove(several / "0001" / "manifest.json")
    assert first.size_bytes == sum(path.stat().st_size for path in files)
    assert [summary.current for summary in others] == [False, False, False]


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "reporting" / "columns.npy").write_bytes(b"x"),
    ],
)
def test_list_tells_what_is_wrong_with_a_damaged_one(
    several: Path, harm: Callable[[Path], None]
) -> None:
    harm(several / "0002")

    problems = [summary.problem for summary in generations(several)]

    assert [problem is None for problem in problems] == [True, False, True, True]
    assert "0002" in str(problems[1])


def test_list_of_nothing_is_empty(tmp_path: Path) -> None:
    assert generations(tmp_path / "nowhere") == []


def test_names_sort_by_number_past_four_digits(several: Path) -> None:
    values = {
        field.name: getattr(Manifest.read(several / "0004"), field.name)
        for field in fields(Manifest)
    }
    (several / "0004").rename(several / "10000")
    Manifest(**values | {"name": "10000"}).write(several / "10000")
    promote(several, "10000")

    assert [summary.name for summary in generations(several)][-1] == "10000"
    assert rollback(several) == "0003"


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(GenerationError, match=r"file.generations cannot be written"):
        promote(tmp_path / "file" / "generations", "0001")
