"""Commands, and what is left alone, over HTTP against the stand-in."""

from __future__ import annotations

import pytest
from support.private_bot import CLAIM, TRANSLATORS, Searching
from support.telegram import content
from support.telegram.chats import ChatType
from support.telegram.server import Telegram

with_bot = pytest.mark.usefixtures("bot")


@with_bot
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/start", "I never say whether something is true."),
        ("/start payload", "I never say whether something is true."),
        ("/help", "one claim at a time"),
        ("/privacy", "no text of your messages is kept once I have answered"),
        ("/sources", "Herald: 40 articles\nsource not stated: 2 articles\n<Post>: 1 article"),
    ],
)
async def test_commands_say_what_they_are_for(
    telegram: Telegram,
    command: str,
    words: str,
) -> None:
    ada = telegram.world.user(5)
    ada.send(command)
    assert words in (await ada.receives()).text


@with_bot
async def test_help_speaks_of_groups_and_not_of_inline_mode_where_that_is_off(
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    ada.send("/help")
    said = (await ada.receives()).text
    assert ("In a group, reply" in said, "In any other chat" in said) == (True, False)


@with_bot
async def test_an_unknown_command_with_a_claim_is_a_claim(
    telegram: Telegram,
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send(f"/check {CLAIM}")
    await ada.receives()
    assert service.asked == [CLAIM]


@with_bot
async def test_the_command_menu_is_named_in_every_language(
    telegram: Telegram,
) -> None:
    calls = await telegram.world.called("setMyCommands", times=3 * len(TRANSLATORS.codes))
    languages = {call.parameters.get("language_code") for call in calls}
    assert languages == (set(TRANSLATORS.codes) - {"en"}) | {None}


@with_bot
async def test_commands_in_groups_channels_and_businesses_are_left_alone(
    telegram: Telegram,
    service: Searching,
) -> None:
    world = telegram.world
    world.bot["can_read_all_group_messages"] = True
    ada = world.user(5)
    for kind in (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL):
        chat = world.add_chat(kind, "Elsewhere")
        world.set_member(chat, ada.info)
        ada.send("/help", to=chat)
        if kind is ChatType.CHANNEL:
            ada.send(f"@{world.bot['username']} {CLAIM}", to=chat)
    private = ada.private.json()
    foreign = {
        "message_id": 900,
        "date": world.now(),
        "chat": private,
        "from": ada.info,
        "text": CLAIM,
    }
    world.updates.push("business_message", foreign | {"business_connection_id": "b1"})
    ada.send("Only this one is answered")
    await ada.receives()
    await ada.receives_nothing()
    assert service.asked == ["Only this one is answered"]
    assert len(world.calls("sendMessage")) == 1


@with_bot
async def test_direct_messages_to_a_channel_are_left_alone(
    telegram: Telegram, service: Searching
) -> None:
    world = telegram.world
    world.bot["can_read_all_group_messages"] = True
    ada = world.user(5)
    inbox = world.add_chat(ChatType.SUPERGROUP, "To the channel", is_direct_messages=True)
    world.set_member(inbox, ada.info)
    ada.send(f"@{world.bot['username']} {CLAIM}", to=inbox)
    ada.send("/context", to=inbox)
    ada.send("Only this one is answered")
    await ada.receives()
    assert service.asked == ["Only this one is answered"]
    assert len(world.calls("sendMessage")) == 1


@with_bot
async def test_service_messages_get_nothing(
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    ada.send(content.Content(fields={"message_auto_delete_timer_changed": {
        "message_auto_delete_time": 86_400}}))  # fmt: skip
    await ada.receives_nothing()
