from __future__ import annotations

import pytest
from support.drawing import TESSERACT, needs_tesseract

from bot.errors import StartError
from bot.i18n import Translators
from bot.pictures.languages import choose, installed_languages


@pytest.mark.parametrize(
    ("setting", "installed", "code", "languages"),
    [
        ("auto", {"eng", "rus", "deu"}, "ru", "rus+eng"),
        ("auto", {"eng", "rus"}, "en", "eng"),
        ("auto", {"eng", "rus"}, "hi", "eng"),
        ("auto", {"rus"}, "en", "rus"),
        ("eng+rus", {"eng", "rus", "deu"}, "de", "eng+rus"),
    ],
)
def test_a_picture_is_read_in_the_persons_language_and_english_or_as_the_operator_says(
    setting: str, installed: set[str], code: str, languages: str
) -> None:
    assert choose(setting, installed).of(code) == languages


def test_a_language_that_is_not_installed_says_what_to_install() -> None:
    with pytest.raises(StartError, match="tesseract-ocr-rus"):
        choose("eng+rus", {"eng"})


def test_every_language_of_the_interface_has_a_name_at_tesseract() -> None:
    everything = choose("auto", {"ara", "deu", "eng", "spa", "fas", "fra", "hin", "ind", "por",
                                 "rus", "tur", "ukr"})  # fmt: skip
    chosen = {everything.of(code) for code in Translators.load().codes}
    assert len(chosen) == len(Translators.load().codes)


@needs_tesseract
def test_what_is_installed_is_found() -> None:
    found = installed_languages(TESSERACT)
    assert found
    assert "osd" not in found


def test_a_tesseract_that_does_not_run_can_read_nothing() -> None:
    assert installed_languages("/nowhere/tesseract") == ()
    assert installed_languages("/bin/false") == ()
