from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from embeddings.errors import EncoderError
from embeddings.folder import ModelFolder, read_folder, revision
from embeddings.models import DEFAULT_MODEL, resolve


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "model"
    write(root / "modules.json", modules("Transformer", "Pooling", "Normalize"))
    write(root / "config.json", {"max_position_embeddings": 512, "model_type": "bert"})
    write(root / "sentence_bert_config.json", {"max_seq_length": 128})
    write(root / "tokenizer.json", {})
    write(root / "tokenizer_config.json", {"model_max_length": 1e30})
    write(root / "1_Pooling" / "config.json", {"pooling_mode_mean_tokens": True})
    (root / "model.safetensors").write_bytes(b"weights")
    return root


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def modules(*names: str) -> list[dict[str, object]]:
    return [
        {
            "idx": position,
            "name": str(position),
            "path": f"{position}_{name}" if position else "",
            "type": f"sentence_transformers.models.{name}",
        }
        for position, name in enumerate(names)
    ]


def read(folder: Path) -> ModelFolder:
    return read_folder(resolve(str(folder)))


def test_the_default_model_is_described_without_torch() -> None:
    model = read_folder(resolve(DEFAULT_MODEL))
    assert model.pooling == "mean"
    assert model.modules == ("Transformer", "Pooling")
    assert (model.max_tokens, model.prefixes) == (256, ("", ""))


@pytest.mark.parametrize(
    "file",
    [
        "model.safetensors",
        "tokenizer.json",
        "config.json",
        "1_Pooling/config.json",
        "modules.json",
        "sentence_bert_config.json",
    ],
)
def test_whatever_decides_the_vectors_decides_the_revision(file: str, folder: Path) -> None:
    before = revision(folder)
    path = folder / file
    path.write_bytes(path.read_bytes() + b" ")
    assert revision(folder) != before


def test_a_file_under_another_name_is_another_revision(folder: Path) -> None:
    before = revision(folder)
    (folder / "tokenizer.json").rename(folder / "vocab.json")
    assert revision(folder) != before


def test_documentation_place_and_other_engines_do_not_decide(folder: Path, tmp_path: Path) -> None:
    before = revision(folder)
    (folder / "README.md").write_text("words")
    write(folder / "onnx" / "config.json", {})
    write(folder / "config_sentence_transformers.json", {"__version__": {}})
    moved = tmp_path / "elsewhere"
    shutil.move(folder, moved)
    assert revision(moved) == before


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(EncoderError, match=r"safetensors weights; pickled ones are never"):
        read(folder)


def test_pickled_weights_of_a_module_are_refused(folder: Path) -> None:
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(EncoderError, match=r"pickled ones are never loaded"):
        read(folder)


@pytest.mark.parametrize("content", ["{", "[1]", '{"type": 1}', '[{"idx": 0}]'])
def test_broken_modules_are_an_error_that_names_the_file(content: str, folder: Path) -> None:
    (folder / "modules.json").write_text(content)
    with pytest.raises(EncoderError, match=r"modules\.json"):
        read(folder)


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode_cls_token": True}, "cls"),
        ({"pooling_mode_cls_token": True, "pooling_mode_max_tokens": True}, "cls+max"),
        ({"pooling_mode": "cls"}, "cls"),
        ({"pooling_mode": ["mean", "max"]}, "mean+max"),
        ({"pooling_mode": "mean", "include_prompt": False}, "mean-without-prompt"),
        ({}, "mean"),
    ],
)
def test_pooling_is_read_in_both_spellings(
    config: dict[str, object], pooling: str, folder: Path
) -> None:
    write(folder / "1_Pooling" / "config.json", config)
    assert read(folder).pooling == pooling


def test_further_modules_are_part_of_the_pooling(folder: Path) -> None:
    write(folder / "modules.json", modules("Transformer", "Pooling", "Dense", "Normalize"))
    assert read(folder).pooling == "mean>Dense"
    assert read(folder).modules == ("Transformer", "Pooling", "Dense")


def test_a_plain_transformers_folder_is_read_as_mean_pooled(folder: Path) -> None:
    (folder / "modules.json").unlink()
    assert read(folder).modules == ("Transformer",)
    assert read(folder).pooling == "mean"


@pytest.mark.parametrize(
    ("stated", "positions", "kind", "limit"),
    [
        (128, 512, "bert", 128),
        (None, 512, "bert", 512),
        (None, 514, "xlm-roberta", 512),
        (8192, 512, "bert", 512),
        (None, None, "bert", 512),
    ],
)
def test_the_smallest_limit_counts(
    stated: int | None, positions: int | None, kind: str, limit: int, folder: Path
) -> None:
    write(folder / "sentence_bert_config.json", {"max_seq_length": stated})
    write(
        folder / "config.json",
        {"max_position_embeddings": positions, "model_type": kind, "pad_token_id": 1},
    )
    assert read(folder).max_tokens == limit


def test_prompts_saved_with_a_model_are_its_prefixes(folder: Path) -> None:
    prompts = {"query": "ask: ", "document": "tell: "}
    write(folder / "config_sentence_transformers.json", {"prompts": prompts})
    assert read(folder).prefixes == ("ask: ", "tell: ")


def test_a_model_without_prompts_has_no_prefixes(folder: Path) -> None:
    write(folder / "config_sentence_transformers.json", {"prompts": None})
    assert read(folder).prefixes == ("", "")
