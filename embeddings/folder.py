"""What the files of a model folder say about the model, read without torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xxhash

from embeddings.api import EncoderInfo
from embeddings.errors import EncoderError
from embeddings.models import ModelSource

_DEFAULT_MAX_TOKENS = 512
_DECIDING_FILES = (
    "modules.json",
    "config.json",
    "sentence_*_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "*.model",
    "*.safetensors",
)
"""Files that decide which numbers come out; documentation and other engines' weights do not."""
_OTHER_ENGINES = {"onnx", "openvino"}
_POSITIONS_AFTER_PADDING = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet"}
"""Model types whose position table begins after the padding index."""
_LEGACY_POOLING = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A model as its files describe it; the same for every engine that loads it."""

    source: ModelSource
    revision: str
    modules: tuple[str, ...]
    """Class names of the sentence-transformers modules in order, without the normalisation."""
    pooling: str
    """`mean`, `cls`, several joined by `+`; further modules follow after `>`."""
    max_tokens: int
    prefixes: tuple[str, str]

    def info(self, dimension: int, precision: str) -> EncoderInfo:
        """What identifies an encoder of this model that gives this dimension and precision."""
        return EncoderInfo(
            model=self.source.name,
            revision=self.revision,
            dimension=dimension,
            pooling=self.pooling,
            precision=str(precision),  # a member of an enumeration has another repr
            max_tokens=self.max_tokens,
            prefixes=self.prefixes,
        )


def read_folder(source: ModelSource) -> ModelFolder:
    """Read and hash the files of a model.

    Raises:
        EncoderError: a file of the model is missing, unreadable or no JSON.
    """
    folder = source.folder
    modules = _modules(folder)
    names = tuple(name for name, _ in modules if name != "Normalize")
    pooling = _pooling(folder, modules)
    further = [name for name in names if name not in ("Transformer", "Pooling")]
    return ModelFolder(
        source=source,
        revision=revision(folder),
        modules=names,
        pooling=">".join([pooling, *further]),
        max_tokens=_max_tokens(source),
        prefixes=_prefixes(source),
    )


def revision(folder: Path) -> str:
    """Hash of everything in a folder that decides the vectors: 16 hexadecimal digits.

    Raises:
        EncoderError: a file cannot be read, or there are no weights.
    """
    files = sorted(
        path
        for pattern in _DECIDING_FILES
        for path in folder.rglob(pattern)
        if not _OTHER_ENGINES.intersection(path.relative_to(folder).parts)
    )
    weights = [path.parent for path in files if path.suffix == ".safetensors"]
    pickled = [path for path in folder.rglob("pytorch_model*.bin") if path.parent not in weights]
    if pickled or not weights:
        raise EncoderError(
            f"The model folder {folder} lacks .safetensors weights; pickled ones are never "
            "loaded. Save it again with a current sentence-transformers."
        )
    digest = xxhash.xxh3_128()
    for path in files:
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(file_hash(path))
    return digest.hexdigest()[:16]


def file_hash(path: Path) -> bytes:
    """xxh3-128 of a file's bytes.

    Raises:
        EncoderError: the file cannot be read.
    """
    digest = xxhash.xxh3_128()
    try:
        with path.open("rb", buffering=0) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise EncoderError(f"The model file {path} cannot be read: {error.strerror}.") from error
    return digest.digest()


def _modules(folder: Path) -> list[tuple[str, Path]]:
    """(class name, folder) of each module; a plain transformers folder is read as mean-pooled."""
    if not (folder / "modules.json").exists():
        return [("Transformer", folder)]
    entries = _json(folder / "modules.json")
    try:
        return [(str(e["type"]).rsplit(".", 1)[-1], folder / str(e["path"])) for e in entries]
    except (TypeError, KeyError) as error:
        raise EncoderError(
            f"{folder / 'modules.json'} is no list of modules with type and path; save the model "
            "again with SentenceTransformer.save."
        ) from error


def _pooling(folder: Path, modules: list[tuple[str, Path]]) -> str:
    if not (folder / "modules.json").exists():
        return "mean"
    where = next((path for name, path in modules if name == "Pooling"), None)
    if where is None:
        return "none"
    config = _json(where / "config.json")
    modes = config.get("pooling_mode")
    if modes is None:
        modes = [mode for key, mode in _LEGACY_POOLING.items() if config.get(key)] or "mean"
    pooling = modes if isinstance(modes, str) else "+".join(modes)
    return pooling if config.get("include_prompt", True) else f"{pooling}-without-prompt"


def _max_tokens(source: ModelSource) -> int:
    """The smallest limit that the preset, the module, the tokenizer or the positions set."""
    folder = source.folder
    limits: list[Any] = [source.preset.max_tokens if source.preset else None]
    modules = folder.glob("sentence_*_config.json")
    limits.extend(_json(path).get("max_seq_length") for path in modules)
    if (folder / "tokenizer_config.json").exists():
        limits.append(_json(folder / "tokenizer_config.json").get("model_max_length"))
    config = _json(folder / "config.json") if (folder / "config.json").exists() else {}
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int) and config.get("model_type") in _POSITIONS_AFTER_PADDING:
        positions -= (config.get("pad_token_id") or 0) + 1
    limits.append(positions)
    # A tokenizer without a limit says 1e30.
    stated = [int(limit) for limit in limits if limit and 0 < limit < 1_000_000]
    return min(stated, default=_DEFAULT_MAX_TOKENS)


def _prefixes(source: ModelSource) -> tuple[str, str]:
    """The preset's prefixes, else the prompts that the model was saved with."""
    if source.preset is not None:
        return source.preset.prefixes()
    path = source.folder / "config_sentence_transformers.json"
    prompts = (_json(path).get("prompts") if path.exists() else None) or {}
    return prompts.get("query") or "", prompts.get("passage") or prompts.get("document") or ""


def _json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"The model file {path} cannot be read as JSON; fetch or save the model again."
        ) from error
