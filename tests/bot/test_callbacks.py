from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import (
    MAX_BYTES,
    Ballot,
    LaterWish,
    Turn,
    decode,
    decode_ballot,
    decode_wish,
    encode,
    encode_ballot,
    encode_wish,
)
from bot.pages import View, Vote

IDS = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
    min_size=1,
    max_size=32,
)
TURNS = st.builds(
    Turn,
    answer_id=IDS,
    view=st.sampled_from(View),
    page=st.integers(min_value=0, max_value=9_999),
    claim=st.integers(min_value=0, max_value=9),
    comment=st.integers(min_value=0, max_value=10**16 - 1),
)


@given(turn=TURNS)
def test_what_is_encoded_is_decoded_and_fits(turn: Turn) -> None:
    data = encode(turn)
    assert decode(data) == turn
    assert len(data.encode()) <= MAX_BYTES


@given(data=st.text(max_size=80))
def test_foreign_data_is_nothing_or_exactly_what_encode_writes(data: str) -> None:
    turn = decode(data)
    assert turn is None or encode(turn) == data


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "1.abc.r",
        "1.abc.r.-1",
        "1.abc.r.01",
        "1.abc.r.10000",
        "1.abc.x.1",
        "2.abc.r.1",
        "1.abc.r.1\n",
        "1.abc.r.١",
        "1..r.1",
        "1.abc.r.1.0",
        "1.abc.r.1.10",
        "1.a b.r.1",
        "1." + "a" * 33 + ".r.1",
    ],
)
def test_tampered_data_is_nothing(data: str | None) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    ("answer_id", "page"), [("", 0), ("a.b", 0), ("abc", 10_000), ("abc", -1)]
)
def test_what_cannot_be_decoded_is_not_encoded(answer_id: str, page: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(Turn(answer_id=answer_id, view=View.REPORTING, page=page))


def test_buttons_of_before_there_were_several_claims_still_work() -> None:
    assert decode("1.abc.d.3") == Turn(answer_id="abc", view=View.DISCUSSION, page=3, claim=0)


BALLOTS = st.builds(
    Ballot,
    answer_id=IDS,
    view=st.sampled_from(View),
    vote=st.sampled_from(Vote),
    claim=st.integers(min_value=0, max_value=9),
)


@given(ballot=BALLOTS)
def test_a_vote_is_read_as_it_was_written_and_is_no_turn(ballot: Ballot) -> None:
    data = encode_ballot(ballot)
    assert decode_ballot(data) == ballot
    assert decode(data) is None
    assert len(data.encode()) <= MAX_BYTES


@pytest.mark.parametrize("data", [None, "", "1.abc.r.0", "v1.abc.r.x.0", "v1.abc.r.h.10"])
def test_a_tampered_vote_is_nothing(data: str | None) -> None:
    assert decode_ballot(data) is None


def test_a_vote_that_cannot_be_read_is_not_written() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_ballot(Ballot(answer_id="a.b", view=View.REPORTING, vote=Vote.HELPFUL))


@given(wish=st.builds(LaterWish, answer_id=IDS, wanted=st.booleans()))
def test_a_wish_is_read_as_it_was_written_and_is_nothing_else(wish: LaterWish) -> None:
    data = encode_wish(wish)
    assert decode_wish(data) == wish
    assert (decode(data), decode_ballot(data)) == (None, None)
    assert len(data.encode()) <= MAX_BYTES


@pytest.mark.parametrize("data", [None, "", "1.abc.r.0", "l1.abc.2", "l1..1", "l1.abc.1\n"])
def test_a_tampered_wish_is_nothing(data: str | None) -> None:
    assert decode_wish(data) is None


def test_a_wish_that_cannot_be_read_is_not_written() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_wish(LaterWish(answer_id="a.b", wanted=True))
