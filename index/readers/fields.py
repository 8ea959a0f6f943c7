"""Single values of a document, cleaned where they enter: safe links, no e-mail, no IP address."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from index.dates import PartialDate
from index.mentions import find_mentions
from index.readers.decoding import normalise, trim

MAX_TITLE_CHARS = 500
MAX_NAME_CHARS = 200
MAX_URL_CHARS = 2_048

_EMAIL = re.compile(r"[<(\[]?[^\s<>()\[\]@]{1,64}@[^\s<>()\[\]@]{1,255}\.[^\W\d_]{2,24}\b[>)\]]?")
_ADDRESS_TRIM = "()[]<>,;"
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]{1,8})*$")
_RFC = re.compile(r"(?:[A-Za-z]{3,9},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{2}")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+\d{1,2}[:.]\d{2}.*)?$")
_BASIC = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:T?\d{4}(?:\d{2})?Z?)?$")
_NO_NAME = frozenset({"", "anonymous", "none", "null"})


def one_line(text: str, most: int) -> str:
    """Text on one line, cut at a word with an ellipsis when it has more than `most` characters."""
    line = trim(" ".join(normalise(text).split()))
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip() + "…"


def clean_key(text: str) -> str:
    """An id as it is kept: on one line, and not without end."""
    return " ".join(normalise(text).split())[:MAX_NAME_CHARS]


def clean_name(text: str | None) -> str | None:
    """A person's name without e-mail and IP addresses, or None where nothing else is left."""
    if text is None:
        return None
    words = _EMAIL.sub(" ", normalise(text[: 4 * MAX_NAME_CHARS])).split()
    name = one_line(" ".join(w for w in words if not _is_address(w)), MAX_NAME_CHARS)
    return None if name.lower() in _NO_NAME else name


def clean_url(text: str) -> str:
    """A link that is safe to show.

    Raises:
        ValueError: it is no http or https address with a host, or carries a password.
    """
    url = text.strip()
    parts = urlsplit(url)
    fits = len(url) <= MAX_URL_CHARS and url.isprintable() and not re.search(r'[\s<>"]', url)
    if not fits or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must be one http:// or https:// address")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it must not carry a user name or password")
    return url


def domain_of(url: str | None) -> str | None:
    """The host of a link without `www.`: what a source is called when nothing names it."""
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def clean_language(text: str) -> str:
    """The ISO 639-1 code of a language tag such as `en` or `pt-BR`.

    Raises:
        ValueError: it is no such tag.
    """
    match = _LANGUAGE.match(text.strip())
    if match is None:
        raise ValueError("it must be a code of two letters such as en")
    return match.group(1).lower()


def parse_published(value: object) -> PartialDate:
    """A stated date: ISO 8601 of any precision, RFC 2822, 4.11.2018, or words (4 November 2018).

    Raises:
        ValueError: it is none of these, or no such day exists.
    """
    if isinstance(value, date):
        return PartialDate.from_datetime(value)
    text = str(value).strip()
    if len(text) <= MAX_NAME_CHARS:
        for parse in (PartialDate.parse, _parse_basic, _parse_rfc, _parse_dotted, _parse_words):
            try:
                return parse(text)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
    raise ValueError("it must be a date such as 2018-11-04, 2018-11 or 4 November 2018")


def _parse_rfc(text: str) -> PartialDate:
    # Its parser reads a day out of almost any words; the form is checked first.
    if _RFC.match(text) is None:
        raise ValueError(text)
    return PartialDate.from_datetime(parsedate_to_datetime(text))


def _parse_basic(text: str) -> PartialDate:
    match = _BASIC.match(text)
    if match is None:
        raise ValueError(text)
    year, month, day = map(int, match.groups())
    return PartialDate(year=year, month=month, day=day)


def _parse_dotted(text: str) -> PartialDate:
    # With dots the day comes first wherever they are written; with strokes nobody can tell.
    match = _DOTTED.match(text)
    if match is None:
        raise ValueError(text)
    day, month, year = map(int, match.groups())
    return PartialDate(year=year, month=month, day=day)


def _parse_words(text: str) -> PartialDate:
    line = text.rstrip(".")
    for mention in find_mentions(line):
        if mention.start == 0 and len(mention.text) == len(line):
            return mention.date
    raise ValueError(text)


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word.strip(_ADDRESS_TRIM))
    except ValueError:
        return False
    return True
