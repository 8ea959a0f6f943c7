"""The entries of a parsed feed, with their texts made plain."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from index.model import Paragraph
from index.readers.html_text import paragraphs_of, words_of

_COMMENT_LINK = re.compile(r"#(?:comment-?|c)\d+$")
_COMMENT_PAGE = re.compile(r"/comment-page-\d+/?(?=[#?]|$)")
_ANSWERED = re.compile(
    r'\s*(?:<p>)?[^<>]{0,60}<a [^<>]{0,60}href="[^"<>]{0,2000}#comment-(\d+)"[^<>]{0,200}>'
    r"[^<>]{0,200}</a>[^<>]{0,60}(?:</p>|\n)"
)
"""WordPress begins an answer with a line of its own, such as `In reply to Mona.`"""
_FOOTER = re.compile(r"The post .{1,500} appeared first on .{1,200}\.")
"""What WordPress sites put below each text of their feeds."""
_NAME_BESIDE_MAIL = re.compile(r"\(([^()@]+)\)")
_REPLY = "thr_in-reply-to"
_PLAIN = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, or the head of a feed; each text may be empty."""

    key: str = ""
    title: str = ""
    url: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    body: tuple[Paragraph, ...] = ()
    is_summary: bool = False
    """The feed has no more of it than a summary."""
    is_comment: bool = False
    answers: str = ""
    """The key of the entry that it answers, which may be in another feed."""
    article_url: str = ""
    """Where the article of a comment is, as far as the comment says so."""
    comment_feed: str = ""
    """The feed of the comments on it."""


def entries_of(parsed: Any) -> tuple[Entry, list[Entry]]:  # noqa: ANN401  # feedparser is untyped
    """The head of a feed and its entries, in its order.

    Args:
        parsed: what feedparser made of a feed.
    """
    feed = parsed.get("feed", {})
    head = Entry(
        title=_plain(feed.get("title"), feed.get("title_detail")),
        url=_text(feed.get("link")),
        language=_text(feed.get("language")),
    )
    # Plain dicts: those of the parser take one date for another, with a warning.
    return head, [_entry(dict(entry), head.url) for entry in parsed.get("entries", [])]


def _entry(entry: Mapping[str, Any], base: str) -> Entry:
    url = _joined(base, entry.get("link"))
    reply = entry.get(_REPLY)
    reply = reply if isinstance(reply, Mapping) else None
    is_comment = reply is not None or _COMMENT_LINK.search(url) is not None
    detail = _content(entry)
    key = _text(entry.get("id")) or url
    value, answered = _text(detail.get("value")), None
    if is_comment and (answered := _ANSWERED.match(value)):
        value = value[answered.end() :]
    return Entry(
        key=key,
        title=_plain(entry.get("title"), entry.get("title_detail")),
        url=url,
        author=_author(entry),
        published=_published(entry),
        language=_text(detail.get("language")),
        body=_paragraphs(value, detail.get("type"), is_comment=is_comment),
        is_summary=not entry.get("content"),
        is_comment=is_comment,
        answers=_answers(key, reply, answered),
        article_url=_COMMENT_PAGE.sub("/", _joined(base, reply and reply.get("href")) or url),
        comment_feed=_joined(base, entry.get("wfw_commentrss")) or _replies(entry, base),
    )


def _content(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The longest of the texts that an entry has, or its summary."""
    contents = [each for each in _mappings(entry.get("content")) if each.get("value")]
    if contents:
        longest: Mapping[str, Any] = max(contents, key=lambda each: len(each["value"]))
        return longest
    detail = entry.get("summary_detail")
    return detail if isinstance(detail, Mapping) else {}


def _answers(key: str, reply: Mapping[str, Any] | None, answered: re.Match[str] | None) -> str:
    if reply:
        return _text(reply.get("ref"))
    # In one site's feed of comments the keys differ only in their numbers.
    return _COMMENT_LINK.sub(f"#comment-{answered[1]}", key) if answered else ""


def _paragraphs(value: str, kind: object, *, is_comment: bool) -> tuple[Paragraph, ...]:
    if kind == _PLAIN:
        return paragraphs_of(html.escape(value), line_breaks=True, quotes=is_comment)
    found = paragraphs_of(value, quotes=is_comment)
    return found[:-1] if len(found) > 1 and _FOOTER.fullmatch(found[-1].text) else found


def _plain(value: object, detail: object) -> str:
    text = _text(value)
    is_plain = isinstance(detail, Mapping) and detail.get("type") == _PLAIN
    return " ".join(text.split()) if is_plain else words_of(text)


def _author(entry: Mapping[str, Any]) -> str:
    names = [_text(each.get("name")) for each in _mappings(entry.get("authors"))]
    if len(names) > 1 and all(names):
        return ", ".join(dict.fromkeys(names))
    stated = _text(entry.get("author"))
    if "@" in stated:
        # Of `desk@example.agency (The desk)` the parser would leave a part of the address.
        named = _NAME_BESIDE_MAIL.search(stated)
        return named[1] if named else stated
    detail = entry.get("author_detail")
    name = detail.get("name") if isinstance(detail, Mapping) else None
    return _text(name) or stated


def _published(entry: Mapping[str, Any]) -> str:
    dates = (_text(entry.get(name)) for name in ("published", "created", "updated"))
    return next(filter(None, dates), "")


def _replies(entry: Mapping[str, Any], base: str) -> str:
    for link in _mappings(entry.get("links")):
        if link.get("rel") == "replies" and "html" not in _text(link.get("type")):
            return _joined(base, link.get("href"))
    return ""


def _mappings(value: object) -> list[Mapping[str, Any]]:
    """Those of a list that are what they should be: an element of a strange name may not be."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _joined(base: str, link: object) -> str:
    try:
        return urljoin(base, _text(link)) if link else ""
    except ValueError:
        return ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
