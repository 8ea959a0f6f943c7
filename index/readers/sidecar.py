"""A small JSON file beside a document, with which an operator sets right what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import fields
from index.readers.limits import Limits
from index.readers.records import Record, comments_of, with_comments
from index.readers.strict_json import parse_json
from index.readers.urls import untracked

SUFFIX = ".meta.json"
BOUNDARY = "comments_start_line"
KEYS = (
    "title", "credit", "author", "source", "url", "published", "language", "comments", BOUNDARY,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """What a sidecar states; an empty one changes nothing."""

    name: str = ""
    """Its path, as faults call it; empty where there is none."""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def comments_start_line(self) -> int | None:
        """1-based line where the comments begin, 0 for none, None where it is not stated.

        Raises:
            MalformedError: it is no such number.
        """
        value = self.values.get(BOUNDARY)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._bad(BOUNDARY, "a line number of the file from 1, or 0 for no comments")
        return value

    def apply(self, document: Document, limits: Limits) -> Document:
        """The document with every stated field in place of what was read.

        `null` takes a field away. Stated comments replace all that were read.

        Raises:
            MalformedError: a value is not what its key allows.
            TooLargeError: the comments are beyond the limits.
        """
        if not self.values:
            return document
        changes: dict[str, Any] = {
            key: self._value(key) for key in self.values if key not in (BOUNDARY, "comments")
        }
        if "source" not in changes and changes.get("url"):
            changes["source"] = fields.domain_of(changes["url"])
        changed = replace(document, **changes)
        if "comments" not in self.values:
            return changed
        record = Record(values=self.values, where=self.name, limits=limits)
        bare = replace(changed, comments=(), warnings=())
        return replace(with_comments(bare, comments_of(record), record), parse_confidence=1.0)

    def refuse_for_boundary(self, file: str) -> None:
        """Refuse a line number for a format that tells itself where comments begin.

        Raises:
            MalformedError: the sidecar states one.
        """
        if BOUNDARY in self.values:
            raise MalformedError(
                f'{self.name}: "{BOUNDARY}" has no meaning for {file}, its format says where '
                "comments begin; take the key out."
            )

    def refuse_for_many(self, file: str) -> None:
        """Refuse a sidecar beside a file of many documents.

        Raises:
            MalformedError: there is one.
        """
        if self.name:
            raise MalformedError(
                f"{self.name} cannot describe {file}, which may hold many documents; state the "
                "fields in each record, or name the sidecar after the one file it is for."
            )

    def _value(self, key: str) -> object:
        value = self.values[key]
        if value is None and key != "title":
            return None
        if key == "published" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            raise self._bad(key, "text" if key == "title" else "text or null")
        try:
            return _CLEANED[key](value)
        except ValueError as error:
            raise self._bad(key, str(error).removeprefix("it must be ")) from error

    def _bad(self, key: str, allowed: str) -> MalformedError:
        shown = repr(self.values[key])[:80]
        return MalformedError(f'{self.name}: "{key}" is {shown}, allowed is {allowed}.')


_CLEANED = {
    "title": lambda text: fields.one_line(text, fields.MAX_TITLE_CHARS),
    "credit": lambda text: fields.one_line(text, fields.MAX_TITLE_CHARS),
    "source": lambda text: fields.one_line(text, fields.MAX_NAME_CHARS),
    "author": fields.clean_name,
    "url": untracked,
    "published": fields.parse_published,
    "language": fields.clean_language,
}

NO_SIDECAR = Sidecar()


def load_sidecar(path: Path, limits: Limits) -> Sidecar:
    """The sidecar of a file, or an empty one where it has none.

    Beside `story.txt` it is `story.txt.meta.json` or `story.meta.json`; `.gz` may be left out.

    Raises:
        MalformedError: there are several, or it is no JSON object, or has a key it must not have.
        TooLargeError: it is larger than a document may be.
        ReadError: it cannot be read.
    """
    found = [candidate for candidate in _candidates(path) if candidate.is_file()]
    if not found:
        return NO_SIDECAR
    if len(found) > 1:
        raise MalformedError(
            f"{path} has several sidecars: {', '.join(each.name for each in found)}; keep one."
        )
    return _read(found[0], limits)


def _candidates(path: Path) -> list[Path]:
    inner = path.with_name(path.name[:-3]) if path.name.lower().endswith(".gz") else path
    names = dict.fromkeys((path.name, inner.name, inner.stem))
    return [path.with_name(name + SUFFIX) for name in names if name]


def _read(path: Path, limits: Limits) -> Sidecar:
    try:
        with path.open("rb") as stream:
            data = stream.read(limits.max_document_bytes + 1)
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > limits.max_document_bytes:
        raise TooLargeError(f"{path} is larger than {limits.max_document_bytes:,} bytes.")
    return parse_sidecar(data, str(path))


def parse_sidecar(data: bytes, name: str) -> Sidecar:
    """The sidecar that some bytes are.

    Args:
        data: the whole file.
        name: what faults call it.

    Raises:
        MalformedError: it is no JSON object, or has a key it must not have.
    """
    value = parse_json(data, name)
    if not isinstance(value, Mapping):
        raise MalformedError(f"{name} must hold one JSON object with keys among {_allowed()}.")
    for key in value:
        if key not in KEYS:
            raise MalformedError(f'{name}: unknown key "{key[:40]}"; allowed are {_allowed()}.')
    return Sidecar(name=name, values=value)


def _allowed() -> str:
    return ", ".join(KEYS)
