"""Which pairs of articles are one text; a wrong yes is worse than a missed one."""

from __future__ import annotations

import time

import pytest

from index.likeness import Text, are_copies

TITLE = "Harbour bridge to close for four nights"
SENTENCES = (
    "The harbour bridge will close to all traffic for four nights from Monday so that the worn "
    "bearings can be replaced, the city council said on 3 May.",
    "Buses will be diverted over the old lock, which adds eleven minutes to the way from the "
    "station to the hospital.",
    "Ida Berg, who leads the works, told reporters that the bearings had been due since 2019 and "
    "that nobody had been in danger.",
    "Shopkeepers on the eastern bank say that they did not hear of the plan before this.",
    "The council will pay for a ferry during the day, with room for 40 people and their bicycles.",
    "A second closure is expected in autumn, when the railings are painted and the lamps changed.",
)
BODY = "\n\n".join(SENTENCES)


def copies(one: str, other: str, *, titles: tuple[str, str] = (TITLE, TITLE)) -> bool:
    texts = Text.of(titles[0], one), Text.of(titles[1], other)
    said = are_copies(*texts)
    assert said == are_copies(*reversed(texts))
    return said


def test_words_alike_are_copies_however_they_are_set() -> None:
    shouted = BODY.upper().replace("\n\n", " ").replace(",", " –")
    assert copies(BODY, shouted, titles=(TITLE, "Four nights without a bridge"))


@pytest.mark.parametrize(
    "other",
    [
        f"LINDHAVEN, 3 May (Coast Wire) - {BODY}",
        f"{BODY}\n\nThis article first appeared in the Harbour Post. All rights reserved 2024.",
        BODY.replace("traffic", "trafic").replace("reporters", "the reporters"),
        "\n\n".join(SENTENCES[:5]),
        BODY.replace(
            SENTENCES[3],
            f"{SENTENCES[3]} The mayor, who was in another town, could not be reached.",
        ),
    ],
    ids=["dateline", "notice", "spelling", "cut", "a sentence more"],
)
def test_what_an_outlet_puts_around_or_cuts_off_leaves_it_a_copy(other: str) -> None:
    assert copies(BODY, other, titles=(TITLE, "Bridge closed at night"))


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("traffic for four nights", "traffic for six nights"),
        ("worn", "new"),
        ("40 people", "60 people"),
        ("3 May", "4 May"),
        ("2019", "2009"),
        ("Ida Berg", "Mona Ek"),
        ("nobody had been", "everybody had been"),
        ("did not hear", "did hear"),
        ("The council will pay", "The council will not pay"),
        ("for 40 people", "for people"),
    ],
)
def test_another_number_name_or_a_denial_is_another_article(word: str, other: str) -> None:
    assert word in BODY
    assert not copies(BODY, BODY.replace(word, other))


def test_rewritten_sentences_with_other_figures_are_another_article() -> None:
    rewritten = BODY.replace(
        SENTENCES[4],
        "Every ship that the council has now hired takes 75 passengers across, it says.",
    )
    assert not copies(BODY, rewritten)


def test_a_short_notice_is_a_copy_only_under_the_same_title() -> None:
    notice = "This article is for subscribers. Log in, or take a subscription to read on."
    assert not copies(notice, notice, titles=("Dam holds", "Dam breaks"))
    assert copies(notice, notice, titles=("The dam holds", "The dam holds | Harbour Post"))


def test_a_very_short_text_has_no_copies() -> None:
    text = Text.of(TITLE, "The bridge is closed.")
    assert not are_copies(text, text)
    assert text.bands() == []


def test_texts_without_spaces_are_compared_by_character() -> None:
    text = "市议会五月三日宣布，港口大桥将从星期一起关闭四个晚上，以便更换磨损的支座。"
    assert copies(text, text.replace("，", " "))
    assert not copies(text, text.replace("三日", "八日"))


def test_a_table_that_repeats_itself_is_nobody_s_copy() -> None:
    rows = "goals against points home away won lost drawn "
    assert not copies(rows * 30, rows * 31)


def test_copies_meet_in_a_band_and_other_texts_do_not() -> None:
    bands = set(Text.of(TITLE, BODY).bands())
    assert bands & set(
        Text.of("x", f"LINDHAVEN (Coast Wire) - {BODY} All rights reserved.").bands()
    )
    assert not bands & set(Text.of(TITLE, " ".join(reversed(BODY.split()))).bands())
    assert all(-(2**63) <= band < 2**63 for band in bands)


def test_the_numbers_of_bands_are_stored_and_must_not_change() -> None:
    assert Text.of(TITLE, BODY).bands()[:2] == [1392198348114970722, 2915287693098572062]


def test_texts_made_to_be_slow_are_not() -> None:
    hostile = [" ".join(["a"] * 100_000), " ".join(f"w{n % 1700}" for n in range(100_000))]
    started = time.process_time()
    for one in hostile:
        for other in (one, f"{one} b", f"b {one}"):
            copies(one, other)
    assert time.process_time() - started < 30
