"""Where figures are printed."""

from __future__ import annotations

import sys

from rich.console import Console

_WIDTH = 150


def screen() -> Console:
    """As wide as the terminal; in a pipe or a file wide enough that no table is cut."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH)
