"""Who may build, and who may change which generation is promoted."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from index.errors import BuildLockedError, GenerationError

_BUILD = "build.lock"
_SWITCH = "switch.lock"


@contextmanager
def build_lock(root: Path, since: datetime) -> Iterator[None]:
    """Hold the right to build in this folder; a killed holder loses it at once.

    Args:
        root: the folder of generations; it is created.
        since: the time now, told to whoever is refused.

    Raises:
        BuildLockedError: another rebuild holds it; says which and since when.
        GenerationError: the folder cannot be written.
    """
    with _opened(root, _BUILD) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise BuildLockedError(
                f"Another rebuild is running in {root}{_holder(descriptor)}; "
                "wait until it is done, or stop it: what it encoded is kept."
            ) from fault
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since.isoformat()}
        _rewrite(descriptor, json.dumps(holder))
        try:
            yield
        finally:
            # The file stays: were it removed, two builds could hold locks on different files.
            _rewrite(descriptor, "")


@contextmanager
def switch_lock(root: Path) -> Iterator[None]:
    """Wait for the right to promote or remove generations; nobody holds it for long.

    Raises:
        GenerationError: the folder cannot be written.
    """
    with _opened(root, _SWITCH) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(root: Path, name: str) -> Iterator[int]:
    try:
        root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(root / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as fault:
        raise GenerationError(
            f"{root} cannot be written ({fault.strerror}); check its permissions, "
            "or set a data folder that is writable."
        ) from fault
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _rewrite(descriptor: int, text: str) -> None:
    with suppress(OSError):  # On a full disk the lock holds all the same, without a name.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _holder(descriptor: int) -> str:
    # The holder may be between taking the lock and writing its name.
    with suppress(ValueError, KeyError, TypeError):
        holder = json.loads(os.pread(descriptor, 4096, 0))
        since = datetime.fromisoformat(holder["since"]).astimezone(UTC)
        return f" (process {holder['pid']} on {holder['host']}, since {since:%Y-%m-%d %H:%M} UTC)"
    return ""
