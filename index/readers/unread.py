"""Why a file that no reader takes is no document, and what to make of it."""

from __future__ import annotations

import codecs

from index.readers.sidecar import SUFFIX as SIDECAR_SUFFIX

OFFICE_FILE = "it is an office file or a book; save it as PDF, as a web page or as text"
OFFICE_PARTS = frozenset({"[Content_Types].xml", "mimetype"})
"""One of them is in every office file and book, all of which are zip files."""

_PACKED = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\0": "xz",
    b"BZh": "bzip2",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BY_SUFFIX = {
    (SIDECAR_SUFFIX,): "it is a sidecar, which is read together with its document",
    (".md", ".markdown"): "Markdown needs front matter with a title, between two lines of --- "
    "(or +++)",
    (".jsonl", ".ndjson"): 'its records have no "title" with a text, and no "url" with a "text"',
    (".csv", ".tsv"): 'its first line names no "title" with a "text" or a "comment"',
    (".eml", ".mbox"): "it is mail; save what it says as text or as a web page",
}


def why_no_document(head: bytes, name: str) -> str:
    """What to tell of a file that no reader takes.

    Args:
        head: its first bytes.
        name: its own, in small letters.
    """
    if not head.strip():
        return "it is empty"
    if why := next((why for ends, why in _BY_SUFFIX.items() if name.endswith(ends)), ""):
        return why
    if head.startswith(_OLD_OFFICE):
        return OFFICE_FILE
    if packed := next((how for mark, how in _PACKED.items() if head.startswith(mark)), ""):
        return f"it is packed by {packed}, which is not read; unpack it, or pack it by gzip or zip"
    if b"\0" in head:
        return "it is binary"
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"[")):
        return (
            'it is JSON, but neither documents with a "title" and a "text" (see JSON Lines in '
            "docs/formats.md) nor a known export"
        )
    return "no reader recognises what it holds; docs/formats.md shows what is read"
