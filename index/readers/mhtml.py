"""MHTML: a page that a browser saved as one file, with its pictures and styles beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from index.errors import MalformedError
from index.model import Document
from index.readers.base import SourceFile
from index.readers.html import document_of_page

_HEAD_BYTES = 4_096
_FIELD = re.compile(rb"[\w-]+:")
_KIND = re.compile(
    rb"(?:^|[\r\n])content-type:([^\r\n]*(?:(?:\r\n|[\r\n])[ \t][^\r\n]*)*)", re.IGNORECASE
)
_MOST_KIND_BYTES = 4_096
"""The parser's time for the parameters behind a kind grows with the square of their length."""
_NESTING = (b"multipart/", b"message/")
_MOST_NESTED = 50
"""A browser writes one; the parser compares each line with the boundaries of all around it."""
_MARKS = (b"mime-version:", b"multipart/related")
_PAGES = ("text/html", "application/xhtml+xml")
_ADDRESSES = ("Snapshot-Content-Location", "Content-Location")


class MhtmlReader:
    """One document from the page in a file; the frames, pictures and styles in it are not read."""

    name = "MHTML page"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the head of a message whose parts belong together."""
        del name
        start = head[:_HEAD_BYTES].lower()
        return 0.9 if _FIELD.match(start) and all(mark in start for mark in _MARKS) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The one document of a saved page.

        Raises:
            MalformedError: there is no page in it, or in that no article and no comment.
            TooLargeError: it is beyond the limits, or nested too deeply.
            ReadError: it cannot be read.
        """
        file.sidecar.refuse_for_boundary(file.name)
        stored = file.data()
        _refuse_slow(stored, file.name)
        whole = message_from_bytes(stored)
        part = next((p for p in whole.walk() if p.get_content_type() in _PAGES), None)
        data = part.get_payload(decode=True) if part is not None else None
        if part is None or not isinstance(data, bytes):
            raise MalformedError(f"{file.name} holds no page; save it in the browser again.")
        document = document_of_page(
            data,
            file.name,
            file.limits,
            charset=part.get_content_charset(),
            address=file.address or _address(whole, part),
        )
        yield file.sidecar.apply(document, file.limits)


def _refuse_slow(stored: bytes, name: str) -> None:
    """Refuse what the parser would need minutes for."""
    nested = 0
    for found in _KIND.finditer(stored):
        if len(found[1]) > _MOST_KIND_BYTES:
            raise MalformedError(f"{name} has a longer Content-Type than any saved page.")
        nested += found[1].lstrip().lower().startswith(_NESTING)
        if nested > _MOST_NESTED:
            raise MalformedError(f"{name} has more parts in parts than any saved page.")


def _address(whole: Message, part: Message) -> str:
    """Where the browser was when it saved the page, or empty."""
    stated = [message.get(name, "") for name in _ADDRESSES for message in (whole, part)]
    texts = (str(text).strip() for text in stated)
    return next((text for text in texts if text.startswith(("http://", "https://"))), "")
