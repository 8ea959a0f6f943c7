from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.errors import CorruptGenerationError, NoGenerationError
from index.generation import (
    Learned,
    build,
    carried,
    current,
    derive,
    generations,
    open_generation,
    promote,
    read_learned,
    verify,
)
from index.generation.layout import QUERY_MAP
from index.generation.manifest import Manifest
from index.library import Library
from index.model import Lane


def tuned(dimension: int = 32) -> Learned:
    turn = np.roll(np.eye(dimension, dtype=np.float32), 1, axis=0)
    return Learned(calibration={"slope": 1}, tuning={"gain": 0.5}, query_map=turn)


def test_a_derived_generation_shares_the_files_and_knows_more(copied: Path) -> None:
    learned = tuned()
    name = derive(copied, "0001", learned)

    assert name == "0002"
    assert current(copied) == "0001"
    manifest = Manifest.read(copied / name)
    assert read_learned(copied / name, manifest) == learned
    origin = Manifest.read(copied / "0001")
    assert {f: m for f, m in manifest.files.items() if f != QUERY_MAP} == origin.files
    shared = [(copied / name / f).samefile(copied / "0001" / f) for f in origin.files]
    assert all(shared)
    assert verify(copied, name) == []


def test_what_was_learned_is_there_when_it_is_opened(copied: Path) -> None:
    fingerprint = WordEncoder().info.fingerprint
    name = derive(copied, "0001", tuned())
    generation = open_generation(copied, name, fingerprint=fingerprint)
    np.testing.assert_array_equal(generation.query_map, tuned().query_map)
    generation.close()
    generation = open_generation(copied, "0001", fingerprint=fingerprint)
    assert generation.query_map is None
    generation.close()


def test_lists_say_which_generations_learned(copied: Path) -> None:
    derive(copied, "0001", Learned(calibration={"slope": 1}))
    derive(copied, "0001", tuned())
    assert [(g.calibrated, g.tuned) for g in generations(copied)] == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_unlearning_leaves_no_map_behind(copied: Path) -> None:
    name = derive(copied, derive(copied, "0001", tuned()), Learned())
    assert name == "0003"
    assert not (copied / name / QUERY_MAP).exists()
    assert verify(copied, name) == []


def test_without_links_the_files_are_copied(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    name = derive(copied, "0001", Learned(calibration={"slope": 1}))
    assert verify(copied, name) == []


def test_a_damaged_index_is_not_handed_on(copied: Path) -> None:
    (copied / "0001" / "reporting" / "columns.npy").write_bytes(b"damaged")
    with pytest.raises(CorruptGenerationError, match="columns"):
        derive(copied, "0001", tuned())
    assert [g.name for g in generations(copied)] == ["0001"]
    with pytest.raises(NoGenerationError):
        derive(copied, "0007", tuned())


@pytest.mark.parametrize("damage", [b"", b"not an array", None])
def test_a_damaged_map_is_noticed(copied: Path, damage: bytes | None) -> None:
    name = derive(copied, "0001", tuned())
    path = copied / name / QUERY_MAP
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    assert QUERY_MAP in verify(copied, name)[0]
    with pytest.raises(CorruptGenerationError, match=QUERY_MAP):
        open_generation(copied, name, fingerprint=WordEncoder().info.fingerprint)


def test_a_map_of_another_dimension_is_refused(copied: Path) -> None:
    name = derive(copied, "0001", tuned(16))
    assert "no map of 32-d queries" in verify(copied, name)[0]


def test_a_rebuild_carries_on_what_was_learned(
    copied: Path, library: Library, encoder: WordEncoder, store: VectorStore
) -> None:
    promote(copied, derive(copied, "0001", tuned()))
    library.remove([1])

    name = build(library, encoder, store, copied)

    assert name == "0003"
    assert read_learned(copied / name, Manifest.read(copied / name)) == tuned()
    generation = open_generation(copied, name, fingerprint=encoder.info.fingerprint)
    assert len(generation.lanes[Lane.REPORTING].columns) == 22
    np.testing.assert_array_equal(generation.query_map, tuned().query_map)
    generation.close()


def test_what_the_one_in_use_learned_is_carried_not_what_a_newer_one_did(copied: Path) -> None:
    fingerprint = WordEncoder().info.fingerprint
    derive(copied, "0001", tuned())
    assert carried(copied, fingerprint) == Learned()
    (copied / "CURRENT").unlink()
    assert carried(copied, fingerprint) == tuned()


def test_nothing_is_carried_to_another_encoder(copied: Path) -> None:
    promote(copied, derive(copied, "0001", tuned()))
    assert carried(copied, WordEncoder(dimension=16).info.fingerprint) == Learned()
    assert carried(copied / "nowhere", "any") == Learned()


def test_a_map_needs_its_account() -> None:
    with pytest.raises(ValueError, match="together"):
        Learned(tuning={"gain": 1})
