"""What differs is marked where it is plain, and hardly ever where nothing differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.differences import differences
from index.highlight import highlighter
from index.model import Difference, DifferenceKind, Span

PAIRS = Path(__file__).parent / "differences_pairs.jsonl"
WRONG_AT_MOST = 2
RECALL_AT_LEAST = 0.85


def pairs() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]


def marked(claim: str, passage: str) -> set[tuple[str, str]]:
    found = differences(claim, passage, highlighter(claim)(passage))
    return {(difference.claim, difference.passage) for difference in found}


def test_there_are_enough_pairs_and_most_of_them_must_not_be_marked() -> None:
    assert len(pairs()) >= 100
    assert sum(not pair["differs"] for pair in pairs()) >= 60
    assert len({(pair["claim"], pair["passage"]) for pair in pairs()}) == len(pairs())
    for pair in pairs():
        for claim, passage in pair["differs"]:
            assert claim in pair["claim"]
            assert passage in pair["passage"]


def test_marks_are_right_and_most_differences_are_found() -> None:
    wrong, right, wanted = [], 0, 0
    for pair in pairs():
        want = {tuple(difference) for difference in pair["differs"]}
        found = marked(pair["claim"], pair["passage"])
        wanted += len(want)
        right += len(found & want)
        wrong += [(pair["claim"], mark) for mark in found - want]
    assert len(wrong) <= WRONG_AT_MOST, wrong
    assert right / wanted >= RECALL_AT_LEAST


def test_a_difference_says_what_kind_it_is() -> None:
    assert differences("The mill burnt down in May 1950", "The mill burnt down in May 1905.") == ()
    (found,) = differences("Goldfish never sleep at night", "Goldfish sleep at night.")
    assert found == Difference(kind=DifferenceKind.DENIAL, claim="never", passage="")


def test_only_the_nearest_sentence_is_compared() -> None:
    claim, first = "Police arrested 40 bakers yesterday", "Police arrested four bakers yesterday."
    passage = f"{first} Forty bakers lived there."
    assert differences(claim, passage) == ()
    assert differences(claim, passage, Span(start=len(first) + 1, end=len(passage))) == ()
    (found,) = differences(claim, passage, Span(start=0, end=len(first)))
    assert (found.claim, found.passage) == ("40", "four")


ODD = ["", "40", "%", "½", "١٢٣ ٤٥٦", "1,2,3,4", "- 5 - 6", "\ud800 40 men"]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_compared_without_fault(text: str) -> None:
    assert differences(text, text) == ()
    differences(text, "The king has 40 men in Sel.")


@given(claim=st.text(max_size=200), passage=st.text(max_size=200))
def test_any_texts_are_compared_and_marks_are_verbatim(claim: str, passage: str) -> None:
    for found in differences(claim, passage):
        assert found.claim in claim
        assert found.passage in passage


@given(text=st.text(alphabet="0123456789 .,%-$twofivemillion", max_size=300))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert differences(text, text) == ()


def test_a_long_text_of_nothing_but_numbers_gets_no_mark() -> None:
    assert differences("1,000 " * 5_000, "one hundred thousand " * 5_000) == ()


def test_a_number_of_hundreds_of_digits_differs_from_nothing() -> None:
    told = "people died in the flood of the valley"
    assert differences(f"{'4' * 308} {told}", f"0.05 {told}") == ()
