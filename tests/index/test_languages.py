from __future__ import annotations

import pytest

from index.languages import detect, number_of, of_claim


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bridge was closed on Monday because of the repairs.", "en"),
        ("Die Brücke ist seit Montag wegen Bauarbeiten gesperrt.", "de"),
        ("El puente está cerrado desde el lunes por obras.", "es"),
        ("Мост закрыт с понедельника из-за ремонтных работ.", "ru"),
        ("أغلق الجسر منذ يوم الاثنين بسبب أعمال الصيانة", "ar"),
        ("पुल सोमवार से मरम्मत के कारण बंद है और लोग परेशान हैं", "hi"),
        ("这座桥因维修从星期一起关闭", "zh"),
        ("橋は月曜日から修理のため閉鎖されています", "ja"),
    ],
)
def test_a_sentence_is_enough(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mona Ek",
        "lol",
        "Nice one, thanks!",
        "1234567890 " * 20,
        "https://www.example.org/a-long-address/with/many/words/in/it/but/none/to/read",
        "@mona @bo @ida @reader #bridgegate #harbour #closed #again",
        "ha ha ha ha ha ha ha ha ha ha ha ha ha ha ha xd xd xd xd",
    ],
)
def test_what_is_short_or_no_language_stays_unknown(text: str) -> None:
    assert detect(text) is None


def test_links_and_line_breaks_do_not_hide_the_language() -> None:
    text = "https://a.example/english-words\nDie Brücke ist heute\nwegen Bauarbeiten gesperrt."
    assert detect(text) == "de"


def test_numbers_of_codes_are_their_own_and_none_is_negative() -> None:
    codes = ["en", "de", "ru", "zh", "ceb"]
    assert len({number_of(code) for code in codes}) == len(codes)
    assert min(map(number_of, codes)) >= 0


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("La Tierra es plana", "es"),
        ("Las vacunas causan autismo", "es"),
        ("Земля плоская", "ru"),
        ("الأرض مسطحة", "ar"),
        ("Katzen haben neun Leben", "de"),
        ("Vaccines cause autism", "en"),
        ("Merkel resigned!!! https://ejemplo.example/la-noticia-de-hoy", "en"),
    ],
)
def test_a_short_claim_is_enough_to_tell_that_it_is_no_english(claim: str, language: str) -> None:
    assert of_claim(claim) == language


@pytest.mark.parametrize(
    "claim", ["", "🔥🔥", "1234", "COVID", "@mona #ok", "https://a.example/b"]
)
def test_a_claim_of_no_plain_language_counts_as_english(claim: str) -> None:
    assert of_claim(claim) == "en"
