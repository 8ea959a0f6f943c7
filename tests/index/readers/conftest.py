from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from index.model import Document
from index.readers import Limits, read_path


class Read(Protocol):
    def __call__(
        self,
        content: str | bytes,
        name: str = "story.txt",
        *,
        sidecar: Mapping[str, object] | None = None,
        limits: Limits | None = None,
    ) -> list[Document]: ...


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a file, with a sidecar where one is given, and reads its documents."""

    def write_and_read(
        content: str | bytes,
        name: str = "story.txt",
        *,
        sidecar: Mapping[str, object] | None = None,
        limits: Limits | None = None,
    ) -> list[Document]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if sidecar is not None:
            (tmp_path / f"{name}.meta.json").write_text(json.dumps(sidecar))
        return list(read_path(path, limits))

    return write_and_read


@pytest.fixture
def read_one(read: Read) -> Callable[..., Document]:
    """Like `read`, for a file that must hold exactly one document."""

    def only(*args: object, **kwargs: object) -> Document:
        (document,) = read(*args, **kwargs)  # type: ignore[arg-type]
        return document

    return only
