"""What goes wrong between the bot and Telegram, by chance, and which floods the bot ignored."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from random import Random
from typing import Any

from support.telegram import faults
from support.telegram.faults import Fault, Faults
from support.telegram.world import Call

_WRITES = frozenset({"sendmessage", "editmessagetext", "editmessagereplymarkup", "deletemessage"})
_SPARED = frozenset({"getme", "deletewebhook", "setmycommands"})
_KINDS = {
    "429": 0.02,
    "500": 0.015,
    "502": 0.01,
    "cut before the reply": 0.01,
    "cut in the reply": 0.007,
    "cut after the call": 0.003,
    "broken JSON": 0.003,
    "slow": 0.02,
    "too slow": 0.0005,
}
"""Of all calls."""
_POLLS = {"502": 0.01, "cut before the reply": 0.01, "cut in the reply": 0.01}
"""Of the calls that fetch updates."""
_SLOW_S = (1.0, 6.0)
_TOO_SLOW_S = 60.0
_FLOOD_S = (1, 8)
_LATE_S = 0.05
_NOTING_S = 0.3
"""In which a call returns and the bot writes down that it did, on a busy machine."""


class Weather(Faults):
    """Planned faults as ever; beside them, while it is bad, some by chance."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.bad = False
        self.counts: Counter[str] = Counter()
        self.ignored_floods = 0
        """Calls about a chat that Telegram had said to leave alone."""
        self.unheard: set[tuple[int, int]] = set()
        """Chats and questions whose answer arrived while the bot was not told so."""
        self._chance = chance
        self._flooded: dict[int, float] = {}
        self._slow: list[tuple[float, dict[str, Any]]] = []

    def take(self, method: str, parameters: dict[str, Any]) -> Fault | None:
        """The fault for this call, planned or by chance."""
        name = method.lower()
        self._watch(name, parameters)
        planned = super().take(method, parameters)
        if planned is not None or not self.bad or name in _SPARED:
            return planned
        kind = self._drawn(_POLLS if name == "getupdates" else _KINDS)
        if kind is None:
            return None
        self.counts[kind] += 1
        return self._fault(kind, name, parameters)

    def cut_off(self, sent: Sequence[Call], at: float) -> None:
        """The bot was killed: of what was under way it never heard the end, or noted no more."""
        recent = takewhile(lambda call: call.at > at - _NOTING_S, reversed(sent))
        under_way = [call.parameters for call in recent]
        under_way += [parameters for until, parameters in self._slow if until > at]
        self.unheard |= {question_of(parameters) for parameters in under_way}

    def _drawn(self, kinds: dict[str, float]) -> str | None:
        left = self._chance.random()
        for kind, share in kinds.items():
            left -= share
            if left < 0:
                return kind
        return None

    def _fault(self, kind: str, name: str, parameters: dict[str, Any]) -> Fault:
        if name == "sendmessage" and _leaves_doubt(kind, parameters["chat_id"]):
            self.unheard.add(question_of(parameters))
        if kind == "429":
            wait_s = self._chance.randint(*_FLOOD_S)
            if name in _WRITES:
                self._flooded[parameters["chat_id"]] = time.monotonic() + wait_s - _LATE_S
            return faults.flood(wait_s)
        slow_s = self._chance.uniform(*_SLOW_S)
        if kind == "slow" and name == "sendmessage":
            self._slow.append((time.monotonic() + slow_s, parameters))
        return {
            "500": faults.server_error,
            "502": faults.bad_gateway,
            "cut before the reply": lambda: faults.dropped(carried_out=False),
            "cut in the reply": faults.dropped,
            "cut after the call": faults.swallowed,
            "broken JSON": lambda: faults.broken_json(carried_out=True),
            "slow": lambda: faults.slow(slow_s),
            "too slow": lambda: faults.slow(_TOO_SLOW_S),
        }[kind]()

    def _watch(self, name: str, parameters: dict[str, Any]) -> None:
        until = self._flooded.get(parameters.get("chat_id", 0), 0.0)
        if name in _WRITES and time.monotonic() < until:
            self.ignored_floods += 1


def _leaves_doubt(kind: str, chat_id: int) -> bool:
    """Whether the bot cannot know that a message arrived, and does as its documentation says."""
    if kind == "cut before the reply":
        # In private it is sent again, and that is right; in a group it is not.
        return chat_id < 0
    return kind in {"cut in the reply", "cut after the call", "broken JSON", "too slow"}


def question_of(parameters: dict[str, Any]) -> tuple[int, int]:
    """The chat of a message that is sent, and the message that it replies to; 0 for none."""
    reply = parameters.get("reply_parameters") or {}
    return parameters["chat_id"], reply.get("message_id", 0)
