"""Bytes to text: byte order marks, UTF-8, then a guess that is told."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from index.errors import UnknownFormatError

_MARKS = (
    # UTF-32 first: its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESS_BYTES = 256 * 1024
_NOT_OF_THE_WEB = [
    *("cp437", "cp720", "cp737", "cp775", "cp850", "cp852", "cp855", "cp856", "cp857", "cp858"),
    *("cp860", "cp861", "cp862", "cp863", "cp864", "cp865", "cp869", "cp1006", "cp1125"),
    *("hp_roman8", "mac_greek", "mac_iceland", "mac_latin2", "mac_turkish", "ptcp154", "kz1048"),
]
"""No browser reads them (encoding.spec.whatwg.org): what looks like one is most probably a text of
Windows."""
_CENTRAL_EUROPEAN = ("Croatian", "Czech", "Hungarian", "Polish", "Slovak", "Slovene")
_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u2060\ufeff"
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's text with LF newlines, and what had to be assumed to get it."""

    text: str
    warnings: tuple[str, ...] = ()


def normalise(text: str) -> str:
    """LF newlines, and nothing that cannot be shown: control characters, half surrogate pairs."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def trim(text: str) -> str:
    """Text without the blank space, visible to a program only, that stands around it."""
    return text.strip(_BLANK)


def decode(data: bytes, name: str) -> Decoded:
    """Text of unknown encoding.

    Args:
        data: all bytes of the file.
        name: what a fault calls it.

    Raises:
        UnknownFormatError: the bytes are no text in any encoding that can be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, errors="replace")
            return _checked(text, f"parts of it are no {encoding.upper()}")
    if b"\0" in data:
        raise UnknownFormatError(f"{name} is binary; no reader knows what it is.")
    try:
        return Decoded(text=normalise(data.decode()))
    except UnicodeDecodeError:
        return _guess(data, name)


def peek(head: bytes) -> str:
    """The beginning of a file as text, for a first look; empty for binary data."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return normalise(head[len(mark) :].decode(encoding, errors="ignore"))
    return "" if b"\0" in head else normalise(head.decode(errors="replace"))


def _checked(text: str, doubt: str) -> Decoded:
    lost = text.count("�")
    return Decoded(
        text=normalise(text), warnings=(f"{doubt}: {lost} characters lost",) if lost else ()
    )


def _guess(data: bytes, name: str) -> Decoded:
    text = data.decode(errors="replace")
    lost = text.count("�")
    whole = sum(character > "\x7f" for character in text) - lost
    if whole > lost:
        return _checked(text, "the file is UTF-8 with faults")
    # Only files that are no UTF-8 pay for loading its tables.
    from charset_normalizer import from_bytes

    matches = list(from_bytes(data[:_GUESS_BYTES], cp_exclusion=_NOT_OF_THE_WEB))
    if not matches:
        raise UnknownFormatError(
            f"{name} is no text in any encoding that can be told; save it as UTF-8."
        )
    # Of equally good guesses it puts the alphabetically first first, whatever the language.
    usual = "cp1250" if matches[0].language in _CENTRAL_EUROPEAN else "cp1252"
    best = max(matches, key=lambda m: (-m.chaos, m.coherence, m.encoding == usual))
    decoded = _checked(data.decode(best.encoding, errors="replace"), "the encoding is uncertain")
    assumed = f"the file is not UTF-8, read as {best.encoding}; save it as UTF-8 if it looks wrong"
    return Decoded(text=decoded.text, warnings=(assumed, *decoded.warnings))
