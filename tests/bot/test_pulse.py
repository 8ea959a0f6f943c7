from __future__ import annotations

from bot.pulse import Pulse


def test_it_has_no_age_before_the_first_sign_of_life() -> None:
    assert Pulse().age_s is None


def test_its_age_counts_from_the_last_sign_of_life() -> None:
    now = [10.0]
    pulse = Pulse(lambda: now[0])
    pulse.beat()
    now[0] = 14.0
    pulse.beat()
    now[0] = 20.0
    assert pulse.age_s == 6.0
