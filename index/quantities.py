"""Numbers that a text states of something, found conservatively: what they count, and how far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index import stopwords
from index.analysis import encodable, words

_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_SCALE_FORMS = {
    "thousand": "thousand|thousands|tausend|mil|mille|тысяч|тысячи|тысяча|тыс|тисяч|тисячі"
    "|ribu|bin|ألف|هزار|हज़ार",
    "million": "million|millions|millionen|millón|millones|milhão|milhões|миллион|миллиона"
    "|миллионов|млн|мільйон|мільйони|мільйонів|juta|milyon|مليون|ملايين|میلیون",
    "billion": "billion|billions|milliarden|milliards|миллиард|миллиарда|миллиардов|млрд|мільярд"
    "|мільярдів|miliar|milyar|مليار|میلیارد",
    "trillion": "trillion|trillions",
    "hundred": "hundred",
}
_SCALE_OF = {
    form: _SCALES[name] for name, forms in _SCALE_FORMS.items() for form in forms.split("|")
}
_UNITS_TEXT = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_UNITS = _UNITS_TEXT.split()
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _TENS_TEXT.split()
_WORD_VALUES = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SMALL = "|".join(_UNITS)
_WORDED = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_SMALL}))?|{_SMALL}"
    r"|a(?=\s(?:hundred|thousand|million)\b))"
)
_LONGER = re.compile(
    r"(?:hundred|thousand|million|billion)(?:\s|,\s|\s?-\s?)(?:and\s)?"
    rf"(?:{'|'.join((*_TENS, *_UNITS))})\b",
    re.I,
)
"""A number of several words, as "two hundred and fifty": which is not read."""
_ORDINAL_OF = re.compile(
    r"\b(?:type|phase|stage|level|grade|class|group|category|line|route|zone|district|section"
    r"|chapter|article|page|version|round|number|no|nr|model|room|gate|platform|step|day|week|year)"
    r"\.?\s$",
    re.I,
)
"""What a number behind names one of, as "type 1 diabetes": it counts nothing."""
_CHANGES = {
    **dict.fromkeys(("by", "um", "на"), "by"),
    **dict.fromkeys(("to", "auf", "al", "hasta", "à", "para", "até", "до"), "to"),
    **dict.fromkeys(("from", "von", "desde", "от"), "from"),
}
_ROLE = re.compile(rf"\b({'|'.join(_CHANGES)})\s(?:an?\s|the\s)?$", re.I)
_DIGITS = (
    r"\d{1,3}(?:(?P<mark>[,.\u00a0\u202f '’])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d{1,2})?"
    r"|\d+(?:[.,]\d+)?"
)
_NUMBER = re.compile(
    rf"(?<![\w.,/:’'–-])(?P<currency>[$£€])?(?:(?P<digits>{_DIGITS})|(?P<words>\b{_WORDED}\b))"
    rf"(?P<scale>(?:\s(?:{'|'.join(_SCALE_OF)})\b\.?){{0,2}})(?![\w/–-]|[.,:]\d)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\s?(?:%|per\s?cent\b|prozent\b|persen\b|p[oe]r ci?ento\b|pour cent\b|процент\w*|відсотк\w*)",
    re.I,
)
_TOTAL = re.compile(r"[\s\w]{0,20}\b(?:in all|in total|altogether)\b", re.I)
_POINTS = re.compile(r"[\s-]*points?\b", re.I)
_TOKEN = re.compile(r"\s*([^\W\d_][\w’'-]*)")
_LAST_WORD = re.compile(r"([\w’'.]+)\s$")
_ANY = rf"(?:\d|\b{_WORDED})"
_MORE_BEFORE = re.compile(
    # Of a range, of a ratio, or a part of the number, as the minutes of "2 hours 40 minutes".
    rf"(?:\bbetween|\bfrom|\bhalf|\bquarter|{_ANY}\s?(?:%\s)?[–—-]"
    rf"|{_ANY}\s(?:hours?|h|feet|foot|years?|months?|weeks?|days?|minutes?|pounds?|stone),?(?:\sand)?"
    rf"|\b(?:from|between)\s{_ANY}[\w.,%$£€ -]{{0,30}}\s(?:to|and)"
    rf"|{_ANY}\s(?:to|or|and|in every|in|out of|of|bis|à|до))\s?$",
    re.I,
)
_MORE_AFTER = re.compile(
    r"\s?(?:%|per cent|percent)?\s?(?:to|or|and|–|—|-|in|of|out of|in every|times|by|x|×|bis)\s?"
    rf"(?:the\s|every\s)?(?:[$£€]?\d|{_WORDED}\b)",
    re.I,
)
_LEVELS = {
    "more than": "above", "over": "above", "at least": "above", "above": "above",
    "exceeding": "above", "minimum of": "above",
    "up to": "below", "at most": "below", "less than": "below", "fewer than": "below",
    "under": "below", "below": "below", "no more than": "below", "maximum of": "below",
    "about": "near", "around": "near", "roughly": "near", "some": "near", "nearly": "near",
    "almost": "near", "approximately": "near", "estimated": "near", "close to": "near",
    "circa": "near",
}  # fmt: skip
_LEVEL = re.compile(
    rf"\b({'|'.join(sorted(_LEVELS, key=len, reverse=True))})\s(?:an?\s|the\s)?$", re.I
)
_PERIOD = re.compile(
    r"\b(?:(?:a|an|per|each|every|in an?(?:\s\w+)?)\s(?=\w)|(?=\w+ly\b))"
    r"(minute|hour|day|night|week|month|year|hourly|daily|weekly|monthly|yearly|annually)\b",
    re.I,
)
_PERIODS = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
_NEITHER_TEXT = "time fold point pm am o clock th st nd rd old"
_NEITHER = frozenset(_NEITHER_TEXT.split())
_NO_THINGS = frozenset(("every", "each", "since", "between", "per", "within", "across", "during"))
_MEASURES_TEXT = """
metr meter km kilometr kilomet centimetr mile foot feet inch acr hectar litr liter gallon gram
milligram microgram millilitr millimetr calori kilocalori
kilo kilogram ton tonn pound degre watt kilowatt megawatt year month week day hour minut second
euro dollar
"""
_MEASURES = frozenset(_MEASURES_TEXT.split())
_YEARS = range(1500, 2101)
_BEFORE_CHARS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with what it counts."""

    text: str
    """As it stands there, with its scale and per cent sign."""
    value: float
    unit: str
    """`%`, a currency sign, or empty."""
    counted: tuple[str, ...]
    """Stems of the words right behind it, up to two."""
    period: str
    """What it is counted by, as the week of "60 hours a week", or empty."""
    level: str
    """`above`, `below`, `near` or empty: a bound is no statement of a value."""
    role: str
    """`by`, `to`, `from` or empty: what falls by 3 per cent may fall to 12."""


def quantities(text: str) -> list[Quantity]:
    """The numbers of one sentence that count something; not years, names, ranges and ratios."""
    if _LONGER.search(text):
        return []
    return [found for match in _NUMBER.finditer(text) if (found := _quantity(text, match))]


def comparable(one: Quantity, other: Quantity) -> bool:
    """Whether both count the same, as far as the words right behind them tell."""
    if one.period != other.period or (one.role and other.role and one.role != other.role):
        return False
    if one.unit or other.unit:
        # "Fell 3 per cent", "fell to 12 per cent".
        level = one.unit == "%" and "to" in (one.role, other.role) and one.role != other.role
        return one.unit == other.unit and not level
    measures = {one.counted[0], other.counted[0]}
    if len(measures) == 2 and measures <= _MEASURES:
        return False
    if len(one.counted) == len(other.counted) == 2 and one.counted[0] != other.counted[0]:
        return one.counted[1] != other.counted[1] and bool(set(one.counted) & set(other.counted))
    shared = set(one.counted) & set(other.counted)
    if shared <= _MEASURES:
        # "240 metres high" and "1,900 metres of road" have nothing in common.
        rest, other_rest = set(one.counted) - shared, set(other.counted) - shared
        return bool(shared) and not (rest and other_rest)
    return bool(shared)


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    value = _value(match)
    before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()]
    after = text[match.end() : match.end() + _BEFORE_CHARS]
    if value is None or _is_part_of_more(before, after) or _is_name(match, before):
        return None
    percent = _PERCENT.match(after)
    end = match.end() + (percent.end() if percent else 0)
    if (percent and _POINTS.match(text, end)) or _TOTAL.match(after):
        return None
    unit = "%" if percent else match["currency"] or ""
    counted = () if unit else _counted(text[end : end + 2 * _BEFORE_CHARS])
    if not unit and (not counted or _NEITHER & set(counted)):
        return None
    if not unit and not match["scale"] and value in _YEARS and "," not in match.group():
        return None
    level, role = _LEVEL.search(before), _ROLE.search(before)
    period = _PERIOD.search(text[end : end + _BEFORE_CHARS])
    return Quantity(
        text=text[match.start() : end].strip(),
        value=value,
        unit=unit,
        counted=counted,
        period=_PERIODS.get(period[1].lower(), period[1].lower()) if period else "",
        level=_LEVELS[" ".join(level[1].lower().split())] if level else "",
        role=_CHANGES[role[1].lower()] if role else "",
    )


def _value(match: re.Match[str]) -> float | None:
    if match["digits"] is not None:
        digits, mark = match["digits"], match["mark"]
        if match["scale"] and mark in {",", "."} and digits.count(mark) == 1:
            return None  # "1,085 Millionen" is 1.085 million to those who write so.
        value = _of_digits(digits, mark)
    else:
        parts = re.split(r"[- ]", match["words"].lower())
        value = float(sum(_WORD_VALUES.get(part, 1) for part in parts))
    if value is None:
        return None
    scale = 1
    for form in match["scale"].lower().replace(".", "").split():
        scale *= _SCALE_OF[form]
    # "One" alone is a pronoun more often than a number.
    return None if match["words"] and value * scale < 2 else value * scale


def _of_digits(digits: str, mark: str | None) -> float | None:
    if mark == "." and digits.count(".") == 1:
        return None  # 4.200 is four thousand to some and four and a bit to others.
    if mark is not None:
        head, _, tail = digits.rpartition(mark)
        decimal = re.fullmatch(r"(\d{3})[.,](\d{1,2})", tail)
        whole = re.sub(r"\D", "", head) + (decimal[1] if decimal else tail)
        return float(f"{whole}.{decimal[2] if decimal else 0}")
    return float(digits.replace(",", "."))


def _is_part_of_more(before: str, after: str) -> bool:
    return bool(_MORE_AFTER.match(after) or _MORE_BEFORE.search(before))


def _is_name(match: re.Match[str], before: str) -> bool:
    """As the 14 of Line 14: what has a capital right before it."""
    last = _LAST_WORD.search(before)
    if match["currency"] or last is None:
        return before.endswith("#")
    if _ORDINAL_OF.search(before):
        return True
    word = last[1].casefold()
    plain = word in stopwords.ENGLISH or any(word in level.split() for level in _LEVELS)
    return last[1][0].isupper() and not plain


def _counted(after: str) -> tuple[str, ...]:
    """Stems of up to two words; "litres of water" are two."""
    found: list[str] = []
    position = 0
    while len(found) < 2 and (token := _TOKEN.match(after, position)):
        position = token.end()
        stems_here = words(encodable(token[1]), without=stopwords.ENGLISH)
        if not stems_here and found and found[0] in _MEASURES and token[1] == "of":
            continue
        if not stems_here or token[1].casefold() in _NO_THINGS:
            break
        found.append(stems_here[0])
    return tuple(found)


def stems(text: str) -> Iterator[str]:
    """Telling words of a text, without numbers and number words."""
    for stem in words(encodable(text), without=stopwords.ENGLISH):
        plain = stem not in _WORD_VALUES and stem not in _SCALE_OF
        if plain and len(stem) > 2 and not any(character.isdigit() for character in stem):
            yield stem


def is_number(word: str) -> bool:
    """Whether a word is one that English counts with, or a scale such as "million" in others."""
    plain = word.casefold()
    return plain in _WORD_VALUES or plain in _SCALE_OF
