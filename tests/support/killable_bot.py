"""The bot in a process of its own, so that it can be killed; a search takes it a moment.

Run as a program: `python -m support.killable_bot URL TOKEN FOLDER`. It answers until killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from support.private_bot import Searching, running
from support.telegram.server import Telegram

from index.model import EVERYTHING, Answer, Claim, Scope

_SEARCH_S = 0.02
_ROOT = Path(__file__).resolve().parents[2]


class OneByOne(Searching):
    """One search after another, as on a machine with more to do than it can."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()

    async def answer(
        self, claims: Sequence[Claim], scope: Scope = EVERYTHING, *, patient: bool = False
    ) -> tuple[Answer, ...]:
        async with self._turn:
            await asyncio.sleep(_SEARCH_S)
            return await super().answer(claims, scope, patient=patient)


async def start(telegram: Telegram, folder: Path) -> asyncio.subprocess.Process:
    """Start the program."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "support.killable_bot", telegram.base_url, telegram.token, folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT / "tests"), str(_ROOT)])},
    )  # fmt: skip


async def _main(url: str, token: str, folder: Path) -> None:
    telegram: Any = SimpleNamespace(base_url=url, token=token)
    async with running(cast(Telegram, telegram), OneByOne(), folder):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
