"""The claims in a message: what it says, without what surrounds it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from bot.longread import LONG_CHARS, gist
from bot.units import claims_in
from index.model import Claim
from index.text import count_words

if TYPE_CHECKING:
    from telegram import Message, MessageEntity

_URL = re.compile(
    r"(?:https?://|www\.|(?:t|telegram)\.me/)\S+"
    # In small letters: "Node.js/Express" and "He left.And/or she" are words.
    r"|(?<![\w@./-])(?-i:(?:[a-z0-9-]{2,63}\.){1,4}[a-z]{2,24}/)\S+",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<!\w)@\w{3,32}\b")
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
# Pictures, flags, keycaps and what modifies them. A joiner goes only along with a picture:
# between letters it belongs to the spelling of Persian and of Indian languages.
_EMOJI = re.compile(
    r"(?:[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u23e9-\u23fa\u231a\u231b\u203c\u2049]"
    r"[\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f]*)+|[\ufe0f\u20e3]"
)
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]")
_BOILERPLATE = re.compile(
    r"(?:fwd?|forwarded(?: as received| many times| message)?|forward as received|"
    r"copied(?: as received)?|please share|share this|пересланное сообщение|"
    r"перешлите (?:всем|дальше)|reenviad[oa]|compartir|transféré|weitergeleitet|iletildi|"
    r"diteruskan|منقول|فوروارد شده)[\s:.!…]*",
    re.IGNORECASE,
)
# A line as short as this that leads somewhere is a signature ("Follow us: @channel").
_SIGNATURE_WORDS = 4
_MOST_LINKS = 5
# What ends the sentence that a link stands in.
_AFTER_LINK = ".,;:!?…)]}>'\"»”’"
_MIN_LETTERS = 6
_MIN_DENSE_LETTERS = 2
# Scripts in which one character carries a syllable or a word.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*(?=\s)")


def extract(message: Message, *, max_chars: int) -> tuple[Claim, ...]:
    """Find what a message claims.

    Args:
        message: of any kind: own text, caption, question of a poll, forwarded from anywhere,
            with a quoted part.
        max_chars: bound on a claim; what is longer is cut, at a sentence where possible.

    Returns:
        As `stated_in`; links behind words are among the links.
    """
    return stated_in(_stated(message), max_chars=max_chars, behind=_marked(message))


def stated_in(text: str, *, max_chars: int, behind: Sequence[str] = ()) -> tuple[Claim, ...]:
    """Find what a text claims.

    Args:
        text: without commands.
        max_chars: bound on a claim.
        behind: links that stand behind words of it.

    Returns:
        One claim or a few, the first with the links of the whole text; a claim without words
        where there is nothing but links; none where nothing says anything.
    """
    links = _links(text, behind)
    units = [cleaned for unit in claims_in(_unadorned(text)) if (cleaned := _clean(unit))]
    if not units or not all(_says_something(unit) for unit in units):
        units = [_clean(text)]
    units = [unit for unit in units if _says_something(unit)]
    if not units:
        return (Claim(text="", links=links),) if links else ()
    if len(units) == 1 and len(units[0]) > LONG_CHARS:
        units = [gist(units[0])]
    claims = [Claim(text=_bounded(unit, max_chars)) for unit in units]
    return (replace(claims[0], links=links), *claims[1:])


def _unadorned(text: str) -> str:
    """Without the lines that say nothing of their own, in their lines and paragraphs."""
    return "\n".join(
        line
        for line in text.splitlines()
        if not line.strip() or not (_is_boilerplate(line) or _is_signature(line.strip()))
    )


def _links(text: str, behind: Sequence[str]) -> tuple[str, ...]:
    found = [match.group().rstrip(_AFTER_LINK) for match in _URL.finditer(text)]
    return tuple(dict.fromkeys([*found, *behind]))[:_MOST_LINKS]


def _marked(message: Message) -> list[str]:
    """The links that Telegram marked: behind words, and written without their beginning."""
    kinds: list[str | None] = ["url", "text_link"]
    if message.text:
        marked = message.parse_entities(kinds)
    elif message.caption:
        marked = message.parse_caption_entities(kinds)
    else:
        return []
    return [entity.url or written for entity, written in marked.items()]


def _stated(message: Message) -> str:
    """The quoted part where a person picked one, else the message's own words."""
    own = message.text or message.caption or (message.poll.question if message.poll else "")
    entities = message.entities if message.text else message.caption_entities
    quote = message.quote
    # In a forwarded message the quotation belongs to what its author answered.
    if quote is not None and message.forward_origin is None:
        picked = quote.is_manual or not _says_something(_clean(_without(own, entities)))
        if picked:
            return _without(quote.text, quote.entities or ())
    return _without(own, entities)


def _without(text: str, entities: Sequence[MessageEntity]) -> str:
    """The text without bot commands and mentions of bots; offsets count UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    for entity in sorted(entities, key=lambda e: e.offset, reverse=True):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        covered = raw[start:end].decode("utf-16-le", "replace")
        command = entity.type == "bot_command"
        bot = entity.type == "mention" and covered.lower().endswith("bot")
        if command or bot:
            raw = raw[:start] + raw[end:]
    return raw.decode("utf-16-le", "replace")


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _EMOJI.sub(" ", text)))
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line and not _is_boilerplate(line)]
    if any(not _is_signature(line) for line in kept):
        kept = [line for line in kept if not _is_signature(line)]
    words = " ".join(_HASHTAG.sub(_tag_words, _URL.sub(" ", line)) for line in kept)
    return " ".join(words.split())


def _is_boilerplate(line: str) -> bool:
    return _BOILERPLATE.fullmatch(" ".join(_EMOJI.sub(" ", line).split())) is not None


def _is_signature(line: str) -> bool:
    """A short line with an address or a mention, or one of nothing but tags."""
    bare = _MENTION.sub(" ", _URL.sub(" ", line))
    if bare != line:
        # A sentence that names somebody ("@WHO says so.") is none.
        return count_words(bare) <= _SIGNATURE_WORDS and bare.rstrip()[-1:] not in {".", "!", "?"}
    return not _HASHTAG.sub("", line).strip()


def _tag_words(tag: re.Match[str]) -> str:
    return tag.group(1).replace("_", " ")


def _says_something(text: str) -> bool:
    letters = islice(filter(str.isalpha, text), _MIN_LETTERS)
    return len(list(letters)) == _MIN_LETTERS or len(_DENSE.findall(text)) >= _MIN_DENSE_LETTERS


def _bounded(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, max_chars // 2, max_chars)]
    if ends:
        return text[: ends[-1]]
    space = text.rfind(" ", max_chars // 2, max_chars + 1)
    return text[: space if space > 0 else max_chars].rstrip()
