from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.encoders import encoder, models, needs_int8, tiny_model
from support.tiny_model import save_tiny_model

from embeddings import conversion
from embeddings.api import Role
from embeddings.errors import EncoderError
from embeddings.folder import file_hash, read_folder
from embeddings.loader import Engine
from embeddings.models import resolve
from embeddings.openvino import load_openvino
from embeddings.runtime import Precision

TEXTS = ("", "No.", "Brazil won the 2018 World Cup", "🌍", "word " * 3000)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A copy of the tiny model's conversion, to be harmed; its cache folder is `tmp_path`."""
    original = conversion.converted(read_folder(resolve(str(tiny_model()))), models())
    return Path(shutil.copytree(original, tmp_path / "openvino" / original.name))


def _flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "one byte of the weights": lambda kept: _flip_a_byte(kept / "model.bin"),
    "a graph cut short": lambda kept: (kept / "model.xml").write_text("<net>"),
    "no tokenizer": lambda kept: (kept / "tokenizer.json").unlink(),
    "checksums cut short": lambda kept: (kept / "checksums.json").write_text('{"model.xml"'),
    "checksums of another shape": lambda kept: (kept / "checksums.json").write_text("[1, 2]"),
    "no checksums listed": lambda kept: (kept / "checksums.json").write_text("{}"),
    "an empty folder": lambda kept: [path.unlink() for path in kept.iterdir()],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed(damage: str, kept: Path) -> None:
    assert conversion._intact(kept)
    DAMAGES[damage](kept)
    assert not conversion._intact(kept)


def test_a_damaged_conversion_is_made_anew_and_leftovers_of_killed_ones_cleared(
    kept: Path, tmp_path: Path
) -> None:
    shutil.copytree(kept, kept.with_name(f"{kept.name}.abc.tmp"))
    _flip_a_byte(kept / "model.bin")
    again = load_openvino(str(tiny_model()), cache_dir=tmp_path)
    np.testing.assert_array_equal(
        again.encode(TEXTS, Role.QUERY),
        encoder(str(tiny_model()), engine=Engine.OPENVINO).encode(TEXTS, Role.QUERY),
    )
    assert conversion._intact(kept)
    assert not list(kept.parent.glob("*.tmp"))


def test_an_intact_conversion_is_used_where_nothing_can_be_written(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "mkdir", _refuse)
    assert conversion.converted(read_folder(resolve(str(tiny_model()))), tmp_path) == kept


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_two_that_start_at_once_convert_once(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = read_folder(resolve(str(tiny_model())))
    made: list[Path] = []

    def slow_conversion(_: object, target: Path, __: int) -> None:
        made.append(target)
        for name in (conversion.GRAPH, conversion.TOKENIZER):
            shutil.copy(kept / name, target)
        time.sleep(0.2)

    monkeypatch.setattr(conversion, "_convert", slow_conversion)
    found: list[Path] = []
    # A file lock taken twice by one process through two open files holds as between processes.
    threads = [
        threading.Thread(target=lambda: found.append(conversion.converted(folder, tmp_path / "x")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(found) == 3
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("settings", "why"),
    [({"dense": 16}, "Dense"), ({"pooling": "max"}, "'max'"), ({"pooling": "cls+mean"}, "cls")],
)
def test_what_cannot_be_carried_is_refused_by_name(
    settings: dict[str, object], why: str, tmp_path: Path
) -> None:
    pooling = settings.pop("pooling", "mean")
    folder = save_tiny_model(tmp_path, pooling="mean", **settings)
    if pooling != "mean":
        config = folder / "1_Pooling" / "config.json"
        config.write_text(
            json.dumps({"embedding_dimension": 32, "pooling_mode": str(pooling).split("+")})
        )
    with pytest.raises(EncoderError, match=rf"cannot carry the model model: .*{why}"):
        load_openvino(str(folder), cache_dir=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_model_that_torch_cannot_read_says_why_the_conversion_failed(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path)
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderError, match=r"Converting the model model .* failed: .+"):
        load_openvino(str(folder), cache_dir=tmp_path / "cache")
    assert not list((tmp_path / "cache" / "openvino").glob("*.tmp"))


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EncoderError, match=r"cannot be kept in .*file"):
        load_openvino(str(tiny_model()), cache_dir=tmp_path / "file")


@needs_int8
def test_the_int8_form_is_made_of_the_kept_conversion_and_kept_beside_it(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "_convert", lambda *_: pytest.fail("converted again"))
    shutil.copytree(kept, kept.with_name(f"{kept.name}-int8.abc.tmp"))  # of a killed one
    folder = read_folder(resolve(str(tiny_model())))
    made = conversion.converted(folder, tmp_path, integers=True)
    assert conversion._intact(made)
    assert made != kept
    assert not list(kept.parent.glob("*.tmp"))
    monkeypatch.setattr(conversion, "_quantize", lambda *_: pytest.fail("made again"))
    assert conversion.converted(folder, tmp_path, integers=True) == made
    assert conversion.converted(folder, tmp_path) == kept


@needs_int8
def test_why_an_int8_form_could_not_be_made_is_told_and_nothing_is_left_of_it(
    kept: Path, tmp_path: Path
) -> None:
    (kept / "model.xml").write_text("<net>")
    (kept / "checksums.json").write_text(
        json.dumps(
            {name: file_hash(kept / name).hex() for name in ("model.xml", "tokenizer.json")}
        )
    )
    with pytest.raises(EncoderError, match=r"Making the int8 form of the model model failed: .+"):
        load_openvino(str(tiny_model()), cache_dir=tmp_path, precision=Precision.INT8)
    assert [path for path in kept.parent.iterdir() if path.is_dir()] == [kept]
