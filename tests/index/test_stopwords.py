"""Which words count when claim and passage share them."""

from __future__ import annotations

import pytest

from index import stopwords
from index.analysis import telling


@pytest.mark.parametrize(
    ("claim", "terms"),
    [
        ("The bridge is closed to all of us", {"bridg", "close", "us"}),
        ("El puente está cerrado desde ayer", {"puent", "cerr"}),
        ("Мост закрыт и никто не знает почему", {"мост", "закр", "знает"}),
        ("Die Brücke ist seit gestern wieder zu", {"bruck", "gest"}),
    ],
)
def test_words_that_a_language_cannot_do_without_do_not_count(claim: str, terms: set[str]) -> None:
    assert set(telling(claim)) == terms


def test_a_claim_of_nothing_else_keeps_them() -> None:
    assert telling("who is he") == ("who", "is", "he")


def test_a_language_that_nobody_has_listed_has_none() -> None:
    assert stopwords.of("xx") == frozenset()
