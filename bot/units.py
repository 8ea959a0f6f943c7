"""A message that holds several claims, taken apart where that is plain to see.

Precision before recall: two claims searched as one find what both need, most often; half a claim
finds nothing, or the wrong thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import stopwords
from index.analysis import encodable, grams, words
from index.text import count_words, sentences

MOST_CLAIMS = 5
"""What states more is no message of single claims any more; it is searched as a whole."""

_LEAST_ITEM_WORDS = 4
_LEAST_ITEM_TELLING = 2
"""Of an item with one word less ("Salt is harmless", not "in the water")."""
_LEAST_WORDS = 6
_LONGEST_CHARS = 300
_ITEM = re.compile(
    r"(?:\d{1,2}(?:[.)\]:]\s|\ufe0f?\u20e3)|\(?[a-h]\)\s|[-–—•*·▪◦‣►▶✔✅❌👉➡🔴🔹🔸]\ufe0f?\s?(?=\D))\s*"
)
_HEADING_ENDS = (":", "👇", "⬇", "⬇\ufe0f")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_PICTURES = re.compile(
    "(?<=\\w)\\s*[\U0001f300-\U0001faff\u2600-\u27bf\u203c\u2049]"
    "[\U0001f300-\U0001faff\u2600-\u27bf\u203c\u2049\ufe0f\u200d\\s]*\\s(?=[A-ZÀ-ÞА-ЯЁЄІЇҐ])"
)
"""Between a word and a capital they end a sentence, as many people write."""
_FIRST_WORD = re.compile(r"[^\w]*([\w’']+)")
_NAME = re.compile(r"[^\w]*The [^\W\d_]*[A-Z]")
_SAID_BY = re.compile(
    r"(?:pic\.twitter\.com/\w+\s*)?(?:[-–—]>?[^()]{0,60}\(@\w+\).*|^[-–—]\s*[^\W\d].*)|pic\.twitter\.com/\w+"
)
_WORD = re.compile(r"[^\s.,;:!?…\"“”«»()]+")

# A unit that begins with one of these leans on what was said before it.
_LEANING_WORDS = """
and but or nor so because since which who also however therefore then thus moreover besides
yet still such meanwhile instead the a an this that these those it its he she they his her
their there here both all plus
und aber oder denn weil auch deshalb daher dann der die das dies diese dieser dieses er sie es
ein eine sein ihr
et mais ou car donc aussi puis cela ça ce cet cette ces il elle ils elles le la les un une son
y e pero mas porque también también tampoco esto eso este esta estos estas él ella ellos ellas
el los las uno una su
isso isto ele ela eles elas também o os as um uma seu sua
и но а или потому поэтому также это этот эта эти он она они его её их
і й та але або бо тому також це цей ця ці він вона вони його її їх
ve ama çünkü ayrıca bu şu o onlar
dan tapi tetapi karena juga ini itu dia mereka
هذا هذه ذلك تلك هو هي هم لكن ولكن لأن كما أيضا
این آن او آنها اما ولی زیرا همچنین
यह ये वह वे और लेकिन क्योंकि भी
"""
_LEANING = frozenset(_LEANING_WORDS.split())
_POINTING_WORDS = "it this these those he she him her his they them their its"
_POINTING = frozenset(_POINTING_WORDS.split())


def claims_in(text: str) -> list[str]:
    """The claims of a message, at most `MOST_CLAIMS`.

    Args:
        text: as it was written, lines and all, without commands.

    Returns:
        Parts of the text, or the whole of it where it does not plainly fall apart.
    """
    lines = [line.strip() for line in text.splitlines()]
    if sum(_ITEM.match(line) is not None for line in lines) > 1:
        items = _items(lines)
        apart = 2 <= len(items) <= MOST_CLAIMS and all(map(_is_item, items))
        return items if apart else [text]  # The numbers of a list end no sentences.
    for parts in (_paragraphs(lines), _lines(lines), _sentences(lines)):
        claims = [part for part in parts if not _is_aside(part)]
        if (
            2 <= len(claims) <= MOST_CLAIMS
            and len(parts) <= 2 * len(claims)
            and _stand_alone(claims)
        ):
            return _with_asides(parts)
    return [text]


def _items(lines: Sequence[str]) -> list[str]:
    """Numbered or marked lines with what follows each; none where anything else is stated."""
    parts: list[str] = []
    for line in lines:
        mark = _ITEM.match(line)
        if mark is not None:
            parts.append(line[mark.end() :])
        elif parts and line and count_words(line) >= _LEAST_ITEM_WORDS:
            parts[-1] += " " + line
        elif not parts and not _is_heading(line) and count_words(line) >= _LEAST_WORDS:
            return []
    return parts


def _is_heading(line: str) -> bool:
    """Whether it only announces a list: "Here is why:", and no claim before it on the line."""
    return line.endswith(_HEADING_ENDS) and len(sentences(line)) == 1


def _is_item(part: str) -> bool:
    counted = count_words(part)
    telling = counted == _LEAST_ITEM_WORDS - 1 and len(_telling(part)) >= _LEAST_ITEM_TELLING
    return counted >= _LEAST_ITEM_WORDS or telling


def _paragraphs(lines: Sequence[str]) -> list[str]:
    parts = [""]
    for line in lines:
        if line:
            parts[-1] = f"{parts[-1]} {line}".strip()
        elif parts[-1]:
            parts.append("")
    return [part for part in parts if part]


def _lines(lines: Sequence[str]) -> list[str]:
    """Lines that each end a sentence; others are one text that was folded."""
    stated = [line for line in lines if line]
    return stated if all(_SENTENCE_END.search(line) for line in stated) else []


def _sentences(lines: Sequence[str]) -> list[str]:
    text = " ".join(line for line in lines if line)
    if len(text) > MOST_CLAIMS * _LONGEST_CHARS:
        return []
    return [part[start:end] for part in _PICTURES.split(text) for start, end in sentences(part)]


def _is_aside(part: str) -> bool:
    """Whether it is a joke, a call to share or the name of who said it, rather than a claim."""
    return count_words(_SAID_BY.sub("", part)) < _LEAST_WORDS


def _with_asides(parts: Sequence[str]) -> list[str]:
    """The claims, each with the asides that follow it, the first also with those before it."""
    gathered: list[str] = []
    before = ""
    for part in parts:
        if not _is_aside(part):
            gathered.append(f"{before} {part}".strip())
            before = ""
        elif gathered:
            gathered[-1] += f" {part}"
        else:
            before = f"{before} {part}"
    return gathered


def _stand_alone(parts: Sequence[str]) -> bool:
    """Whether each part can be understood without the others, and no two are of one matter."""
    taken: set[str] = set()
    for number, part in enumerate(parts):
        if len(part) > _LONGEST_CHARS or (number > 0 and _leans(part)):
            return False
        telling = _telling(part)
        if not telling or telling & taken:
            return False
        taken |= telling
    return True


def _leans(part: str) -> bool:
    first = _FIRST_WORD.match(part)
    if first is None or (first.group(1).casefold() in _LEANING and not _names(part)):
        return True
    # Arabic writes "and" as a letter of the word that follows.
    if first.group(1).startswith("و"):
        return True
    return any(word.casefold() in _POINTING for word in _WORD.findall(part))


def _names(part: str) -> bool:
    """Whether it begins with the article of a name: "The Great Wall", not "The wall"."""
    return _NAME.match(part) is not None


def _telling(part: str) -> set[str]:
    part = encodable(part)
    stems = (w for w in words(part, without=stopwords.ENGLISH) if len(w) > 2)
    return set(stems) | set(grams(part))
