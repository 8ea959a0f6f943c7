"""A long run of the served bot among many chats, while much goes wrong: what was lost, what twice.

    python -m benchmarks.soak --minutes 10 --chats 1000

`factcontext serve` runs in a process of its own, with the default settings, on the starter corpus,
and talks over loopback HTTP with the tests' stand-in for Telegram, which holds every call against
the Bot API's types. People in private chats, groups, forums and channels write, forward, edit and
press; calls are refused, cut off and slowed down; in the middle the bot is killed and started
again. In the end every message that was sent is compared with every one that should have been.
"""

from __future__ import annotations

import sys
from pathlib import Path

# The stand-in belongs to the tests; it is the only thing that is taken from there.
sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
