from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.mentions import find_mentions
from index.months import MONTH_NAMES


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.text, mention.date.isoformat()) for mention in find_mentions(text)]


@pytest.mark.parametrize(
    ("text", "words", "stated"),
    [
        ("On November 4, the commander said", "November 4", "--11-04"),
        ("In August 2017, the station", "August 2017", "2017-08"),
        ("It was 4 November 2018.", "4 November 2018", "2018-11-04"),
        ("the 4th of November 2018", "4th of November 2018", "2018-11-04"),
        ("Nov. 4, 2018: nothing", "Nov. 4, 2018", "2018-11-04"),
        ("on 2018-11-04 at noon", "2018-11-04", "2018-11-04"),
        ("In 2018, prices rose", "2018", "2018"),
        ("a law in force since 1999.", "1999", "1999"),
        ("from November 4-6, 2018", "November 4-6, 2018", "2018-11"),
        ("el 4 de noviembre de 2018", "4 de noviembre de 2018", "2018-11-04"),
        ("en agosto de 2017", "agosto de 2017", "2017-08"),
        ("le 1er mars 2019", "1er mars 2019", "2019-03-01"),
        ("am 4. November 2018", "4. November 2018", "2018-11-04"),
        ("im Jahr 2018.", "2018", "2018"),
        ("em 7 de setembro", "7 de setembro", "--09-07"),
        ("4 ноября 2018 года", "4 ноября 2018", "2018-11-04"),
        ("в 2018 году", "2018", "2018"),
        ("у листопаді 2018", "листопаді 2018", "2018-11"),
    ],
)
def test_a_date_is_found_with_its_precision(text: str, words: str, stated: str) -> None:
    assert found(text) == [(words, stated)]


@pytest.mark.parametrize(
    "text",
    [
        "It may 4 times be so",
        "They march 4 miles",
        "November 40",
        "November 31",
        "March 4%",
        "November 4,000 people",
        "in 2018 people",
        "in 1500 homes",
        "since 2000 euros were paid",
        "1/2/2018",
        "https://example.org/2018-11-04/in",
        "version 2018-11-04-beta",
        "flight 2018",
        "at 10:30 November",
        "Mr. August said",
        "",
    ],
)
def test_what_is_not_clearly_a_date_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_mentions_come_in_order_and_do_not_overlap() -> None:
    text = "In 2016, on 4 November 2018 and in August 2017, and on May 1."
    assert found(text) == [
        ("2016", "2016"),
        ("4 November 2018", "2018-11-04"),
        ("August 2017", "2017-08"),
        ("May 1", "--05-01"),
    ]


def test_a_mention_says_where_it_stands() -> None:
    text = "Later, on November 4, it rained."
    (mention,) = find_mentions(text, paragraph=7)
    assert mention.paragraph == 7
    assert text[mention.start : mention.start + len(mention.text)] == mention.text


@pytest.mark.parametrize("language", MONTH_NAMES)
def test_every_language_names_twelve_months(language: str) -> None:
    names = MONTH_NAMES[language]
    assert len(names) == 12
    for number, forms in enumerate(names, start=1):
        for form in forms.split("|"):
            assert found(f"x 12 {form} 2018 x")[0][1] == f"2018-{number:02d}-12"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["November", "in", "4", "2018", ",", " ", "-", "de", "мая", ".", "31", "x"]
        )
    ).map("".join)
)
def test_every_mention_is_verbatim(text: str) -> None:
    for mention in find_mentions(text):
        assert text[mention.start :].startswith(mention.text)
