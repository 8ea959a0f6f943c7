"""A limit on the process that an engine would not survive."""

from __future__ import annotations

import resource
import sys

import pytest

from embeddings.errors import MemoryShortError
from embeddings.room import Needs, check_room

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems count other memory")
MIB = 1024**2


@pytest.mark.parametrize(
    ("kind", "how"), [(resource.RLIMIT_DATA, "LimitDATA"), (resource.RLIMIT_AS, "LimitAS")]
)
def test_too_small_a_limit_is_told_in_one_line_with_what_it_has_to_be(
    kind: int, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {kind: 100_000 * MIB}
    monkeypatch.setattr(
        resource,
        "getrlimit",
        lambda asked: (limits.get(asked, resource.RLIM_INFINITY), resource.RLIM_INFINITY),
    )
    check_room(Needs(data_mib=10, addresses_mib=10), "the model")
    with pytest.raises(MemoryShortError, match=rf"^[^\n]+the model: [^\n]+{how}[^\n]+$") as short:
        check_room(Needs(data_mib=100_000, addresses_mib=100_000), "the model")
    assert "may use 100,000 MiB" in str(short.value)


def test_without_a_limit_nothing_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: unlimited)
    check_room(Needs(data_mib=10**9, addresses_mib=10**9), "the model")
