from __future__ import annotations

import logging
import resource
import sys
from pathlib import Path

import numpy as np
import pytest
from support.encoders import models, tiny_model
from support.tiny_model import save_tiny_model

from embeddings import openvino, runtime
from embeddings.api import Role
from embeddings.errors import EncoderError, MemoryShortError, ModelNotFoundError
from embeddings.loader import Engine, load_encoder
from embeddings.room import Needs
from embeddings.runtime import Precision
from embeddings.transformer import load_transformer


def test_auto_takes_openvino_where_it_can() -> None:
    encoder = load_encoder(str(tiny_model()), cache_dir=models())
    assert type(encoder).__module__ == "embeddings.openvino"


def test_auto_falls_back_to_torch_and_says_why_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = save_tiny_model(tmp_path, dense=16)
    with caplog.at_level(logging.INFO, logger="embeddings"):
        encoder = load_encoder(str(folder), cache_dir=tmp_path)
    assert type(encoder).__module__ == "embeddings.transformer"
    assert encoder.encode(["a text"], Role.QUERY).shape == (1, 16)
    (line,) = (record for record in caplog.records if record.name == "embeddings.loader")
    assert line.levelno == logging.WARNING
    assert "Dense" in line.getMessage()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count other memory")
def test_where_memory_is_short_no_engine_is_tried_that_needs_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openvino, "_NEEDS", Needs(data_mib=10**9, addresses_mib=10**9))
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (10**9, 10**9))
    with pytest.raises(MemoryShortError, match="Raise the limit"):
        load_encoder(str(tiny_model()), cache_dir=models())


def test_openvino_by_name_never_falls_back(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path, dense=16)
    with pytest.raises(EncoderError, match="Dense"):
        load_encoder(str(folder), engine=Engine.OPENVINO, cache_dir=tmp_path)


@pytest.mark.parametrize("precision", [Precision.BF16, Precision.INT8])
def test_a_precision_asked_for_by_name_is_never_swapped(
    precision: Precision, tmp_path: Path
) -> None:
    folder = save_tiny_model(tmp_path, dense=16)
    for engine in (Engine.AUTO, Engine.TORCH):
        with pytest.raises(EncoderError):
            load_encoder(
                str(folder), engine=engine, precision=precision, cache_dir=tmp_path / "cache"
            )


@pytest.mark.parametrize("told", ["flags\t\t: fpu avx2 avx512f\n", "Features\t: fp asimd\n", None])
def test_int8_is_refused_where_the_processor_cannot_or_does_not_tell(
    told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor = tmp_path / "cpuinfo"
    if told is not None:
        processor.write_text(told)
    monkeypatch.setattr(runtime, "_PROCESSOR", processor)
    with pytest.raises(EncoderError, match=r"no arithmetic of 8-bit integers .* auto, bf16"):
        load_encoder(str(tiny_model()), precision=Precision.INT8, cache_dir=models())


def test_other_weights_are_another_fingerprint(tmp_path: Path) -> None:
    one, other = (
        load_transformer(str(save_tiny_model(tmp_path / str(seed), seed=seed))) for seed in (1, 2)
    )
    assert one.info.model == other.info.model
    assert one.info.fingerprint != other.info.fingerprint
    rows = [encoder.encode(["The same text."], Role.QUERY) for encoder in (one, other)]
    assert not np.allclose(*rows)


def test_a_prefix_is_what_stands_before_the_text(tmp_path: Path) -> None:
    prompts = {"query": "ask: ", "document": "tell: "}
    bare = load_transformer(str(save_tiny_model(tmp_path / "bare")))
    prompted = load_transformer(str(save_tiny_model(tmp_path / "prompted", prompts=prompts)))
    assert prompted.info.prefixes == ("ask: ", "tell: ")
    for role, prefix in ((Role.QUERY, "ask: "), (Role.PASSAGE, "tell: ")):
        np.testing.assert_allclose(
            prompted.encode(["the bridge"], role),
            bare.encode([prefix + "the bridge"], role),
            atol=1e-6,
        )


def test_broken_weights_are_an_error_that_names_the_folder(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path)
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderError, match=f"cannot load the model in {folder}"):
        load_encoder(str(folder), engine=Engine.TORCH, cache_dir=tmp_path)


def test_an_unknown_model_is_no_reason_to_try_another_engine(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError):
        load_encoder("./nowhere", cache_dir=tmp_path)


def test_no_threads_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1 thread"):
        load_encoder(cache_dir=tmp_path, threads=0)


def test_loading_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    encoder = load_transformer(str(tiny_model()))
    encoder.encode(["something secret"] * 50, Role.PASSAGE)
    assert capfd.readouterr() == ("", "")
