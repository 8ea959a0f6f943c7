"""Getting what stands at an address of the web: only public ones, politely, under bounds."""

from index.fetch.addresses import Allows, is_public
from index.fetch.fetcher import NEVER_SEEN, Fetched, Fetcher, FetchLimits, Validators

__all__ = [
    "NEVER_SEEN",
    "Allows",
    "FetchLimits",
    "Fetched",
    "Fetcher",
    "Validators",
    "is_public",
]
