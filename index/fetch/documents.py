"""The documents that stand at an address of the web, in any format that a reader knows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from index.errors import ReadError
from index.fetch.values import Fetched
from index.model import Document
from index.readers import Limits, SourceFile, select
from index.readers.fields import domain_of
from index.readers.urls import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address to be loaded as a file is."""

    name: str
    fetch: Callable[[str], Fetched]
    """Gets it, and blocks meanwhile."""
    named = True

    @property
    def stored_name(self) -> str:
        """What the library calls it, however it was shared."""
        try:
            return canonical(self.name)
        except ValueError:
            return self.name

    def documents(self, limits: Limits, report: Callable[[ReadError], None]) -> Iterator[Document]:
        """The documents there; it is fetched before any of them is asked for.

        Raises:
            ReadError: it cannot be fetched or read.
        """
        return documents_of(self.fetch(self.name), limits, report)


def source_file(fetched: Fetched, limits: Limits) -> SourceFile:
    """What was fetched, as a reader sees it."""
    return SourceFile(
        name=fetched.url,
        opener=lambda: io.BytesIO(fetched.content),
        limits=limits,
        address=fetched.url,
        charset=fetched.charset,
    )


def documents_of(
    fetched: Fetched, limits: Limits, report: Callable[[ReadError], None]
) -> Iterator[Document]:
    """The documents of what was fetched.

    One that stands there alone, and states no address, has the one that it was fetched from.

    Raises:
        ReadError: it cannot be read.
    """
    file = replace(source_file(fetched, limits), report=report)
    given = select(file).read(file)
    first = list(islice(given, 2))
    if len(first) == 1 and first[0].url is None:
        url = canonical(fetched.url)
        first = [replace(first[0], url=url, source=first[0].source or domain_of(url))]
    yield from chain(first, given)
