"""Who has shown to be the operator; held in memory, gone with the process."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST = 100
_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is let in."""

    secret: str = field(repr=False)
    """What its cookie carries."""
    until: float

    @property
    def form_token(self) -> str:
        """What every form of its pages carries; no other site can know it."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    def sent(self, token: str) -> bool:
        """Whether a form was one of its own."""
        return hmac.compare_digest(self.form_token.encode(), token.encode())


class Sessions:
    """Opens, finds and ends them; the oldest ends where there are too many."""

    def __init__(self, *, lasts_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lasts_s = lasts_s
        self._clock = clock
        self._by_digest: OrderedDict[bytes, Session] = OrderedDict()

    def open(self) -> Session:
        """Let a browser in."""
        session = Session(
            secret=secrets.token_urlsafe(_BYTES), until=self._clock() + self._lasts_s
        )
        self._by_digest[_digest(session.secret)] = session
        while len(self._by_digest) > _MOST:
            self._by_digest.popitem(last=False)
        return session

    def of(self, secret: str | None) -> Session | None:
        """The session of a cookie, while it lasts."""
        session = self._by_digest.get(_digest(secret or ""))
        return session if session is not None and self._clock() < session.until else None

    def end(self, secret: str | None) -> None:
        """Let it in no more."""
        self._by_digest.pop(_digest(secret or ""), None)


def _digest(secret: str) -> bytes:
    # Looked up by its digest: how long that takes tells nothing about the secret.
    return hashlib.sha256(secret.encode()).digest()
