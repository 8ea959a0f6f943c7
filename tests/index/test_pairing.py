from __future__ import annotations

import pytest

from index.pairing import paired_randomisation


def test_equal_rankings_differ_by_nothing_but_chance() -> None:
    found = paired_randomisation([0.2, 0.9, 0.4], [0.2, 0.9, 0.4])
    assert (found.difference, found.better, found.worse, found.p) == (0.0, 0, 0, 1.0)


def test_means_and_wins_are_told_apart_from_each_other() -> None:
    found = paired_randomisation([1.0, 0.0, 0.5, 0.5], [0.0, 0.1, 0.4, 0.5])
    assert (found.first, found.second) == (pytest.approx(0.5), pytest.approx(0.25))
    assert (found.better, found.worse) == (2, 1)


def test_p_is_the_share_of_tosses_that_do_as_well() -> None:
    # Of the 8 ways to toss three equal differences 2 do as well as what was seen.
    found = paired_randomisation([1.0, 1.0, 1.0], [0.0, 0.0, 0.0])
    assert found.p == pytest.approx(2 / 8, abs=0.02)


def test_many_small_gains_are_more_than_chance_and_a_mixture_is_not() -> None:
    assert paired_randomisation([0.6] * 40, [0.5] * 40).p < 0.001
    mixed = [0.6, 0.4] * 20
    assert paired_randomisation(mixed, [0.5] * 40).p > 0.9


def test_which_comes_first_changes_only_the_sign() -> None:
    one, other = [0.1, 0.7, 0.3, 0.9], [0.2, 0.1, 0.3, 0.5]
    forth, back = paired_randomisation(one, other), paired_randomisation(other, one)
    assert (forth.difference, forth.p) == (-back.difference, back.p)
