"""A model converted for OpenVINO once, kept in a folder that is checked before each use."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.errors import EncoderError
from embeddings.folder import ModelFolder, file_hash

_log = logging.getLogger(__name__)

GRAPH = "model.xml"
TOKENIZER = "tokenizer.json"
_CHECKSUMS = "checksums.json"
_FORMAT = 1
"""Raise it when what `embeddings.convert` writes changes; older folders are left unused."""
_TIME_LIMIT_S = 900.0
_POOLINGS = ("mean", "cls")


def refusal(folder: ModelFolder) -> str | None:
    """Why this engine cannot carry a model, or None when it can."""
    further = [name for name in folder.modules if name not in ("Transformer", "Pooling")]
    if further or "Transformer" not in folder.modules:
        return f"it has modules of the kind {', '.join(further) or 'none'}"
    if folder.pooling not in _POOLINGS:
        return f"its pooling is {folder.pooling!r}, not {' or '.join(_POOLINGS)}"
    return None


def converted(folder: ModelFolder, cache_dir: Path, *, threads: int = 1) -> Path:
    """The folder with a model's graph and tokenizer; made when missing, made anew when damaged.

    Two processes that start at once convert once; a killed conversion leaves nothing that is
    used later.

    Args:
        folder: the model.
        cache_dir: where converted models are kept; may be deleted at any time.
        threads: processor threads for the conversion.

    Raises:
        EncoderError: the model cannot be carried, the conversion failed, or the folder is
            not writable.
    """
    reason = refusal(folder)
    if reason is not None:
        raise EncoderError(
            f"OpenVINO cannot carry the model {folder.source.name}: {reason}; set the engine to "
            "torch."
        )
    root = cache_dir / "openvino"
    kept = root / f"{folder.revision}-{folder.max_tokens}-v{_FORMAT}"
    if _intact(kept):
        return kept
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root / f"{kept.name}.lock"):
            if not _intact(kept):
                _make(folder, kept, threads)
    except OSError as error:
        raise EncoderError(
            f"The converted model cannot be kept in {root} ({error.strerror}); make it "
            "writable, set another cache folder, or set the engine to torch."
        ) from error
    return kept


def _intact(kept: Path) -> bool:
    """Whether every file is there with the checksum that was written after the conversion."""
    try:
        checksums = json.loads((kept / _CHECKSUMS).read_text(encoding="utf-8"))
        return {GRAPH, TOKENIZER} <= checksums.keys() and all(
            file_hash(kept / name).hex() == known for name, known in checksums.items()
        )
    except (OSError, ValueError, AttributeError, EncoderError):
        return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: ModelFolder, kept: Path, threads: int) -> None:
    """Convert into a new folder and put it in place of what stands there, if anything."""
    for leftover in kept.parent.glob(f"{kept.name}.*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    if kept.exists():
        _log.warning("The converted model in %s is damaged and is made anew", kept)
    else:
        _log.info("Converting the model %s for OpenVINO, once", folder.source.name)
    with tempfile.TemporaryDirectory(
        prefix=f"{kept.name}.", suffix=".tmp", dir=kept.parent, ignore_cleanup_errors=True
    ) as scratch:
        made, old = Path(scratch) / "made", Path(scratch) / "old"
        made.mkdir()
        _convert(folder, made, threads)
        sums = {path.name: file_hash(path).hex() for path in sorted(made.iterdir())}
        (made / _CHECKSUMS).write_text(json.dumps(sums, indent=1), encoding="utf-8")
        if kept.exists():
            kept.rename(old)
        made.rename(kept)


def _convert(folder: ModelFolder, target: Path, threads: int) -> None:
    """Run the conversion in a process of its own, so that torch never enters this one."""
    package_root = str(Path(__file__).resolve().parent.parent)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")])),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": str(threads),
    }
    command = [sys.executable, "-W", "ignore", "-m", "embeddings.convert"]
    arguments = [str(folder.source.folder), str(target), str(folder.max_tokens), folder.pooling]
    try:
        run = subprocess.run(  # noqa: S603 - this interpreter, our own module, no shell
            command + arguments,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIME_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EncoderError(
            f"Converting the model {folder.source.name} took longer than {_TIME_LIMIT_S:.0f} s "
            "and was stopped; try again on an idle machine, or set the engine to torch."
        ) from error
    if run.returncode != 0:
        last = (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1]
        raise EncoderError(
            f"Converting the model {folder.source.name} for OpenVINO failed: {last[:500]}; "
            "free disk space if there is little, or set the engine to torch."
        )
