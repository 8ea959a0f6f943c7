"""Telegram's HTML, read as strictly as Telegram reads it and refused in the same words.

Offsets in entities are UTF-16 units of the resulting text; offsets in refusals are bytes of the
source, as in the real service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from support.telegram.entities import Entity, sort_entities, utf16_length
from support.telegram.errors import ApiError, bad_request

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_ARGUMENTS = {
    ("a", "href"): "",
    ("code", "class"): "language-",
    ("span", "class"): "tg-",
    ("tg-emoji", "emoji-id"): "",
    ("blockquote", "expandable"): "",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\x0b"
_MARK = re.compile(r"[<&]")
_NAME = re.compile(r"[^ \t\r\n\x0b>]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\x0b>=]*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([A-Za-z]+));?")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    start: int
    """Index of the first character of the content in the text so far."""


def parse_html(source: str, dropped: list[str] | None = None) -> tuple[str, list[Entity]]:
    """Turn a source into the text that is shown and its entities, in Telegram's order.

    Args:
        source: The HTML.
        dropped: Takes the targets of links that Telegram silently drops.

    Raises:
        ApiError: 400 "can't parse entities: ..." in Telegram's words.
    """
    parser = _Parser(source)
    parser.run()
    if dropped is not None:
        dropped += parser.dropped
    return parser.text, sort_entities(parser.entities)


def _decode(source: str, position: int) -> tuple[str, int]:
    """The character that a reference at `position` stands for, or "" if it is not one."""
    match = _REFERENCE.match(source, position)
    if not match:
        return "", position
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, ""), match.end()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    digits = len(hexadecimal or decimal) + (3 if hexadecimal else 2)
    if not 0 < code < 0x10FFFF or digits >= 10:
        return "", position
    return chr(code), match.end()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.dropped: list[str] = []
        self.position = 0
        self.text = ""
        self.length = 0
        self.entities: list[Entity] = []
        self.open: list[_Open] = []
        self.languages: dict[int, str] = {}
        """Of <code class="language-x">, by the id of its entity; counts only inside <pre>."""

    def run(self) -> None:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "<":
                closing = self.source.startswith("</", self.position)
                self._end_tag() if closing else self._start_tag()
            elif character == "&":
                self._reference()
            else:
                stop = _MARK.search(self.source, self.position)
                end = stop.start() if stop else len(self.source)
                self._emit(self.source[self.position : end])
                self.position = end
        if self.open:
            raise self._refuse(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        if any("\ud800" <= c <= "\udfff" for c in self.text):
            raise self._refuse(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )

    def _emit(self, text: str) -> None:
        self.text += text
        self.length += utf16_length(text)

    def _refuse(self, reason: str, position: int | None = None) -> ApiError:
        if position is not None:
            reason += f" at byte offset {len(self.source[:position].encode())}"
        return bad_request(f"can't parse entities: {reason}")

    def _reference(self) -> None:
        character, end = _decode(self.source, self.position)
        self._emit(character or "&")
        self.position = end if character else self.position + 1

    def _skip_spaces(self) -> str:
        """Move past white space and return the character there, "" at the end."""
        while self.position < len(self.source) and self.source[self.position] in _SPACE:
            self.position += 1
        return self.source[self.position : self.position + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.position)
        assert match, "the patterns here match the empty string"
        self.position = match.end()
        return match.group()

    def _start_tag(self) -> None:
        begin = self.position
        self.position += 1
        tag = self._take(_NAME).lower()
        if self.position >= len(self.source):
            raise self._refuse("Unclosed start tag", begin)
        if tag not in _STYLES:
            raise self._refuse(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        while self._skip_spaces() != ">":
            name, value = self._attribute(tag, begin)
            prefix = _ARGUMENTS.get((tag, name))
            if prefix is not None and value.startswith(prefix):
                argument = value.removeprefix(prefix)
                if tag == "blockquote":
                    argument = "expandable"
        self.position += 1
        if tag == "span" and argument != "spoiler":
            raise self._refuse('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, argument, self.length, len(self.text)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._take(_ATTRIBUTE)
        if not name:
            raise self._refuse(f'Empty attribute name in the tag "{tag}"', begin)
        follower = self._skip_spaces()
        if follower and follower != "=":
            return name, ""
        self.position += 1
        quote = self._skip_spaces()
        if not quote:
            raise self._refuse(f'Unclosed start tag "{tag}"', begin)
        value = self._quoted(quote) if quote in "'\"" else self._bare()
        if self.position >= len(self.source):
            raise self._refuse("Unclosed start tag", begin)
        return name, value

    def _bare(self) -> str:
        begin = self.position
        value = self._take(_TOKEN).lower()
        following = self.source[self.position : self.position + 1]
        if following and following not in _SPACE and following != ">":
            raise self._refuse("Unexpected end of name token", begin)
        return value

    def _quoted(self, quote: str) -> str:
        self.position += 1
        value = ""
        while self.position < len(self.source) and self.source[self.position] != quote:
            character, end = _decode(self.source, self.position)
            value += character or self.source[self.position]
            self.position = end if character else self.position + 1
        self.position += 1
        return value

    def _end_tag(self) -> None:
        begin = self.position
        if not self.open:
            raise self._refuse("Unexpected end tag", begin)
        self.position += 2
        tag = self._take(_NAME).lower()
        if self._skip_spaces() != ">":
            raise self._refuse("Unclosed end tag", begin)
        self.position += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise self._refuse(
                f"Unmatched end tag at byte offset {len(self.source[:begin].encode())}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        span = {"offset": opened.offset, "length": self.length - opened.offset}
        entity: Entity | None = {"type": _STYLES[opened.tag], **span}
        if opened.tag == "a":
            target = opened.argument or self.text[opened.start :]
            entity = _link(target, span)
            if entity is None:
                self.dropped.append(target)
        elif opened.tag == "tg-emoji":
            if not re.fullmatch(r"-?[0-9]{1,19}", opened.argument) or not int(opened.argument):
                raise self._refuse("Invalid custom emoji identifier specified")
            entity = {"type": "custom_emoji", **span, "custom_emoji_id": opened.argument}
        elif opened.tag == "blockquote" and opened.argument:
            entity = {"type": "expandable_blockquote", **span}
        elif opened.tag in ("pre", "code"):
            entity = self._code(opened, span)
        if entity:
            self.entities.append(entity)

    def _code(self, opened: _Open, span: dict[str, int]) -> Entity | None:
        """<pre> and <code> over the same words are one entity, with the language of the latter."""
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (span["offset"], span["length"])
        if opened.tag == "pre" and same and (language := self.languages.get(id(last))):
            last |= {"type": "pre", "language": language}
            return None
        if opened.tag == "code" and same and last["type"] == "pre" and opened.argument:
            last["language"] = opened.argument
            return None
        entity: Entity = {"type": opened.tag, **span}
        if opened.tag == "code" and opened.argument:
            self.languages[id(entity)] = opened.argument
        return entity


def _link(target: str, span: dict[str, int]) -> Entity | None:
    """The entity of a link, or None where Telegram drops the link and keeps the words."""
    if match := re.fullmatch(r"tg://user/?\?id=([0-9]+)", target):
        return {"type": "text_mention", **span, "_user_id": int(match.group(1))}
    url = checked_url(target)
    return {"type": "text_link", **span, "url": url} if url else None


def checked_url(target: str) -> str:
    """A link in the form that Telegram keeps, or "" if it is not a link."""
    target = target.strip()
    if "://" not in target and not target.startswith(("mailto:", "tel:", "tg:")):
        target = f"http://{target}"
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme in ("tg", "mailto", "tel", "ton"):
        return target
    if parts.scheme not in ("http", "https") or any(c in target for c in ' \n\t"'):
        return ""
    if "." not in host.strip(".") and host != "localhost":
        return ""
    return target if parts.path or parts.query or parts.fragment else f"{target}/"


def marked_in(html: str, kind: str) -> list[str]:
    """The texts that entities of one kind mark, in order."""
    text, entities = parse_html(html)
    raw = text.encode("utf-16-le")
    return [
        raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in entities
        if e["type"] == kind
    ]
