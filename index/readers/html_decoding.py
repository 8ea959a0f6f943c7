"""The bytes of a web page to text, in the encoding that it states or that fits."""

from __future__ import annotations

import codecs
import re

from index.readers.decoding import Decoded, decode, normalise

_DECLARED_WITHIN = 4_096
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
_AS_BROWSERS_DO = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
}
"""Pages that state the one are written in the other, which holds all of the first."""


def decode_page(data: bytes, name: str, stated: str | None = None) -> Decoded:
    """Text of a page with LF newlines.

    A byte order mark wins; bytes that are UTF-8 beyond doubt are UTF-8, because saved pages keep
    the statement of the page they were; then what the server or the page states; then a guess.

    Args:
        data: all bytes of the page.
        name: what a fault calls it.
        stated: the encoding in the server's `Content-Type`.

    Raises:
        UnknownFormatError: the bytes are no text in any encoding that can be told.
    """
    if data.startswith(_MARKS):
        return decode(data, name)
    codec = _known(stated) or _declared(data[:_DECLARED_WITHIN])
    if codec is None or codec == "utf-8" or b"\0" in data:
        return decode(data, name)
    try:
        as_utf8 = data.decode()
    except UnicodeDecodeError:
        pass
    else:
        if not as_utf8.isascii():
            return Decoded(text=normalise(as_utf8))
    text = data.decode(codec, errors="replace")
    lost = text.count("�")
    doubt = (f"parts of it are not in the stated encoding {codec}: {lost} characters lost",)
    return Decoded(text=normalise(text), warnings=doubt if lost else ())


def _declared(head: bytes) -> str | None:
    for pattern in (_META, _XML):
        if match := pattern.search(head):
            name = _known(match[1].decode("ascii", errors="ignore"))
            # A page whose own statement can be read is in nothing of two bytes a letter.
            return "utf-8" if name is not None and name.startswith(_WIDE) else name
    return None


def _known(name: str | None) -> str | None:
    """The name of a codec for texts, or None where there is no such one."""
    try:
        found = codecs.lookup((name or "").strip("\"' "))
        # Some are of no texts, or cannot pass over what is broken, as those of names of hosts.
        b"\xe9".decode(found.name, errors="replace")
    except (LookupError, ValueError):
        return None
    return _AS_BROWSERS_DO.get(found.name, found.name)
