"""Encryption of the little text that is kept at rest, and the key for it."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import StartError

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Seal:
    """Encrypts texts for one owner each: what was sealed for one chat opens for no other."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 bytes."""
        self._cipher = AESGCM(key)

    def close(self, text: str, owner: int) -> bytes:
        """Encrypt a text."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), _bound(owner))

    def open(self, sealed: bytes, owner: int) -> str | None:
        """Decrypt it; None where the key or the owner is another, or a bit was changed."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, _bound(owner)).decode()
        except (InvalidTag, ValueError):
            return None


def key_from(setting: str | None, path: Path) -> bytes:
    """The key of the settings, or that of a file, which is made where it is missing.

    Args:
        setting: 32 bytes in base64, or None.
        path: a file that nobody but this user can read.

    Raises:
        StartError: it is no key, or the file can be neither read nor made.
    """
    if setting is None:
        with _usable(path):
            with suppress(FileExistsError):
                _make(path)
            path.chmod(0o600)
    return stored_key(setting, path)


def stored_key(setting: str | None, path: Path) -> bytes:
    """The key of the settings, or that of a file, which must be there.

    Raises:
        StartError: it is no key, or the file cannot be read.
    """
    if setting is not None:
        return _decoded(setting, "FACTCONTEXT_STORAGE_KEY")
    with _usable(path):
        return _decoded(path.read_text("ascii"), str(path))


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(
            f"The key file {path} cannot be used ({error}); see that its folder is writable, or "
            "set FACTCONTEXT_STORAGE_KEY."
        ) from error


def _make(path: Path) -> None:
    key = base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES))
    # Whole or not there at all, and never readable by others, not even for a moment.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    finally:
        draft.unlink()


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != _KEY_BYTES:
        raise StartError(
            f"{where} holds no key of {_KEY_BYTES} bytes in base64; delete it, or put the right "
            "one back: without it nobody can be told of what they waited for."
        )
    return key


def _bound(owner: int) -> bytes:
    return str(owner).encode()
