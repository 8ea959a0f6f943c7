"""What can go wrong between a text and its vector.

EmbeddingError
├── ModelNotFoundError     the model name leads to no package, folder or hub model
├── EncoderError           the engine failed while loading or encoding
│   └── EncoderClosedError the encoder was closed while texts were waiting
├── MemoryShortError       a limit leaves the engine too little memory
├── EncoderBusyError       the waiting line is full; nothing was queued
└── VectorStoreError       the kept vectors cannot be read or written
"""

from __future__ import annotations


class EmbeddingError(Exception):
    """Root of every error of this package."""


class ModelNotFoundError(EmbeddingError):
    """The model name leads to no package, folder or hub model."""


class EncoderError(EmbeddingError):
    """The engine failed while loading or encoding."""


class EncoderClosedError(EncoderError):
    """The encoder was closed while texts were waiting."""


class MemoryShortError(EmbeddingError):
    """A limit leaves the engine too little memory."""


class EncoderBusyError(EmbeddingError):
    """The waiting line is full; nothing was queued."""


class VectorStoreError(EmbeddingError):
    """The kept vectors cannot be read or written."""
