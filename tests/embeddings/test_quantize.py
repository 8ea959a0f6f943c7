from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from support.encoders import models, needs_int8, tiny_model

from embeddings import quantize
from embeddings.conversion import converted
from embeddings.folder import read_folder
from embeddings.models import resolve
from embeddings.openvino import open_converted
from embeddings.runtime import Precision, import_openvino

pytestmark = needs_int8


@pytest.fixture
def floats() -> Path:
    return converted(read_folder(resolve(str(tiny_model()))), models())


def test_every_product_with_weights_is_computed_in_integers(floats: Path, tmp_path: Path) -> None:
    assert quantize.main([str(floats), str(tmp_path)]) == 0
    core = import_openvino().Core()
    graph, _ = open_converted(core, tmp_path, Precision.INT8, threads=1)
    kinds = [
        node.get_rt_info()["runtimePrecision"].astype(str)
        for node in graph.get_runtime_model().get_ops()
        if node.get_rt_info()["layerType"].astype(str).startswith("FullyConnected")
    ]
    # Six in each of two layers: query, key, value, the attention's own, and the two of the rest.
    assert len(kinds) == 12
    assert set(kinds) <= {"i8", "u8"}


def test_the_same_model_gives_the_same_integers_and_scales_again(
    floats: Path, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        assert quantize.main([str(floats), str(tmp_path / name)]) == 0
    one, other = (tmp_path / name / "model.bin" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_a_model_that_loses_too_much_is_refused(
    floats: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(quantize, "_MIN_COSINE", 0.99999)
    assert quantize.main([str(floats), str(tmp_path)]) == 1
    assert "its vectors lose too much in int8 (mean cosine 0.99" in capsys.readouterr().err


def test_the_name_int8_stands_for_these_samples() -> None:
    """Others give other vectors: change the name of the precision with them, then this."""
    digest = hashlib.sha256("\n".join(quantize.samples()).encode()).hexdigest()[:16]
    assert digest == "49cc41bfb5d4b333"
