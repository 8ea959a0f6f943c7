from __future__ import annotations

import pytest

from bot.unanswered.stripping import is_name, stem, strip, telling


@pytest.mark.parametrize(
    ("claim", "left"),
    [
        (
            "Anna Weber says the water in Sel was poisoned by O'Brien-Smith and iPhone users",
            "Anna … says the water in … was poisoned by … and … users",
        ),
        ("The mayor, aged 57, took 1,200 euros on 12 March", "The mayor aged … took … euros on …"),
        ("it cost twenty-five thousand and 3½ ٤٥ ⅓", "it cost … and …"),
        (
            "write to anna@mail.example or @anna_w, t.me/anna, anna.example #anna",
            "write to … or …",
        ),
        ("call 0171 234 567 or (+49) 171-234 now!", "call … or … now"),
        ("el 4 de noviembre cierran la escuela", "el … cierran la escuela"),
        ("don't drink – it's \"poisoned\"…", "don't drink it's poisoned"),
        ("ALL IN CAPITALS", "…"),
        ("5 died. Twenty more are ill! iPhones burn", "… died … more are ill … burn"),
        ("Wolves came. They ate. What now? Help", "Wolves came They ate What now Help"),
        ("السد لم يتضرر في 2024", "السد لم يتضرر في …"),
        ("पानी में ज़हर मिला 5", "पानी में ज़हर मिला …"),
        ("水有毒", "水 有 毒"),
        ("", ""),
        ("\ud800 lone", "lone"),
    ],
)
def test_names_and_numbers_leave_one_gap_for_each_run(claim: str, left: str) -> None:
    assert " ".join(strip(claim)) == left


def test_a_long_claim_is_read_to_a_bound() -> None:
    assert len(strip("word " * 10_000)) == 100


def test_what_has_a_capital_may_be_a_name() -> None:
    assert [is_name(word) for word in ("Anna", "mcAllen", "anna", "ǅ", "السد")] == [
        True, True, False, True, False,
    ]  # fmt: skip


def test_long_words_that_are_not_in_every_sentence_say_something() -> None:
    assert telling(("the", "water", "is", "poisoned", "poisoned")) == 2
    assert telling(("They", "the", "dam", "…", "when", "There")) == 0
    assert telling(("水", "毒")) == 2
    assert telling(["Почему", "никто", "не", "говорит", "об", "этом", "уже", "давно"]) == 0
    assert telling(["Warum", "hat", "denn", "keiner", "etwas", "darüber", "gesagt"]) == 0
    assert telling(["por", "qué", "nadie", "dijo", "que", "el", "puente", "está", "roto"]) == 2


def test_forms_of_a_word_are_one() -> None:
    assert stem("poisoned") == stem("poisons")
    assert stem("vergiftet") != stem("vergessen")
    assert stem("السد") == "السد"
