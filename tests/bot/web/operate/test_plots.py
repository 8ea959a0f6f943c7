"""Bars stand where their numbers put them."""

from __future__ import annotations

from bot.web.operate.plots import HEIGHT, WIDTH, bars


def test_blocks_are_as_high_as_what_they_count_and_stand_on_each_other() -> None:
    made = bars("x", [("2024-01", "a", 3), ("2024-01", "b", 1), ("2024-02", "a", 2)])
    first, second, third = made.blocks
    assert (made.series, made.highest) == (("a", "b"), "4")
    assert (made.first, made.last) == ("2024-01", "2024-02")
    assert first.height == 3 * second.height
    assert second.y + second.height == first.y
    assert first.y + first.height == third.y + third.height == made.base
    assert third.x > first.x


def test_small_series_are_drawn_together() -> None:
    made = bars("x", [("1", f"s{n}", n) for n in range(1, 10)], most_series=3)
    assert made.series == ("s9", "s8", "others")
    assert [block.words for block in made.blocks][-1] == "1, others: 28"


def test_of_a_long_time_the_last_part_is_drawn_inside_the_picture() -> None:
    made = bars("x", [(f"{n:04}", "a", 1) for n in range(200)])
    assert (made.first, made.last, len(made.blocks)) == ("0140", "0199", 60)
    assert all(
        b.x >= 0 and b.x + b.width <= WIDTH and b.y + b.height <= HEIGHT for b in made.blocks
    )


def test_nothing_is_no_bar() -> None:
    assert bars("x", []).blocks == ()
