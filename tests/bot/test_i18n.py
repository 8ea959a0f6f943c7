from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po

from bot.i18n import LOCALES, Translators
from index.dates import PartialDate

BOT = LOCALES.parent
CODES = ("ar", "de", "en", "es", "fa", "fr", "hi", "id", "pt", "ru", "tr", "uk")
BUTTON_CHARS = 30
INLINE_BUTTON_CHARS = 48
SMALL_BUTTON_CHARS = 18
"""Where three share a row."""
TRANSLATORS = Translators.load()


def said() -> dict[str, str | tuple[str, ...]]:
    """Every text that the code asks a translation of, by its msgid."""
    found = extract_from_dir(BOT, [("**.py", "python"), ("**.html", "jinja2")])
    messages = (message for _, _, message, _, _ in found)
    return {m if isinstance(m, str) else m[0]: m for m in messages}


def catalog(code: str) -> Catalog:
    with (LOCALES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def texts(code: str) -> dict[str, tuple[str, ...]]:
    """All forms of every translation, by msgid."""
    entries = {}
    for message in catalog(code):
        if message.id:
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else message.string
            entries[msgid] = tuple(forms)
    return entries


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


TRANSLATED = [code for code in CODES if code != "en"]


def test_the_languages_are_those_that_were_promised() -> None:
    assert TRANSLATORS.codes == CODES


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_has_a_translation_and_no_translation_is_left_over(code: str) -> None:
    assert set(texts(code)) == set(said())
    assert [msgid for msgid, forms in texts(code).items() if not all(forms)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_have_the_places_of_the_original(code: str) -> None:
    for msgid, forms in texts(code).items():
        for form in forms:
            assert places(form) == places(msgid), form


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_are_nobodys_english(code: str) -> None:
    # "{count} article" is also French.
    same = [m for m, forms in texts(code).items() if m in forms and len(m.split()) > 2]
    assert same == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_plurals_have_as_many_forms_as_the_language(code: str) -> None:
    loaded = catalog(code)
    for message in loaded:
        if isinstance(message.id, tuple):
            assert len(message.string) == loaded.num_plurals


@pytest.mark.parametrize("code", CODES)
def test_buttons_are_short(code: str) -> None:
    t = TRANSLATORS.of(code)
    assert len(t.gettext("What readers said ({count})").format(count=99)) <= BUTTON_CHARS
    assert len(t.gettext("Reporting")) <= BUTTON_CHARS
    for label in (
        "Full context",
        "Read in place",
        "Tell me when there is context",
        "Stop waiting",
    ):
        assert len(t.gettext(label)) <= BUTTON_CHARS
    for line in (
        "Write a claim after my name",
        "Too busy; try again in a moment",
        "Too many for now; wait a minute",
        "Nothing close here; ask me in private",
    ):
        assert len(t.gettext(line)) <= INLINE_BUTTON_CHARS
    assert len(t.gettext("Off topic")) <= SMALL_BUTTON_CHARS


@pytest.mark.parametrize("code", CODES)
def test_alerts_and_menus_keep_within_telegrams_bounds(code: str) -> None:
    t = TRANSLATORS.of(code)
    assert len(t.gettext("This answer is no longer kept. Send the claim again.")) <= 200
    for alert in (
        "Thank you. Your vote is counted, without your name.",
        "I have forgotten the claim.",
        "I keep at most {count} claims for one person. Stop another first.",
    ):
        assert len(t.gettext(alert).format(count=20)) <= 200
    wish = "I will write once if something close comes in within {count} day{s}. "
    wish += "Until then I keep the claim, encrypted."
    one, many = wish.replace("{s}", ""), wish.replace("{s}", "s")
    for days in (1, 2, 3, 90, 101, 3_650):
        assert len(t.ngettext(one, many, days).format(count=days)) <= 200
    fault = "Something went wrong on my side. Please try again. (Number {id})"
    assert len(t.gettext(fault).format(id="12345678")) <= 200
    for description in (
        "How to use this bot",
        "What the collection holds",
        "What is kept about you",
    ):
        assert 1 <= len(t.gettext(description)) <= 256


@pytest.mark.parametrize("code", TRANSLATED)
def test_edges_of_a_text_are_alike(code: str) -> None:
    end = re.compile(r"[.।]$")
    for msgid, forms in texts(code).items():
        for form in forms:
            assert form == form.strip()
            assert bool(end.search(form)) == bool(end.search(msgid)), form


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("en", {1: "1 article", 2: "2 articles"}),
        ("ru", {1: "1 статья", 3: "3 статьи", 11: "11 статей", 21: "21 статья", 25: "25 статей"}),
        ("uk", {1: "1 стаття", 4: "4 статті", 12: "12 статей", 31: "31 стаття"}),
        ("ar", {3: "3 مقالات", 11: "11 مقالًا", 100: "100 مقال"}),
        ("fr", {0: "0 article", 1: "1 article", 2: "2 articles"}),
        ("tr", {1: "1 yazı", 5: "5 yazı"}),
        ("id", {1: "1 artikel", 5: "5 artikel"}),
    ],
)
def test_plurals_follow_the_rules_of_the_language(code: str, counts: dict[int, str]) -> None:
    t = TRANSLATORS.of(code)
    said = {
        n: t.ngettext("{count} article", "{count} articles", n).format(count=n) for n in counts
    }
    assert said == counts


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de", "de"),
        ("pt-br", "pt"),
        ("PT_PT", "pt"),
        ("in", "id"),
        ("zh-hans", "en"),
        ("", "en"),
        (None, "en"),
        ("../../etc", "en"),
    ],
)
def test_a_person_gets_their_language_or_english(tag: str | None, code: str) -> None:
    assert TRANSLATORS.of(tag).code == code


@pytest.mark.parametrize(
    ("code", "day", "month", "yearless"),
    [
        ("en", "4 November 2018", "November 2018", "4 November, year not stated"),
        ("de", "4. November 2018", "November 2018", "4. November, Jahr nicht angegeben"),
        ("ru", "4 ноября 2018\u202fг.", "ноябрь 2018\u202fг.", "4 ноября, год не указан"),
        ("ar", "4 نوفمبر 2018", "نوفمبر 2018", "4 نوفمبر، السنة غير مذكورة"),
    ],
)
def test_dates_are_written_as_the_language_does(
    code: str, day: str, month: str, yearless: str
) -> None:
    t = TRANSLATORS.of(code)
    assert t.date(PartialDate(year=2018, month=11, day=4)) == day
    assert t.date(PartialDate(year=2018, month=11)) == month
    assert t.date(PartialDate(month=11, day=4)) == yearless
    assert t.date(PartialDate(year=2018)) == "2018"


def test_only_arabic_and_persian_run_from_right_to_left() -> None:
    assert [code for code in CODES if TRANSLATORS.of(code).rtl] == ["ar", "fa"]


@pytest.mark.parametrize("code", ["ar", "fa"])
def test_from_right_to_left_the_slash_of_a_command_stays_before_it(code: str) -> None:
    bare = re.compile(r"(?<!\u200e)/[a-z]+")
    assert [form for forms in texts(code).values() for form in forms if bare.search(form)] == []


def test_a_broken_catalog_is_refused(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text("this is no catalog\n", encoding="utf-8")
    with pytest.raises(PoFileError):
        Translators.load(tmp_path)
