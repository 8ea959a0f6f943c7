"""Languages of the interface: translated texts, plurals and dates of any precision."""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from index.dates import PartialDate, Precision

ENGLISH = "en"
LOCALES = Path(__file__).parent / "locales"
# Dates as "4 November 2018", which every English reader takes the same way.
_CLDR = {ENGLISH: "en_GB"}
# Telegram clients of some age still send the code that Indonesian had before 1989.
_ALIASES = {"in": "id"}


class Translator:
    """The texts of one language; what has no translation stays English."""

    def __init__(self, code: str, catalog: gettext.NullTranslations) -> None:
        self.code = code
        self._catalog = catalog
        self._locale = Locale.parse(_CLDR.get(code, code))
        self.rtl = self._locale.text_direction == "rtl"
        """Whether the language is written from right to left."""

    @property
    def name(self) -> str:
        """What the language calls itself."""
        own = self._locale.get_language_name(self.code) or self.code
        return own[:1].upper() + own[1:]

    def language(self, code: str) -> str:
        """What another language is called; its code where CLDR has no name for it."""
        called: str = self._locale.languages.get(code, code)
        return called[:1].upper() + called[1:]

    def gettext(self, message: str) -> str:
        """The translation of an English text."""
        return self._catalog.gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The translation in the form that `count` takes."""
        return self._catalog.ngettext(singular, plural, count)

    def date(self, partial: PartialDate) -> str:
        """A date in words, with what is not known of it said or left out."""
        # 2000 stands in for an unknown year: 29 February exists in it.
        day = date(partial.year or 2000, partial.month or 1, partial.day or 1)
        match partial.precision:
            case Precision.DAY:
                return _day_in_words(day, self._locale)
            case Precision.MONTH:
                return format_skeleton("yMMMM", day, locale=self._locale)
            case Precision.YEAR:
                return f"{day.year}"
            case Precision.YEARLESS_DAY:
                return self._without_year(format_skeleton("MMMMd", day, locale=self._locale))
            case Precision.YEARLESS_MONTH:
                return self._without_year(format_date(day, "LLLL", self._locale))

    def _without_year(self, stated: str) -> str:
        return self.gettext("{date}, year not stated").format(date=stated)


class Translators:
    """Every language there is; a person gets theirs, or English."""

    def __init__(self, by_code: Mapping[str, Translator]) -> None:
        self._by_code = dict(by_code)

    @classmethod
    def load(cls, folder: Path = LOCALES) -> Translators:
        """Read every `.po` file of a folder.

        Raises:
            babel.messages.pofile.PoFileError: a file is broken.
        """
        by_code = {ENGLISH: Translator(ENGLISH, gettext.NullTranslations())}
        for path in sorted(folder.glob("*.po")):
            by_code[path.stem] = Translator(path.stem, _read(path))
        return cls(by_code)

    @property
    def codes(self) -> tuple[str, ...]:
        """Language codes, sorted."""
        return tuple(sorted(self._by_code))

    @property
    def all(self) -> tuple[Translator, ...]:
        """Every language, by code."""
        return tuple(self._by_code[code] for code in self.codes)

    def of(self, language_code: str | None) -> Translator:
        """The language of an IETF tag such as Telegram sends ("pt-br"), or English."""
        code = (language_code or ENGLISH).replace("_", "-").split("-")[0].lower()
        code = _ALIASES.get(code, code)
        return self._by_code.get(code, self._by_code[ENGLISH])


@lru_cache(maxsize=10_000)
def _day_in_words(day: date, locale: Locale) -> str:
    """Days come again and again, and each takes as long as the rest of its line."""
    return format_date(day, "long", locale)


def _read(path: Path) -> gettext.GNUTranslations:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
