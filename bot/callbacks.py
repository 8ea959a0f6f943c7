"""What a button carries, in Telegram's 64 bytes: a page of an answer, a vote, a wish for later."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.pages import View, Vote

MAX_BYTES = 64
_VERSION = "1"
_ID = r"[A-Za-z0-9_-]{1,32}"
_PAGE = r"(0|[1-9][0-9]{0,3})"
_FORM = re.compile(
    rf"1\.({_ID})\.([rd])\.{_PAGE}(?:\.([1-9]))?(?:\.c([1-9][0-9]{{0,15}}))?", re.ASCII
)
OBJECTION_FORM = re.compile(rf"n1\.({_ID})", re.ASCII)
BALLOT_FORM = re.compile(rf"v1\.({_ID})\.([rd])\.([hno])\.([0-9])", re.ASCII)
WISH_FORM = re.compile(rf"l1\.({_ID})\.([01])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A wish to see another page of an answer."""

    answer_id: str
    view: View
    page: int
    """0-based, below 10,000."""
    claim: int = 0
    """0-based, below 10: whose context, where a message makes several claims."""
    comment: int = 0
    """The comment whose replies are shown, by its id; 0 for a page of the answer itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What somebody thinks of the context of one claim in one lane of an answer."""

    answer_id: str
    view: View
    vote: Vote
    claim: int = 0
    """0-based, below 10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterWish:
    """Whether somebody wants to be told once there is context where an answer had none."""

    answer_id: str
    wanted: bool


def encode(turn: Turn) -> str:
    """Callback data of a button.

    Raises:
        ValueError: the answer's id or one of the numbers has no place in it.
    """
    data = f"{_VERSION}.{turn.answer_id}.{turn.view}.{turn.page}"
    if turn.claim:
        data += f".{turn.claim}"
    if turn.comment:
        data += f".c{turn.comment}"
    if decode(data) != turn:
        raise ValueError(f"{turn!r} does not fit into callback data.")
    return data


def decode(data: str | None) -> Turn | None:
    """Read callback data; None for everything that `encode` does not write."""
    match = _FORM.fullmatch(data or "")
    if match is None:
        return None
    answer_id, view, page, claim, comment = match.groups()
    return Turn(
        answer_id=answer_id,
        view=View(view),
        page=int(page),
        claim=int(claim or 0),
        comment=int(comment or 0),
    )


def encode_ballot(ballot: Ballot) -> str:
    """Callback data of a vote.

    Raises:
        ValueError: the answer's id or the claim's number has no place in it.
    """
    data = f"v1.{ballot.answer_id}.{ballot.view}.{ballot.vote}.{ballot.claim}"
    if decode_ballot(data) != ballot:
        raise ValueError(f"{ballot!r} does not fit into callback data.")
    return data


def decode_ballot(data: str | None) -> Ballot | None:
    """Read callback data; None for everything that `encode_ballot` does not write."""
    match = BALLOT_FORM.fullmatch(data or "")
    if match is None:
        return None
    answer_id, view, vote, claim = match.groups()
    return Ballot(answer_id=answer_id, view=View(view), vote=Vote(vote), claim=int(claim))


def encode_wish(wish: LaterWish) -> str:
    """Callback data of a wish.

    Raises:
        ValueError: the answer's id has no place in it.
    """
    data = f"l1.{wish.answer_id}.{int(wish.wanted)}"
    if decode_wish(data) != wish:
        raise ValueError(f"{wish!r} does not fit into callback data.")
    return data


def decode_wish(data: str | None) -> LaterWish | None:
    """Read callback data; None for everything that `encode_wish` does not write."""
    match = WISH_FORM.fullmatch(data or "")
    if match is None:
        return None
    answer_id, wanted = match.groups()
    return LaterWish(answer_id=answer_id, wanted=wanted == "1")


def encode_objection(answer_id: str) -> str:
    """Callback data of "Not useful" under a short answer in a group.

    Raises:
        ValueError: the answer's id has no place in it.
    """
    data = f"n1.{answer_id}"
    if decode_objection(data) != answer_id:
        raise ValueError(f"{answer_id!r} does not fit into callback data.")
    return data


def decode_objection(data: str | None) -> str | None:
    """The answer's id; None for everything that `encode_objection` does not write."""
    match = OBJECTION_FORM.fullmatch(data or "")
    return match.group(1) if match else None
