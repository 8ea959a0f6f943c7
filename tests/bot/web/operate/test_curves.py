"""Dots stand where their days and figures put them."""

from __future__ import annotations

from bot.web.operate.curves import curves
from bot.web.operate.plots import HEIGHT, WIDTH

NAMES = ("half", "most")


def test_dots_stand_at_their_day_as_high_as_their_figure() -> None:
    rows = [("2026-03-01", (0.1, 0.4)), ("2026-03-02", (0.2, 0.8)), ("2026-03-05", (0.4, 0.4))]
    made = curves("x", NAMES, rows, unit="s")
    half, most = made.curves
    assert (made.series, made.first, made.last, made.highest) == (
        NAMES, "2026-03-01", "2026-03-05", "0.8 s",
    )  # fmt: skip
    assert most[1].y == made.top
    assert most[0].y == most[2].y == half[2].y == (made.top + made.base) / 2
    assert half[2].x - half[1].x == 3 * (half[1].x - half[0].x)
    assert most[1].words == "2026-03-02, most: 0.8 s"


def test_ninety_days_are_drawn_inside_the_picture() -> None:
    rows = [(f"20{n:02}-01-01", (float(n), 1.0)) for n in range(1, 100)]
    made = curves("x", NAMES, rows, unit="s")
    assert (made.first, [len(curve) for curve in made.curves]) == ("2010-01-01", [90, 90])
    assert all(0 < d.x < WIDTH and 0 < d.y < HEIGHT for curve in made.curves for d in curve)


def test_one_day_is_a_dot_and_none_is_nothing() -> None:
    assert len(curves("x", NAMES, [("2026-03-01", (0.0, 0.0))], unit="s").curves[0]) == 1
    assert curves("x", NAMES, [], unit="s").curves == ((), ())
