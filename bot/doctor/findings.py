"""What an examination finds: one line a matter, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    """It works, and not as well as it could."""
    FAIL = "fail"
    """Something that people or the operator need does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    matter: str
    level: Level
    says: str
    advice: str = ""
    """What to do; empty where nothing is to be done."""


def ok(matter: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(matter=matter, level=Level.OK, says=says)


def warn(matter: str, says: str, advice: str) -> Finding:
    """It could be better."""
    return Finding(matter=matter, level=Level.WARN, says=says, advice=advice)


def fail(matter: str, says: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(matter=matter, level=Level.FAIL, says=says, advice=advice)
