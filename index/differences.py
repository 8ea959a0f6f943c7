"""In which numbers, dates and denials a claim and a passage differ; which is right is not said.

Precision before recall: two numbers differ only if the sentences plainly speak of the same thing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from index import stopwords
from index.analysis import encodable, words
from index.dates import Precision
from index.mentions import find_mentions
from index.model import Article, Difference, DifferenceKind, Span
from index.negation import NEGATIONS
from index.quantities import Quantity, comparable, quantities, stems
from index.text import sentences

_MOST_CHARS = 2_000
_LEAST_SHARED = 2
_LEAST_SHARE = 0.65
"""Of the telling words of claim or sentence, whichever has fewer."""
_LEAST_SHARE_SHIFTED = 0.5
"""The same where the digits are the same: 200 for 20 is how a number grows as it is told on."""
_SAME_WORDS = 0.75
"""Of the telling words of both together, before a denial in one of them is marked."""
_LEAST_SAME = 3
_SAME_EVENT = 0.65
"""The same, before two dates are taken for dates of one event."""
_SMALL = 40
_LEAST_SHARE_SMALL = 0.8
"""The same where both numbers are small: such numbers stand in any sentence."""
_ROUNDING = 0.1
_ROUGHLY = 0.3
_MOST_APART = 1_000
"""A number that is more times the other counts something else."""
_CAPITALISED = re.compile(r"\b(?:\d+[A-Z]\w*|[A-ZÀ-ÞА-ЯІЇЄҐ][\w’'-]+)")
_NUMBERED = re.compile(r"\b([A-Z][a-z]+) (?:[A-Z]?\d+|[A-Z]|[IVX]{1,5})\b")
_ORDINAL = re.compile(
    r"\b\d+(?:st|nd|rd|th)\b|\b(?:type|phase|stage|level|grade|class|group) (?:\d+|[A-Z])\b", re.I
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d(?=s?\b)|\b(?:today|now|currently|nowadays)\b")
_RECURRING_TEXT = (
    "award championship cup elect festiv leagu medal olymp prize season titl tournament"
)
_RECURRING = frozenset(_RECURRING_TEXT.split())
"""What has a winner every year may have another date without any difference."""
_WORD = re.compile(r"[^\s.,;:!?…\"“”«»()]+")
_UNSURE = re.compile(
    r"\?|\b(?:no (?:fewer|less|more|doubt|longer)|if|only|hardly|rarely|barely|but|unless|whether"
    r"|why|myth|false|wrong|claim\w*|said|says|without|until|till|yet|some|just|even)\b",
    re.I,
)
_OPPOSED = tuple(
    tuple(frozenset(side.split()) for side in line.split("/"))
    for line in (
        "kill die dead death fatal / injur wound hurt / infect case sick ill hospit",
        "men man male boy / women woman femal girl / children child kid / adult",
        "rise rose increas grew grow gain / fall fell drop decreas lost lose cut",
        "import / export", "north northern / south southern / east eastern / west western",
        "winter / summer / spring / autumn", "minimum min / maximum max / averag mean median",
        "rich / poor", "urban citi / rural",
        "minut / hour hourli / day daili night / week weekli / month monthli / year yearli annual",
        "cost spend spent pay paid price / save earn profit incom revenu",
        "plan propos expect forecast / actual final", "first / second / third / last",
        "old older elder / young younger", "buy bought / sell sold", "open / close shut",
        "support favour favor / oppos against reject",
        "length long / width wide / height high tall", "befor prior / after / dure",
        "upper / lower / middl", "morn / afternoon / evening", "public / privat", "gross / net",
        "left / right", "domest / foreign intern abroad", "soldier troop / civilian",
        "gold / silver / bronz", "arriv / depart", "insid indoor / outsid outdoor",
    )
)  # fmt: skip


def marked(articles: Sequence[Article], claim: str) -> tuple[Article, ...]:
    """The articles, each passage with what differs between the claim and it."""
    return tuple(
        replace(
            article,
            passages=tuple(
                replace(one, differences=differences(claim, one.text, one.highlight))
                for one in article.passages
            ),
        )
        for article in articles
    )


def differences(claim: str, passage: str, highlight: Span | None = None) -> tuple[Difference, ...]:
    """What plainly differs between a claim and the sentence of a passage that is nearest to it.

    Args:
        claim: what was asked.
        passage: a stored text, verbatim.
        highlight: the sentence nearest to the claim; where there is none, only a passage of one
            sentence is compared.
    """
    sentence = _sentence(passage, highlight)
    claim = encodable(claim[:_MOST_CHARS])
    sentence = encodable(sentence)
    if not sentence or not claim:
        return ()
    found = _numbers(claim, sentence) or _dates(claim, sentence) or _denials(claim, sentence)
    # Looked at last: it costs most, and most passages differ in nothing.
    return () if found and _about_others(claim, sentence) else found


def _sentence(passage: str, highlight: Span | None) -> str:
    if highlight is not None:
        return passage[highlight.start : highlight.end][:_MOST_CHARS]
    return passage if len(passage) <= _MOST_CHARS and len(sentences(passage)) == 1 else ""


# ---------------------------------------------------------------- numbers


def _numbers(claim: str, sentence: str) -> tuple[Difference, ...]:
    stated = quantities(_undated(claim))
    there = quantities(_undated(sentence)) if stated else []
    found = []
    for one in stated:
        rivals = [other for other in there if comparable(one, other)]
        alike = [other for other in stated if comparable(one, other)]
        same = any(_alike(one.value, other.value, _ROUNDING) for other in there)
        if len(rivals) != 1 or len(alike) != 1 or same:
            continue
        small = max(one.value, rivals[0].value) <= _SMALL
        shifted = _LEAST_SHARE_SHIFTED if _shifted(one.value, rivals[0].value) else _LEAST_SHARE
        share = _LEAST_SHARE_SMALL if small else shifted
        others = [other for other in there if other is not rivals[0]]
        if _one_matter(claim, sentence, share, one, others) and _differ(one, rivals[0]):
            found.append(
                Difference(kind=DifferenceKind.NUMBER, claim=one.text, passage=rivals[0].text)
            )
    return tuple(found[:2])


def _differ(one: Quantity, other: Quantity) -> bool:
    bounds = {one.level, other.level} & {"above", "below"}
    if bounds and one.level != other.level:
        return False
    if max(one.value, other.value) > _MOST_APART * min(one.value, other.value):
        return False
    near = "near" in (one.level, other.level)
    return not _alike(one.value, other.value, _ROUGHLY if near else _ROUNDING)


def _shifted(one: float, other: float) -> bool:
    least, most = sorted((one, other))
    if not 0 < least <= most <= _MOST_APART * least:
        return False
    zeros = math.log10(most / least)
    return zeros > _ROUNDING and abs(zeros - round(zeros)) < math.log10(1 + _ROUNDING)


def _alike(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


# ---------------------------------------------------------------- dates


def _dates(claim: str, sentence: str) -> tuple[Difference, ...]:
    stated, there = find_mentions(claim), find_mentions(sentence)
    if (
        len(stated) != 1
        or len(there) != 1
        or not _same_words(_undated(claim), _undated(sentence), _SAME_EVENT)
    ):
        return ()
    one, other = stated[0], there[0]
    whole = {Precision.DAY, Precision.MONTH, Precision.YEAR}
    if one.date.precision not in whole or other.date.precision not in whole:
        return ()
    if one.date.year == other.date.year and one.date.precision is not other.date.precision:
        return ()
    if one.date == other.date or _count_differently(claim, sentence):
        return ()
    if _RECURRING & set(stems(claim)):
        return ()
    return (Difference(kind=DifferenceKind.DATE, claim=one.text, passage=other.text),)


def _count_differently(claim: str, sentence: str) -> bool:
    """What has other numbers in another year is another event."""
    stated, there = quantities(_undated(claim)), quantities(_undated(sentence))
    return bool(stated and there) and not any(
        _alike(one.value, other.value, _ROUNDING) for one in stated for other in there
    )


# ---------------------------------------------------------------- denials


def _denials(claim: str, sentence: str) -> tuple[Difference, ...]:
    stated, there = _denying(claim), _denying(sentence)
    if len(stated) + len(there) != 1 or _UNSURE.search(claim) or _UNSURE.search(sentence):
        return ()
    if not _same_words(claim, sentence, _SAME_WORDS):
        return ()
    return (Difference(kind=DifferenceKind.DENIAL, claim="".join(stated), passage="".join(there)),)


def _denying(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word.casefold() in NEGATIONS]


# ---------------------------------------------------------------- of one matter?


def _about_others(claim: str, sentence: str) -> bool:
    """Whether names, years or opposite words show that the two speak of different things."""
    if _numbered(claim) and _numbered(sentence) and not _numbered(claim) & _numbered(sentence):
        return True
    if _names(claim, sentence) and _names(sentence, claim):
        return True
    years, other_years = set(_YEAR.findall(claim)), set(_YEAR.findall(sentence))
    # One year in each may be what differs.
    if years - other_years and other_years - years and len(years | other_years) > 2:
        return True
    mine_stems = set(words(claim, without=frozenset()))
    their_stems = set(words(sentence, without=frozenset()))
    if _negated(mine_stems, their_stems) or _negated(their_stems, mine_stems):
        return True
    for sides in _OPPOSED:
        mine_sides = {n for n, side in enumerate(sides) if side & mine_stems}
        their_sides = {n for n, side in enumerate(sides) if side & their_stems}
        if mine_sides and their_sides and not mine_sides & their_sides:
            return True
    return False


def _negated(some: set[str], others: set[str]) -> bool:
    """Whether one speaks of smokers and the other of non-smokers, or of the unvaccinated."""
    return bool("non" in others - some) or any(
        f"{prefix}{stem}" in others
        for stem in some - others
        for prefix in ("un", "non", "il", "ir")
    )


def _names(text: str, other: str) -> set[str]:
    """Capitalised words of a text that the other lacks; the first word may be one."""
    known = set(words(other, without=frozenset()))
    found = (match.group() for match in _CAPITALISED.finditer(_undated(text)))
    return {
        name
        for name in found
        if not set(words(name, without=stopwords.ENGLISH)) <= known
        and name.casefold() not in NEGATIONS
        and (name[0].isdigit() or any(True for _ in stems(name)))
    }


def _numbered(text: str) -> set[str]:
    """Names with a number, as Flight 17, without sentence openings such as "About 30"."""
    return {
        match.group().casefold()
        for match in _NUMBERED.finditer(_undated(text))
        if any(True for _ in stems(match[1]))
    } | {match.group().casefold() for match in _ORDINAL.finditer(_undated(text))}


def _undated(text: str) -> str:
    """The text with blanks for its dates."""
    for mention in find_mentions(text):
        end = mention.start + len(mention.text)
        text = text[: mention.start] + " " * len(mention.text) + text[end:]
    return text


def _one_matter(
    claim: str, sentence: str, least_share: float, one: Quantity, others: Sequence[Quantity]
) -> bool:
    """Whether two numbers belong to the same statement.

    Args:
        claim: which states the one.
        sentence: which states the other.
        least_share: of telling words that both must hold.
        one: the number of the claim; what it counts is in both anyway.
        others: further numbers of the sentence; "two pills contain 1,000 mg" is no statement
            about a pill.
    """
    years, other_years = set(_YEAR.findall(claim)), set(_YEAR.findall(sentence))
    if years and other_years and not years & other_years:
        return False
    mine, theirs = set(stems(claim)), set(stems(sentence))
    shared = len(mine & theirs)
    if any(mine & set(other.counted[:1]) for other in others):
        return False
    if not (mine & theirs) - set(one.counted):
        return False
    return shared >= max(_LEAST_SHARED, least_share * min(len(mine), len(theirs)))


def _same_words(claim: str, sentence: str, share: float) -> bool:
    mine, theirs = (
        set(stems(" ".join(w for w in _WORD.findall(text) if w.casefold() not in NEGATIONS)))
        for text in (claim, sentence)
    )
    shared = len(mine & theirs)
    return shared >= _LEAST_SAME and shared >= share * len(mine | theirs)
