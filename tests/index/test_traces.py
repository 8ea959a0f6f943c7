from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import traces as module
from index.traces import traces

TEXT = "The harbour master sold the crane and kept the money for himself, said Müller."


def written(tmp_path: Path, content: bytes) -> list[Path]:
    (tmp_path / "file").write_bytes(content)
    (tmp_path / "other").write_bytes(b"The harbour master kept quiet about the crane.")
    return sorted(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\x00" * 5_000 + TEXT.encode() + b"\x00" * 5_000,
        TEXT[:40].encode() + b"\xff\x00\x17" + TEXT[40:].encode(),
        json.dumps({"text": TEXT}).encode(),
        json.dumps({"text": TEXT}, ensure_ascii=False).encode(),
    ],
)
def test_a_text_is_found_whole_cut_and_escaped(tmp_path: Path, content: bytes) -> None:
    assert traces(written(tmp_path, content), TEXT) == [tmp_path / "file"]


@pytest.mark.parametrize("shift", range(0, 64, 7))
def test_a_text_is_found_wherever_two_reads_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shift: int
) -> None:
    monkeypatch.setattr(module, "_CHUNK_BYTES", 64)
    assert traces(written(tmp_path, b"x" * shift + TEXT[:24].encode()), TEXT) != []


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_found_of_nothing(tmp_path: Path, text: str) -> None:
    assert traces(written(tmp_path, b"anything"), text) == []


def test_a_short_text_is_found_as_it_is(tmp_path: Path) -> None:
    assert traces(written(tmp_path, b"a gecko sat there"), "gecko") == [tmp_path / "file"]
