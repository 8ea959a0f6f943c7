"""What people do in groups, forums and channels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from support.telegram import gatherings, origins
from support.telegram.chats import ChatType

from benchmarks.soak.claims import Known
from benchmarks.soak.doing import LOOK_S, NOTHING_CLOSE, Doing
from benchmarks.soak.ledger import standing
from benchmarks.soak.town import EMOJI, Group
from index.model import Strength

_COLLAPSED = "People here found my reply not useful."
_OBJECTION = "Not useful"
_EARLIER = "I answered this earlier."
_A_WHILE_S = 20.0
_MOST_REPLIES = 17
"""In one group: 20 are allowed in a day."""


class InGroups:
    """Summons, forwards, reacts, objects and sets."""

    def __init__(self, doing: Doing) -> None:
        self._doing = doing

    @property
    def deeds(self) -> list[tuple[int, Callable[[], None]]]:
        """What is done, with how often."""
        return [
            (12, self._summon),
            (4, self._summon_to),
            (3, self._chatter),
            (3, self._forward_into_a_group),
            (3, self._react),
            (3, self._edit_in_a_group),
            (2, self._object),
            (1, self._set),
            (5, self._publish),
        ]

    def _summon(self) -> None:
        group, topic = self._group()
        known = self._story(group)
        if known is not None:
            asks = self._doing.chance.choice(("/context {}", "@factcontext_bot {}"))
            words = asks.format(known.text)
            person = self._doing.chance.choice(group.members)
            first = self._doing.note(
                "summons", known, person.send(words, to=group.chat, thread=topic)
            )
            # Messages of a basic group have no addresses to lead to.
            leads = known.title and group.chat.type is ChatType.SUPERGROUP
            if leads and self._doing.chance.random() < 0.2:
                again = group.members[0].send(words, to=group.chat, thread=topic)
                group.replies += 1
                self._doing.note_as("summons again", _EARLIER, again).depends_on = first

    def _summon_to(self) -> None:
        group, topic = self._group()
        known = self._story(group)
        if known is not None:
            said = group.members[0].send(known.text, to=group.chat, thread=topic)
            summons = group.members[1].send("/context", to=group.chat, reply_to=said, thread=topic)
            self._doing.note("summons to a message", known, said, summons)

    def _chatter(self) -> None:
        group, topic = self._group()
        words = self._doing.claim().text
        message = group.members[0].send(words, to=group.chat, thread=topic)
        self._doing.note_as("chatter", None, message)

    def _forward_into_a_group(self) -> None:
        group = self._one_that(lambda group: group.forwards)
        known = self._story(group, strong=True) if group else None
        if group is None or known is None:
            return
        # A newcomer's: pauses of under a minute between two forwards of one person are a burst.
        person = gatherings.joins(group.chat, self._doing.newcomer())
        burst = [known, *(self._doing.claim() for _ in range(2))]
        origin = origins.from_user(self._doing.person())
        sent = [person.forward(one.text, origin, to=group.chat) for one in burst]
        self._doing.note("burst of forwards", known, *sent)

    def _react(self) -> None:
        group = self._one_that(lambda group: group.reactions)
        known = self._story(group) if group else None
        if group is not None and known is not None:
            topic = self._doing.chance.choice(group.topics)
            said = group.members[0].send(known.text, to=group.chat, thread=topic)
            gatherings.react(group.members[1], said, EMOJI)
            self._doing.note("reaction", known, said)

    def _edit_in_a_group(self) -> None:
        group, topic = self._group()
        before, after = self._story(group), self._story(group)
        if before is None or after is None:
            return
        person = group.members[0]
        message = person.send(f"/context {before.text}", to=group.chat, thread=topic)
        deed = self._doing.note("edit in a group", before, message)

        async def change() -> None:
            if await self._doing.answer(deed) is not None:
                # What the bot was told last it knows of; it notes its reply a moment after it.
                await asyncio.sleep(5 * LOOK_S)
                person.edit(message, f"/context {after.text}")
                deed.shows = after.title or NOTHING_CLOSE

        self._doing.later(change())

    def _object(self) -> None:
        group, topic = self._group()
        known = self._story(group, strong=True)
        if known is None:
            return
        message = group.members[0].send(f"/context {known.text}", to=group.chat, thread=topic)
        deed = self._doing.note("not useful", known, message)

        async def press() -> None:
            if await self._doing.answer(deed) is None:
                return
            deed.shows = _COLLAPSED
            # Where Telegram did not say in time who is an admin, one presses again.
            for _ in range(2):
                await asyncio.sleep(5 * LOOK_S)
                for answer in standing(deed):
                    # Neither a collapsed reply nor an excuse has the button.
                    if any(button.text == _OBJECTION for button in answer.buttons):
                        self._doing.press("vote", group.admin, answer, _OBJECTION)
                        await asyncio.sleep(_A_WHILE_S)

        self._doing.later(press())

    def _set(self) -> None:
        group, topic = self._group()
        asked = group.admin.send("/settings", to=group.chat, thread=topic)
        deed = self._doing.note_as("settings", "Settings of this chat", asked)

        async def press() -> None:
            panel = await self._doing.answer(deed)
            if panel is not None:
                self._doing.press("setting", group.admin, panel, "Delete my replies")

        self._doing.later(press())

    def _publish(self) -> None:
        channel = self._doing.chance.choice(self._doing.town.channels)
        known = self._story(channel.discussion)
        if known is None:
            return
        _, copy = gatherings.publish(channel.chat, known.text, by=channel.owner)
        if copy is not None:
            shows = known.title if known.strength is Strength.STRONG else None
            self._doing.note_as("post in a channel", shows, copy)

    def _group(self) -> tuple[Group, int | None]:
        group = self._doing.chance.choice(self._doing.town.everywhere)
        return group, self._doing.chance.choice(group.topics)

    def _one_that(self, wanted: Callable[[Group], bool]) -> Group | None:
        found = [group for group in self._doing.town.groups if wanted(group)]
        return self._doing.chance.choice(found) if found else None

    def _story(self, group: Group, *, strong: bool = False) -> Known | None:
        """A claim that nobody brought up in a group; none where too much was said there."""
        if group.replies >= _MOST_REPLIES:
            return None
        fresh = [
            known
            for known in self._doing.claims
            if not group.stories.intersection((known.text, *known.shown))
            and (known.strength is Strength.STRONG or not strong)
        ]
        if not fresh:
            return None
        known = self._doing.chance.choice(fresh)
        group.stories.update((known.text, *known.shown))
        group.replies += 1
        return known
