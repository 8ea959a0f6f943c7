"""What a server gives, and what it says about the state of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server said about the state of a file, to ask for changes since; may be empty."""

    etag: str = ""
    last_modified: str = ""


NEVER_SEEN = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What stood at an address."""

    url: str
    """Where it was found, after redirects."""
    content: bytes
    charset: str | None
    """The encoding that the server states."""
    validators: Validators
