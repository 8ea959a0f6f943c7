"""Sentences, words and clean characters of any script, always with offsets into the given text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]
"""Half-open character range [start, end)."""

WINDOW_CHARS = 4_000
"""Longest text given to a sentence splitter at once: some inputs cost it quadratic time."""

ELLIPSIS = " …"
"""Marks a text that was cut where it is shown."""

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_WORD = re.compile(rf"[{_UNSPACED}]{{1,2}}|[^\s{_UNSPACED}]{{1,24}}")
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEWLINE = re.compile("\r\n|[\r\u0085\u2028\u2029]")


def tidy(text: str) -> str:
    r"""Make a text fit to be stored: newlines as `\n`, no control characters, valid Unicode."""
    return _SURROGATE.sub("\ufffd", _UNSAFE.sub("", _NEWLINE.sub("\n", text)))


def word_ranges(text: str, start: int = 0, end: int | None = None) -> Iterator[Range]:
    """The words of `text` between two offsets, in order.

    Where a script puts no spaces between words, every two characters are one. A longer run
    without spaces (a link, a hash) is one word for each started 24 characters, so that a bound
    on words is a bound on what an encoder sees.
    """
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        yield match.span()


def count_words(text: str) -> int:
    """How many words `word_ranges` finds."""
    return sum(1 for _ in _WORD.finditer(text))


def shorten(text: str, max_words: int) -> str:
    """The first words of a text, verbatim and without an ellipsis; the text itself if it fits."""
    end = 0
    for number, (_, stop) in enumerate(word_ranges(text)):
        if number == max_words:
            return text[:end].strip()
        end = stop
    return text.strip()


def trimmed(text: str, start: int, end: int) -> Range | None:
    """The range without whitespace at its ends, or None where nothing else is in it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def sentences(text: str, language: str | None = None) -> list[Range]:
    """Split a text into its sentences, without the whitespace around them.

    Args:
        text: Any text; one sentence longer than `WINDOW_CHARS` may come in several pieces.
        language: ISO 639-1 code where known; the script of the text has the last word.

    Returns:
        Ranges in order that do not overlap and leave out nothing but whitespace.
    """
    engine_language = _engine_language(text, language)
    found: list[Range] = []
    start = 0
    while start < len(text):
        split = _split(text[start : start + WINDOW_CHARS], engine_language)
        if start + WINDOW_CHARS < len(text) and split[-1][0] > WINDOW_CHARS // 2:
            # The window ends inside its last sentence: the next window starts with it.
            split.pop()
        for first, last in split:
            span = trimmed(text, start + first, start + last)
            if span is not None:
                found.append(span)
        start += split[-1][1]
    return found


# ---------------------------------------------------------------- engines

# One character for one: offsets stay. Rare spaces make sentencex fail in the middle of one.
_PLAIN = {
    **dict.fromkeys((*range(0x20), 0x7F, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)), " "),
    **dict.fromkeys((0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ru", re.compile("[\u0400-\u052f]")),
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("am", re.compile("[\u1200-\u137f]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_SAMPLE_CHARS = 500


def _engine_language(text: str, language: str | None) -> str | None:
    """Which language's rules to split by; None for English and unknown Latin script."""
    stated = None if language in (None, "en") else language
    sample = text[:_SAMPLE_CHARS]
    if sample.isascii():
        return stated
    latin = len(_LATIN.findall(sample))
    name, count = None, 0
    for candidate, letters in _SCRIPTS:
        found = len(letters.findall(sample))
        # Japanese mixes kana with more Han than kana; a fifth of kana is enough to tell.
        if found * (5 if candidate == "ja" else 1) > count:
            name, count = candidate, found
    return stated if latin >= count else stated or name


def _split(text: str, engine_language: str | None) -> list[Range]:
    """Sentences that follow each other without a gap; at least one, for a text that has any."""
    if not text.strip():
        return [(0, len(text))]
    plain = text.translate(_PLAIN)
    if engine_language is None:
        found = _by_nupunkt(plain)
    else:
        found = _by_sentencex(plain, engine_language)
    return found if _covers(found, len(text)) else [(0, len(text))]


def _by_nupunkt(text: str) -> list[Range]:
    import nupunkt

    return [(int(start), int(end)) for start, end in nupunkt.sent_spans(text)]


def _by_sentencex(text: str, language: str) -> list[Range]:
    import sentencex

    try:
        found = sentencex.get_sentence_boundaries(language, text)
    except BaseException as error:
        # Its Rust core panics on some inputs, and a panic is no Exception.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        return []
    if any(text[b["start_index"] : b["end_index"]] != b["text"] for b in found):
        return []
    return [(b["start_index"], b["end_index"]) for b in found]


def _covers(ranges: list[Range], length: int) -> bool:
    """Whether the ranges follow each other without a gap from 0 to the end."""
    position = 0
    for start, end in ranges:
        if start != position or end <= start:
            return False
        position = end
    return position == length
