"""Which languages tesseract looks for in a person's picture."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import StartError

ENGLISH = "eng"
_NAMES = {
    "ar": "ara",
    "de": "deu",
    "en": ENGLISH,
    "es": "spa",
    "fa": "fas",
    "fr": "fra",
    "hi": "hin",
    "id": "ind",
    "pt": "por",
    "ru": "rus",
    "tr": "tur",
    "uk": "ukr",
}
"""Tesseract's names of the languages of the interface."""
_LIST_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLanguages:
    """The operator's choice, or each person's own language and English."""

    installed: frozenset[str]
    chosen: tuple[str, ...] = ()

    def of(self, code: str) -> str:
        """Tesseract's names, joined as it wants them.

        Args:
            code: language of the interface that the person uses.
        """
        if self.chosen:
            return "+".join(self.chosen)
        own = [name for name in (_NAMES.get(code, ENGLISH), ENGLISH) if name in self.installed]
        return "+".join(dict.fromkeys(own)) or min(self.installed)


def choose(setting: str, installed: Iterable[str]) -> PictureLanguages:
    """Read the setting: `auto`, or tesseract's names joined by plus signs.

    Raises:
        StartError: a language is not installed.
    """
    there = frozenset(installed)
    chosen = () if setting == "auto" else tuple(setting.split("+"))
    missing = sorted(set(chosen) - there)
    if missing:
        raise StartError(
            f"Tesseract has no language {', '.join(missing)} here, only "
            f"{', '.join(sorted(there)) or 'none'}; install it (Debian: tesseract-ocr-"
            f"{missing[0]}) or change FACTCONTEXT_PICTURE_LANGUAGES."
        )
    return PictureLanguages(installed=there, chosen=chosen)


def installed_languages(binary: str) -> tuple[str, ...]:
    """What this tesseract can read; blocks for some milliseconds. Empty where it does not run."""
    try:
        done = subprocess.run(  # noqa: S603 - the path of tesseract, and a constant
            [binary, "--list-langs"],
            capture_output=True,
            text=True,
            timeout=_LIST_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    names = done.stdout.splitlines()[1:] if done.returncode == 0 else []
    # "osd" tells how a page lies; it reads nothing.
    return tuple(name for name in names if name and name != "osd")
