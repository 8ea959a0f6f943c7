from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deeplink import PATTERN, decode, encode
from index.model import Strength
from index.reference import AnswerReference, PassageReference

PASSAGES = st.lists(
    st.builds(PassageReference, passage_id=st.integers(min_value=0, max_value=2**40)),
    min_size=1,
    max_size=4,
).map(tuple)
REFERENCES = st.builds(
    AnswerReference,
    generation=st.integers(min_value=1, max_value=99_999).map(lambda n: f"{n:04}"),
    strength=st.sampled_from(Strength),
    articles=st.lists(st.tuples(st.sampled_from(Strength), PASSAGES), min_size=1, max_size=6).map(
        tuple
    ),
    threads=st.lists(PASSAGES, max_size=6).map(tuple),
)


def usual() -> AnswerReference:
    """Five articles of two passages and two threads, of a library of a few hundred thousand."""
    numbers = iter(range(300_000, 300_100))

    def some(count: int) -> tuple[PassageReference, ...]:
        return tuple(PassageReference(passage_id=next(numbers)) for _ in range(count))

    return AnswerReference(
        generation="0012",
        strength=Strength.STRONG,
        articles=tuple((Strength.STRONG, some(2)) for _ in range(5)),
        threads=(some(2), some(3)),
    )


@given(reference=REFERENCES)
def test_a_link_holds_the_beginning_of_an_answer_in_telegrams_bounds(
    reference: AnswerReference,
) -> None:
    parameter = encode(reference)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", parameter)
    read = decode(parameter)
    assert read is not None
    assert read.passage_ids == reference.passage_ids[: len(read.passage_ids)]
    assert (read.generation, read.strength) == (reference.generation, reference.strength)
    assert read.articles[0][0] == reference.articles[0][0]
    assert encode(read) == parameter


def test_of_a_usual_answer_all_reporting_fits() -> None:
    read = decode(encode(usual()))
    assert read is not None
    assert read.articles == usual().articles
    assert read.threads[:1] == usual().threads[:1]


@given(text=st.text(max_size=80))
def test_what_no_bot_wrote_is_nothing_or_exactly_what_it_would_write(text: str) -> None:
    read = decode(text)
    assert read is None or encode(read) == text


@given(data=st.text(alphabet="ABCDEFGHabcdefgh0123456789_-", min_size=4, max_size=62))
def test_a_forged_link_never_fails(data: str) -> None:
    read = decode(f"c1{data}")
    assert read is None or read.passage_ids


def test_what_holds_no_passage_or_no_number_has_no_link() -> None:
    empty = AnswerReference(generation="0001", strength=Strength.NONE)
    with pytest.raises(ValueError, match="without passages"):
        encode(empty)
    with pytest.raises(ValueError, match="not numbered"):
        encode(AnswerReference(generation="x", strength=Strength.NONE))


def test_the_pattern_is_what_links_are() -> None:
    assert re.fullmatch(PATTERN, encode(usual()))
