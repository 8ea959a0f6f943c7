"""Dates that a text mentions, found conservatively: a missed one costs less than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.dates import DateMention, PartialDate
from index.months import MONTH_NAMES, YEAR_WORDS

_MONTH_OF = {
    form.casefold(): number
    for names in MONTH_NAMES.values()
    for number, forms in enumerate(names, start=1)
    for form in forms.split("|")
}


def _months(*languages: str) -> str:
    """One pattern for names as the table writes them, and with a capital where it has none."""
    entries = (names for code in languages for names in MONTH_NAMES[code])
    forms = {form for names in entries for form in names.split("|")}
    forms |= {form[0].upper() + form[1:] for form in forms}
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))


# Every repetition below is bounded, so the time for a text is linear in its length.
_MONTH = rf"(?P<month>{_months(*MONTH_NAMES)})(?!\w)"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)(?![\w%‰]|[.,]\d|[-–/]\d)"
_OF = r"(?:,?\s|\s(?:de|del|of)\s)"

_ISO = re.compile(rf"(?<![\w/.-])(?P<year>\d{{4}})-(?P<month>\d\d)-{_DAY}(?![\d/-])")
_NAMED = tuple(
    re.compile(form)
    for form in (
        # 4 November 2018, 4th of November, 4. November 2018, 4 de noviembre de 2018
        rf"(?<![\w.,:/–-]){_DAY}(?:st|nd|rd|th|er|º|\.)?\s(?:of\s|de\s)?{_MONTH}"
        rf"(?:\.?{_OF}{_YEAR})?",
        # November 4, 2018, Nov. 4th, November 4-6
        rf"\b(?P<month>{_months('en')})(?!\w)\.?\s{_DAY}(?:st|nd|rd|th)?(?![\w%:/]|[.,]\d)"
        rf"(?P<until>\s?[-–]\s?\d{{1,2}}(?!\d))?(?:,?\s{_YEAR})?",
        # August 2017, agosto de 2017
        rf"\b{_MONTH}\.?{_OF}{_YEAR}",
    )
)
_BARE_YEAR = re.compile(rf"(?<=\s){_YEAR}")
_BEFORE_YEAR_CHARS = 16
_YEAR_CONTEXTS = tuple(
    (
        re.compile(rf"(?:^|\W)(?:{words.before})\s$", re.IGNORECASE),
        re.compile(
            rf"\s(?:{words.unit})\b"
            if words.unit
            else rf"\s?(?:[,.;:)!?…”\"»]|$)|\s(?:{words.after})\b"
        ),
    )
    for words in YEAR_WORDS.values()
)
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def find_mentions(text: str, paragraph: int = 0) -> tuple[DateMention, ...]:
    """Dates that a paragraph mentions, in its order, none overlapping another.

    Args:
        text: one paragraph.
        paragraph: its 0-based number, as the mentions will state it.
    """
    found: list[DateMention] = []
    end = 0
    for start, stop, stated in sorted(_candidates(text), key=lambda c: (c[0], -c[1])):
        if start >= end:
            words = text[start:stop]
            found.append(DateMention(text=words, date=stated, paragraph=paragraph, start=start))
            end = stop
    return tuple(found)


def _candidates(text: str) -> Iterator[tuple[int, int, PartialDate]]:
    if _DIGIT.search(text) is None:
        return
    for match in _matches(text):
        parts = match.groupdict()
        # A range of days, or no day at all: what is certain is the month.
        day = None if parts.get("until") else parts.get("day")
        try:
            stated = PartialDate(
                year=int(parts["year"]) if parts.get("year") else None,
                month=_month_number(parts.get("month")),
                day=int(day) if day else None,
            )
        except ValueError:
            continue
        yield match.start(), match.end(), stated


def _matches(text: str) -> Iterator[re.Match[str]]:
    yield from _ISO.finditer(text)
    # Looking for single words first spares most texts the search for a hundred names.
    if any(word.casefold() in _MONTH_OF for word in _WORD.findall(text)):
        for form in _NAMED:
            yield from form.finditer(text)
    for match in _BARE_YEAR.finditer(text):
        before = text[max(0, match.start() - _BEFORE_YEAR_CHARS) : match.start()]
        for opens, goes_on in _YEAR_CONTEXTS:
            if opens.search(before) and goes_on.match(text, match.end()):
                yield match
                break


def _month_number(name: str | None) -> int | None:
    if name is None:
        return None
    return int(name) if name.isdecimal() else _MONTH_OF[name.casefold()]
