"""Which version this is."""

from __future__ import annotations


def installed_version() -> str | None:
    """The version that is installed, None where the program is run from its sources."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("factcontext")
    except PackageNotFoundError:
        return None
