"""Whether to speak in a group: a pure function of what is set there and what happened."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chats.asking import Kind
from bot.chats.settings import NO_LIMIT, ChatSettings, Mode, Needed
from index.model import Answer, Strength

BURST = timedelta(minutes=1)
"""What one person forwards into one topic with shorter pauses is one question."""
_REMEMBERED = 10_000
_RANK = {Strength.NONE: 0, Strength.RELATED: 1, Strength.STRONG: 2}


class Act(StrEnum):
    """What to do about a message."""

    IGNORE = "ignore"
    ANSWER = "answer"
    ANSWER_ADMIN = "answer admin"
    """Answer if an admin asks, else ignore it."""
    SAY_ENOUGH = "say enough"
    """Say once that the day's replies are used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a message before anything is searched."""

    kind: Kind
    topic: int = 0
    """0 for General and for groups without topics."""
    in_channel: bool = False
    """The bot was added to the channel whose post it is."""
    replies_today: int = 0
    in_burst: bool = False
    """Another message of the same burst of forwards was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do, and how near a text must be for it."""

    act: Act
    least: Strength = Strength.RELATED
    asked: bool = False
    """Somebody waits for an answer: that nothing was found is said too."""


def decide(settings: ChatSettings, facts: Facts) -> Decision:
    """Whether to speak."""
    asked = facts.kind is Kind.SUMMONS
    if not (asked or _welcome(settings, facts)):
        return Decision(act=Act.IGNORE)
    act = Act.ANSWER
    if facts.topic in settings.silent_topics:
        act = Act.ANSWER_ADMIN if asked else Act.IGNORE
    if settings.replies_a_day != NO_LIMIT and facts.replies_today >= settings.replies_a_day:
        # The line that says so is a reply as well: it makes the count one more.
        last = asked and facts.replies_today == settings.replies_a_day and act is Act.ANSWER
        act = Act.SAY_ENOUGH if last else Act.IGNORE
    return Decision(act=act, least=least(settings.needed, asked=asked), asked=asked)


def _welcome(settings: ChatSettings, facts: Facts) -> bool:
    """Whether the bot may speak about a message without being asked."""
    if facts.kind is Kind.POST:
        return facts.in_channel if settings.under_posts is None else settings.under_posts
    forwards = settings.mode is Mode.FORWARDS and not facts.in_burst
    return facts.kind is Kind.FORWARD and forwards


def least(needed: Needed, *, asked: bool) -> Strength:
    """How near a text must be for a chat."""
    if needed is Needed.FITTING:
        return Strength.RELATED if asked else Strength.STRONG
    return Strength.STRONG if needed is Needed.CLOSE else Strength.RELATED


def fitting(
    answers: Sequence[Answer], settings: ChatSettings, least: Strength
) -> tuple[Answer, ...]:
    """The answers without what the chat does not want to see."""
    return tuple(_fitting(answer, settings, least) for answer in answers)


def _fitting(answer: Answer, settings: ChatSettings, least: Strength) -> Answer:
    discussion = answer.discussion if settings.discussions else ()
    if _RANK[answer.strength] < _RANK[least] or not (answer.reporting or discussion):
        return replace(answer, strength=Strength.NONE, reporting=(), discussion=())
    return replace(answer, discussion=discussion)


def rank_of(strength: Strength) -> int:
    """How near: 0 for nothing, 2 for a close match."""
    return _RANK[strength]


def rank(answers: Sequence[Answer]) -> int:
    """How near the nearest of some answers is that show anything."""
    shown = (answer for answer in answers if answer.has_context)
    return max((_RANK[answer.strength] for answer in shown), default=0)


class Bursts:
    """Which bursts of forwards were answered; remembered as long as they go on."""

    def __init__(self) -> None:
        self._answered: OrderedDict[tuple[int, ...], datetime] = OrderedDict()

    def goes_on(self, *key: int, at: datetime) -> bool:
        """Whether a message belongs to a burst that was answered.

        Args:
            key: chat, topic and sender.
            at: when it was sent.
        """
        last = self._answered.get(key)
        if last is None or at - last > BURST:
            return False
        self.answered(*key, at=at)
        return True

    def answered(self, *key: int, at: datetime) -> None:
        """A message was answered, or belongs to a burst that was."""
        self._answered[key] = at
        self._answered.move_to_end(key)
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
