from __future__ import annotations

import pytest
from telegram import Chat

from bot.chats.links import message_url


@pytest.mark.parametrize(
    ("chat", "url"),
    [
        (Chat(id=-1_001_234_567_890, type="supergroup"), "https://t.me/c/1234567890/7"),
        (Chat(id=-1_001_234, type="supergroup", username="town"), "https://t.me/town/7"),
        (Chat(id=-5, type="group"), None),
        (Chat(id=5, type="private"), None),
    ],
)
def test_messages_of_supergroups_have_an_address(chat: Chat, url: str | None) -> None:
    assert message_url(chat, 7) == url
