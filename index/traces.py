"""Looks for the words of a text in files, whatever their format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

_PIECE_CHARS = 24
_CHUNK_BYTES = 4 << 20


def traces(paths: Iterable[Path], text: str) -> list[Path]:
    """The files in which some stretch of a text stands, spelt as it is or as in JSON.

    A database may cut a text anywhere to fit its pages, so pieces of 24 characters are looked
    for. What an engine keeps as single words or packed is not found so.
    """
    pieces = _pieces(text)
    return [path for path in paths if pieces and _found(path, pieces)]


def _pieces(text: str) -> frozenset[bytes]:
    text = text.strip()
    starts = range(0, max(1, len(text) - _PIECE_CHARS + 1), _PIECE_CHARS)
    cut = [text[start : start + _PIECE_CHARS] for start in starts] if text else []
    spelt = (
        spelling.encode("utf-8", "surrogatepass")
        for piece in cut
        for spelling in (
            piece,
            json.dumps(piece)[1:-1],
            json.dumps(piece, ensure_ascii=False)[1:-1],
        )
    )
    return frozenset(spelt)


def _found(path: Path, pieces: frozenset[bytes]) -> bool:
    return any(
        piece in chunk for chunk in _chunks(path, max(map(len, pieces))) for piece in pieces
    )


def _chunks(path: Path, overlap: int) -> Iterator[bytes]:
    """Parts of a file that overlap, so that nothing is missed where they meet."""
    kept = b""
    with path.open("rb") as file:
        while read := file.read(_CHUNK_BYTES):
            chunk = kept + read
            yield chunk
            kept = chunk[-overlap:]
