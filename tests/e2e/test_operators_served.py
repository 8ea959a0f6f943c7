"""Operators and limits as the settings name them, in the whole bot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support.product import SEEDS, Product
from support.served import served
from support.telegram.people import User
from support.telegram.server import Telegram

KNOWN = "Council keeps the Tarnwick library open, but not on all days"
TITLE = "Council Keeps the Library Open"
LINK = "https://wendcourier.example/2023/11/library-one-vote"
WAIT_S = 60.0
OPERATOR = 9


async def said(person: User, text: str) -> str:
    """What the bot replies to a message; earlier answers may be edited meanwhile."""
    asked = person.send(text)
    reply = await person.receives(
        lambda m: m.reply_to is not None and m.reply_to.id == asked.id, timeout_s=WAIT_S
    )
    return reply.text


async def test_operators_have_commands_and_no_limit_and_others_a_limit_and_no_commands(
    built: Callable[..., Product], telegram: Telegram, tmp_path: Path
) -> None:
    product = built(SEEDS / "markdown").copy(tmp_path / "data")
    operator, ada = telegram.world.user(OPERATOR), telegram.world.user(5)
    settings = {"operate_users": f"7,{OPERATOR}", "person_claims_per_min": 1}
    async with served(product, telegram, **settings):
        for _ in range(2):
            assert TITLE in await said(operator, KNOWN)
        assert "Index in use: 0001" in await said(operator, "/status")
        assert TITLE in await said(ada, KNOWN)
        assert "a lot at once" in await said(ada, KNOWN)
        assert "Index in use" not in await said(ada, "/status")
        assert "1 document hidden." in await said(operator, f"/hide {LINK} withdrawn")
        assert TITLE not in await said(operator, KNOWN)
