from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support import answers as samples

from bot.chats.asking import Kind
from bot.chats.manners import Act, Bursts, Decision, Facts, decide, fitting, rank
from bot.chats.settings import NO_LIMIT, ChatSettings, Mode, Needed
from index.model import Strength

QUIET = ChatSettings()
FORWARDS = ChatSettings(mode=Mode.FORWARDS)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ASKED = Decision(act=Act.ANSWER, least=Strength.RELATED, asked=True)
UNASKED = Decision(act=Act.ANSWER, least=Strength.STRONG)
NOTHING = Decision(act=Act.IGNORE)


@pytest.mark.parametrize(
    ("settings", "facts", "decision"),
    [
        (QUIET, Facts(kind=Kind.SUMMONS), ASKED),
        (QUIET, Facts(kind=Kind.NONE), NOTHING),
        (QUIET, Facts(kind=Kind.FORWARD), NOTHING),
        (FORWARDS, Facts(kind=Kind.FORWARD), UNASKED),
        (FORWARDS, Facts(kind=Kind.FORWARD, in_burst=True), NOTHING),
        (QUIET, Facts(kind=Kind.POST), NOTHING),
        (QUIET, Facts(kind=Kind.POST, in_channel=True), UNASKED),
        (ChatSettings(under_posts=True), Facts(kind=Kind.POST), UNASKED),
        (ChatSettings(under_posts=False), Facts(kind=Kind.POST, in_channel=True), NOTHING),
    ],
)
def test_the_bot_speaks_when_asked_and_where_admins_wish_it(
    settings: ChatSettings, facts: Facts, decision: Decision
) -> None:
    assert decide(settings, facts) == decision


@pytest.mark.parametrize("topic", [0, 17])
def test_in_a_silent_topic_only_a_summons_of_an_admin_counts(topic: int) -> None:
    settings = ChatSettings(mode=Mode.FORWARDS, silent_topics=frozenset({topic}))
    assert decide(settings, Facts(kind=Kind.SUMMONS, topic=topic)).act is Act.ANSWER_ADMIN
    assert decide(settings, Facts(kind=Kind.FORWARD, topic=topic)).act is Act.IGNORE
    assert decide(settings, Facts(kind=Kind.SUMMONS, topic=topic + 1)).act is Act.ANSWER


@pytest.mark.parametrize(
    ("replies", "act"), [(4, Act.ANSWER), (5, Act.SAY_ENOUGH), (6, Act.IGNORE)]
)
def test_that_the_day_s_replies_are_used_up_is_said_once(replies: int, act: Act) -> None:
    settings = ChatSettings(replies_a_day=5)
    assert decide(settings, Facts(kind=Kind.SUMMONS, replies_today=replies)).act is act


def test_nobody_who_did_not_ask_is_told_that_replies_are_used_up() -> None:
    settings = ChatSettings(replies_a_day=5, mode=Mode.FORWARDS)
    assert decide(settings, Facts(kind=Kind.FORWARD, replies_today=5)).act is Act.IGNORE
    muted = ChatSettings(replies_a_day=5, silent_topics=frozenset({0}))
    assert decide(muted, Facts(kind=Kind.SUMMONS, replies_today=5)).act is Act.IGNORE


def test_without_a_limit_there_is_none() -> None:
    settings = ChatSettings(replies_a_day=NO_LIMIT)
    assert decide(settings, Facts(kind=Kind.SUMMONS, replies_today=10_000)).act is Act.ANSWER


@pytest.mark.parametrize(
    ("needed", "asked", "unasked"),
    [
        (Needed.FITTING, Strength.RELATED, Strength.STRONG),
        (Needed.CLOSE, Strength.STRONG, Strength.STRONG),
        (Needed.RELATED, Strength.RELATED, Strength.RELATED),
    ],
)
def test_how_near_a_text_must_be_depends_on_whether_somebody_asked(
    needed: Needed, asked: Strength, unasked: Strength
) -> None:
    settings = ChatSettings(needed=needed, mode=Mode.FORWARDS)
    assert decide(settings, Facts(kind=Kind.SUMMONS)).least is asked
    assert decide(settings, Facts(kind=Kind.FORWARD)).least is unasked


def test_what_is_not_near_enough_becomes_an_abstention() -> None:
    kept = fitting([samples.strong(), samples.related()], QUIET, Strength.STRONG)
    assert [answer.strength for answer in kept] == [Strength.STRONG, Strength.NONE]
    assert kept[0] == samples.strong()
    assert (kept[1].reporting, kept[1].discussion) == ((), ())
    assert rank(kept) == 2


def test_without_comments_an_answer_of_comments_alone_is_none() -> None:
    settings = ChatSettings(discussions=False)
    both, alone = fitting(
        [samples.strong(), samples.only_discussion()], settings, Strength.RELATED
    )
    assert both.reporting == samples.strong().reporting
    assert both.discussion == ()
    assert alone.abstained
    assert rank([alone]) == 0
    assert rank([]) == 0


def test_an_answer_that_was_withdrawn_counts_as_nothing() -> None:
    assert rank([replace(samples.strong(), reporting=(), discussion=())]) == 0


def test_a_burst_goes_on_while_its_pauses_are_short() -> None:
    bursts = Bursts()
    assert not bursts.goes_on(1, 0, 5, at=NOON)
    bursts.answered(1, 0, 5, at=NOON)
    later = NOON + timedelta(seconds=50)
    assert bursts.goes_on(1, 0, 5, at=later)
    assert bursts.goes_on(1, 0, 5, at=later + timedelta(seconds=50))
    assert not bursts.goes_on(1, 0, 5, at=later + timedelta(seconds=150))


def test_bursts_of_other_people_topics_and_chats_are_others() -> None:
    bursts = Bursts()
    bursts.answered(1, 0, 5, at=NOON)
    assert [bursts.goes_on(*key, at=NOON) for key in ((1, 0, 6), (1, 7, 5), (2, 0, 5))] == [
        False,
        False,
        False,
    ]
