"""How much one may ask in a minute; whoever asks more is told once, then met with silence."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum

from bot.lines import Window

_MINUTE_S = 60.0
_FORGIVEN_S = 3_600.0
"""After so long without too much, it begins anew."""
_REMEMBERED = 10_000


class Verdict(StrEnum):
    """What to do about a claim."""

    ADMIT = "admit"
    WARN = "warn"
    """Say that it is too much, this once."""
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much may be asked; 0 is no limit."""

    person_per_min: int = 20
    """Claims in any minute, from one person in all chats."""
    group_per_min: int = 60
    """Claims in any minute, in one group."""
    inline_per_min: int = 60
    """Inline queries and mentions as a guest in any minute, from one person."""
    longest_silence_min: int = 60
    exempt: frozenset[int] = frozenset()
    """Numbers of people who may ask as much as they like."""


UNLIMITED = Allowance(person_per_min=0, group_per_min=0, inline_per_min=0)


class Limit:
    """So many claims a minute from each of many; numbers are held in memory, for about an hour.

    The first silence lasts a minute, each further one twice as long as the one before.
    """

    def __init__(self, per_min: int, *, longest_silence_min: int) -> None:
        self._per_min = per_min
        self._longest_s = _MINUTE_S * longest_silence_min
        self._askers: OrderedDict[int, _Asker] = OrderedDict()

    def judge(self, number: int, *, at: float, album: str | None = None) -> Verdict:
        """Count a claim.

        Args:
            number: of who asks.
            at: when it was sent, in seconds.
            album: the parts of one album are one claim.
        """
        if not self._per_min:
            return Verdict.ADMIT
        asker = self._asker(number, at)
        at = asker.last = max(at, asker.last)
        if at < asker.silent_until:
            return Verdict.IGNORE
        if album is not None and album == asker.album:
            return Verdict.ADMIT
        asker.album = album
        if asker.recent.free_at(at) <= at:
            asker.recent.note(at)
            return Verdict.ADMIT
        verdict = Verdict.IGNORE if asker.silence_s else Verdict.WARN
        asker.silence_s = min(2 * asker.silence_s or _MINUTE_S, self._longest_s)
        asker.silent_until = at + asker.silence_s
        return verdict

    def _asker(self, number: int, at: float) -> _Asker:
        asker = self._askers.pop(number, None) or _Asker(self._per_min)
        if at > asker.silent_until + _FORGIVEN_S:
            asker.silence_s = 0.0
        self._askers[number] = asker
        self._forget(at)
        return asker

    def _forget(self, at: float) -> None:
        """Let go of whoever asked nothing for long, and of the quietest where there are many."""
        while len(self._askers) > 1:
            first = next(iter(self._askers.values()))
            gone = at > max(first.last, first.silent_until) + _FORGIVEN_S
            if not gone and len(self._askers) <= _REMEMBERED:
                return
            self._askers.popitem(last=False)


class _Asker:
    """What one asked of late."""

    __slots__ = ("album", "last", "recent", "silence_s", "silent_until")

    def __init__(self, per_min: int) -> None:
        self.recent = Window(per_min, _MINUTE_S)
        self.album: str | None = None
        self.last = 0.0
        self.silence_s = 0.0
        """How long the last silence was; 0 for none, or one that is forgiven."""
        self.silent_until = 0.0
