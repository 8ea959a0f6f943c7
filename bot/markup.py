"""Telegram HTML in pieces whose size after parsing is known exactly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from string import Formatter
from urllib.parse import urlsplit

MAX_UNITS = 4096
"""UTF-16 units of a message after its entities are parsed."""
MAX_ENTITIES = 100
_MAX_URL_CHARS = 2_000

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Embeddings, overrides and isolates: unbalanced ones would reorder the rest of the line.
_BIDI_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_NOT_IN_URL = re.compile(
    r"[\s\x00-\x20\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# No address holds these as they are, and Telegram drops a link that does.
_ENCODED = {ord(character): f"%{ord(character):02X}" for character in '"<>\\^`{|}'}
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A piece of a message: its HTML, and its UTF-16 units and entities after parsing."""

    html: str = ""
    units: int = 0
    entities: int = 0

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(
            html=self.html + other.html,
            units=self.units + other.units,
            entities=self.entities + other.entities,
        )


_NOTHING = Fragment()


def utf16_units(text: str) -> int:
    """How Telegram counts: characters beyond the basic plane count twice."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> Fragment:
    """Any text, escaped; what Telegram refuses in a message is replaced."""
    if not text:
        return _NOTHING
    clean = text
    # What can be printed holds neither; line breaks are among what cannot.
    if not text.isprintable():
        clean = _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text.replace("\r", "")))
    return Fragment(html=escape(clean), units=utf16_units(clean))


def bold(inner: Fragment) -> Fragment:
    """In bold; nothing stays nothing."""
    return _tagged("b", inner)


def italic(inner: Fragment) -> Fragment:
    """In italics; nothing stays nothing."""
    return _tagged("i", inner)


def quote(inner: Fragment) -> Fragment:
    """As a block quotation; nothing stays nothing."""
    return _tagged("blockquote", inner)


def link(inner: Fragment, url: str | None) -> Fragment:
    """A link where `url` is one that is safe to offer, else just the text."""
    if not inner.units or not is_web_url(url):
        return inner
    return Fragment(
        html=f'<a href="{escape((url or "").translate(_ENCODED))}">{inner.html}</a>',
        units=inner.units,
        entities=inner.entities + 1,
    )


def is_web_url(url: str | None) -> bool:
    """Whether it is a plain http or https address; nothing else is ever linked."""
    if not url or len(url) > _MAX_URL_CHARS or _NOT_IN_URL.search(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def join(separator: str, fragments: Iterable[Fragment]) -> Fragment:
    """The fragments that hold anything, with a plain separator between them."""
    held = [fragment for fragment in fragments if fragment.units]
    if len(held) < 2:
        return held[0] if held else _NOTHING
    between = _between(separator)
    return Fragment(
        html=between.html.join(fragment.html for fragment in held),
        units=sum(fragment.units for fragment in held) + between.units * (len(held) - 1),
        entities=sum(fragment.entities for fragment in held),
    )


@lru_cache(maxsize=64)
def _between(separator: str) -> Fragment:
    """A separator as it stands between fragments; a program has few of them."""
    return plain(separator)


def fill(template: str, **values: Fragment) -> Fragment:
    """Put fragments into the `{name}` places of a translated text."""
    whole = Fragment()
    for literal, name, _, _ in Formatter().parse(template):
        whole = whole + plain(literal)
        if name is not None:
            whole = whole + values[name]
    return whole


def inline(text: str, max_units: int, *, rtl: bool = False) -> Fragment:
    """A foreign text for the middle of a line: one line, shortened, unable to reorder the rest.

    Args:
        text: what an author, outlet or user wrote.
        max_units: bound in UTF-16 units; what is longer is cut at a word and ends with "…".
        rtl: the direction of the line it stands in.
    """
    short = shorten(text, max_units - 2)
    if short and _runs_against(short, rtl=rtl):
        short = f"{_FIRST_STRONG_ISOLATE}{short}{_POP_ISOLATE}"
    return plain(short)


def shorten(text: str, max_units: int) -> str:
    """One line of at most `max_units`, cut at a word and marked with "…" where it is longer."""
    text = " ".join(_BIDI_CONTROLS.sub("", text[: 8 * max_units]).split())
    if utf16_units(text) <= max_units:
        return text
    end = _fit(text, 0, max_units - 1)
    space = text.rfind(" ", 0, end + 1)
    return text[: space if space > end // 2 else end].rstrip() + "…"


def split(text: str, max_units: int) -> list[tuple[int, int]]:
    """Cut a long text into adjoining ranges of at most `max_units`, at sentences where possible.

    Returns:
        Half-open character ranges that cover the whole text in order.
    """
    ranges = []
    start = 0
    while start < len(text):
        end = _fit(text, start, max_units)
        if end < len(text):
            end = _cut(text, start, end)
        ranges.append((start, end))
        start = end
    return ranges


def _cut(text: str, start: int, limit: int) -> int:
    middle = start + (limit - start) // 2
    sentence_ends = [match.end() for match in _SENTENCE_END.finditer(text, middle, limit)]
    if sentence_ends:
        return sentence_ends[-1]
    spaces = [match.end() for match in re.finditer(r"\s+", text[middle:limit])]
    return middle + spaces[-1] if spaces else limit


def _fit(text: str, start: int, max_units: int) -> int:
    """Where the longest piece from `start` ends that has at most `max_units`; at least one on."""
    end = min(len(text), start + max_units)
    while end > start + 1 and (over := utf16_units(text[start:end]) - max_units) > 0:
        end -= (over + 1) // 2
    return end


def _runs_against(text: str, *, rtl: bool) -> bool:
    if text.isascii() and not rtl:
        return False
    against = {"L"} if rtl else {"R", "AL"}
    return any(unicodedata.bidirectional(character) in against for character in set(text))


def _tagged(tag: str, inner: Fragment) -> Fragment:
    if not inner.units:
        return inner
    return Fragment(
        html=f"<{tag}>{inner.html}</{tag}>", units=inner.units, entities=inner.entities + 1
    )
