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
from collections.abc import Callable, Iterator, Sequence
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


def converted(
    folder: ModelFolder, cache_dir: Path, *, threads: int = 1, integers: bool = False
) -> Path:
    """The folder with a model's graph and tokenizer; made when missing, made anew when damaged.

    Two processes that start at once convert once; a killed conversion leaves nothing that is
    used later.

    Args:
        folder: the model.
        cache_dir: where converted models are kept; may be deleted at any time.
        threads: processor threads for the conversion.
        integers: the graph that multiplies in int8, which is made from the other.

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
    floats = root / f"{folder.revision}-{folder.max_tokens}-v{_FORMAT}"
    kept = floats.with_name(f"{floats.name}-int8") if integers else floats
    if _intact(kept):
        return kept
    try:
        root.mkdir(parents=True, exist_ok=True)
        _once(floats, lambda target: _convert(folder, target, threads))
        if integers:
            _once(kept, lambda target: _quantize(folder, floats, target))
    except OSError as error:
        raise EncoderError(
            f"The converted model cannot be kept in {root} ({error.strerror}); make it "
            "writable, set another cache folder, or set the engine to torch."
        ) from error
    return kept


def _once(kept: Path, make: Callable[[Path], None]) -> None:
    """Make a folder unless it is there, or is made meanwhile by another process."""
    with _locked(kept.with_name(f"{kept.name}.lock")):
        if not _intact(kept):
            _make(kept, make)


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


def _make(kept: Path, make: Callable[[Path], None]) -> None:
    """Make a new folder and put it in place of what stands there, if anything."""
    for leftover in kept.parent.glob(f"{kept.name}.*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    if kept.exists():
        _log.warning("The converted model in %s is damaged and is made anew", kept)
    with tempfile.TemporaryDirectory(
        prefix=f"{kept.name}.", suffix=".tmp", dir=kept.parent, ignore_cleanup_errors=True
    ) as scratch:
        made, old = Path(scratch) / "made", Path(scratch) / "old"
        made.mkdir()
        make(made)
        sums = {path.name: file_hash(path).hex() for path in sorted(made.iterdir())}
        (made / _CHECKSUMS).write_text(json.dumps(sums, indent=1), encoding="utf-8")
        if kept.exists():
            kept.rename(old)
        made.rename(kept)


def _convert(folder: ModelFolder, target: Path, threads: int) -> None:
    _log.info("Converting the model %s for OpenVINO, once", folder.source.name)
    arguments = [str(folder.source.folder), str(target), str(folder.max_tokens), folder.pooling]
    failure = _failure("embeddings.convert", arguments, folder, threads)
    if failure is not None:
        raise EncoderError(
            f"Converting the model {folder.source.name} for OpenVINO failed: {failure}; "
            "free disk space if there is little, or set the engine to torch."
        )


def _quantize(folder: ModelFolder, floats: Path, target: Path) -> None:
    _log.info("Making the int8 form of the model %s, once", folder.source.name)
    failure = _failure("embeddings.quantize", [str(floats), str(target)], folder, threads=1)
    if failure is not None:
        raise EncoderError(
            f"Making the int8 form of the model {folder.source.name} failed: {failure}; free "
            "memory and disk space if there is little, or set the precision to auto."
        )


def _failure(
    module: str, arguments: Sequence[str], folder: ModelFolder, threads: int
) -> str | None:
    """Run one of our modules in a process of its own, so that torch never enters this one."""
    package_root = str(Path(__file__).resolve().parent.parent)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")])),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": str(threads),
    }
    try:
        run = subprocess.run(  # noqa: S603 - this interpreter, our own module, no shell
            [sys.executable, "-W", "ignore", "-m", module, *arguments],
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
    if run.returncode == 0:
        return None
    return (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1][:500]
