"""The seam between text and vectors: what every encoder promises, and what identifies one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]


class Role(StrEnum):
    """Which side of a search a text stands on; some models put a different prefix before each."""

    QUERY = "query"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderInfo:
    """Everything that decides which numbers come out for a text.

    Two encoders with equal fingerprints give interchangeable vectors; a generation built with
    one fingerprint is never searched with a vector of another.
    """

    model: str
    revision: str
    """Short hash of the weights, so that a folder whose contents change is a different encoder."""
    dimension: int
    pooling: str
    precision: str
    max_tokens: int
    prefixes: tuple[str, str] = ("", "")
    """What is put before a query and before a passage."""

    @property
    def fingerprint(self) -> str:
        """A readable name with a hash of every field, usable as a file name."""
        digest = hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:12]
        name = "".join(c if c.isalnum() or c in "-._" else "-" for c in self.model)
        return f"{name}-{self.dimension}-{self.precision}-{digest}"

    def prefix(self, role: Role) -> str:
        """What is put before a text of this role."""
        query, passage = self.prefixes
        return query if role is Role.QUERY else passage


class Encoder(Protocol):
    """Turns texts into unit vectors, on the calling thread."""

    @property
    def info(self) -> EncoderInfo:
        """What identifies this encoder's vectors."""
        ...

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Encode n texts to an (n, dimension) float32 array of unit-length rows, in order.

        Raises:
            EncoderError: the engine failed; no partial result is returned.
        """
        ...


class AsyncEncoder(Protocol):
    """The same promise for callers on an event loop; never blocks it."""

    @property
    def info(self) -> EncoderInfo:
        """What identifies this encoder's vectors."""
        ...

    async def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Encode n texts to an (n, dimension) float32 array of unit-length rows, in order.

        Raises:
            EncoderBusyError: the waiting line is full; try again later.
            EncoderError: the engine failed.
        """
        ...


class Reranker(Protocol):
    """Reads a claim and a text together, on the calling thread."""

    def score(self, claim: str, texts: Sequence[str]) -> Vectors:
        """How well each of n texts answers a claim, (n,) float32; higher is better.

        Raises:
            EncoderError: the engine failed; no partial result is returned.
        """
        ...
