"""Names of months, by language; another language is one more entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Twelve entries a language, in order; forms of one month are separated by a bar. Only what
# cannot be read as another word stands here: abbreviations are left out where they can.
MONTH_NAMES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "January|Jan",
        "February|Feb",
        "March|Mar",
        "April|Apr",
        "May",
        "June|Jun",
        "July|Jul",
        "August|Aug",
        "September|Sept|Sep",
        "October|Oct",
        "November|Nov",
        "December|Dec",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre|setiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    "fr": (
        "janvier",
        "février|fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août|aout",
        "septembre",
        "octobre",
        "novembre",
        "décembre|decembre",
    ),
    "de": (
        "Januar|Jänner",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "pt": (
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ),
    "ru": (
        "января|январь|январе",
        "февраля|февраль|феврале",
        "марта|март|марте",
        "апреля|апрель|апреле",
        "мая|май|мае",
        "июня|июнь|июне",
        "июля|июль|июле",
        "августа|август|августе",
        "сентября|сентябрь|сентябре",
        "октября|октябрь|октябре",
        "ноября|ноябрь|ноябре",
        "декабря|декабрь|декабре",
    ),
    "uk": (
        "січня|січень|січні",
        "лютого|лютий|лютому",
        "березня|березень|березні",
        "квітня|квітень|квітні",
        "травня|травень|травні",
        "червня|червень|червні",
        "липня|липень|липні",
        "серпня|серпень|серпні",
        "вересня|вересень|вересні",
        "жовтня|жовтень|жовтні",
        "листопада|листопад|листопаді",
        "грудня|грудень|грудні",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class YearWords:
    """What makes four digits a year and not a number of things."""

    before: str
    unit: str = ""
    """A word for "year" that must follow; empty where the language puts none."""
    after: str = ""
    """Without a unit: words that may follow a year but no count; punctuation always may."""


YEAR_WORDS: Mapping[str, YearWords] = {
    "en": YearWords(
        before="in|since|until|during|after|before",
        after="the|a|and|but|or|when|after|before|he|she|it|they|we|I|was|were|is|to|by|with|that",
    ),
    "es": YearWords(before="en|desde", after="y|pero|cuando|el|la|los|las|se|fue|por|con"),
    "fr": YearWords(before="en|depuis", after="et|mais|quand|le|la|les|il|elle|par|avec"),
    "de": YearWords(before="im Jahr|im Jahre|seit", after="und|aber|als|der|die|das|er|sie|mit"),
    "pt": YearWords(before="em|desde", after="e|mas|quando|o|a|os|as|foi|por|com"),
    "ru": YearWords(before="в|с|до", unit="год|года|году"),
    "uk": YearWords(before="у|в|з|до", unit="рік|року|році"),
}
