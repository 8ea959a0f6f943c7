"""Models of the Hugging Face hub: the local cache first, a download where a hub answers."""

from __future__ import annotations

from pathlib import Path

from embeddings.errors import ModelNotFoundError

_LOOKUP_TIMEOUT_S = 10.0
_WANTED = [
    "*.json",
    "*.txt",
    "*.model",
    "*.safetensors",
]
_UNWANTED = ["onnx/*", "openvino/*", "*/onnx/*", "*/openvino/*"]


def snapshot(name: str) -> Path:
    """The folder of a hub model; what is cached already is used without asking the hub.

    The hub is asked once, with a time limit, before anything is fetched: its own client would
    retry for more than a minute on a machine without network. `HF_HUB_OFFLINE`, `HF_HOME` and
    `HF_ENDPOINT` are honoured by that client.

    Args:
        name: `owner/model`.

    Raises:
        ModelNotFoundError: not cached, and no hub answers or it has no such model.
    """
    return cached(name) or _download(name)


def cached(name: str) -> Path | None:
    """The folder of a hub model that was downloaded whole before; asks no hub.

    Raises:
        ModelNotFoundError: no hub model can be called that.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, local_files_only=True))
    except HFValidationError as error:
        raise ModelNotFoundError(f"{name!r} cannot be the name of a hub model: {error}") from error
    except LocalEntryNotFoundError:
        return None
    return folder if _complete(folder) else None


def _complete(folder: Path) -> bool:
    """An interrupted download leaves a snapshot without its largest file: the weights."""
    return (folder / "config.json").exists() and any(folder.rglob("*.safetensors"))


def _download(name: str) -> Path:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import OfflineModeIsEnabled
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        revision = HfApi().model_info(name, timeout=_LOOKUP_TIMEOUT_S).sha
        folder = Path(
            snapshot_download(
                name, revision=revision, allow_patterns=_WANTED, ignore_patterns=_UNWANTED
            )
        )
    except OfflineModeIsEnabled as error:
        raise ModelNotFoundError(
            f"The model {name!r} is not in the local cache and HF_HUB_OFFLINE forbids a download; "
            "unset it, or set the model to a folder."
        ) from error
    except Exception as error:  # the client raises its own, its transport's and OSError
        raise ModelNotFoundError(
            f"The model {name!r} is not on this machine and could not be fetched from the hub "
            f"({type(error).__name__}); check the name and the network, or set the model to a "
            "folder or an installed package."
        ) from error
    if not _complete(folder):
        raise ModelNotFoundError(
            f"The hub model {name!r} has no config.json with safetensors weights; other weight "
            "formats are not loaded. Convert it, then set the model to the folder."
        )
    return folder
