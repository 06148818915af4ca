"""Keeping the process small: how the C library (glibc) holds on to memory that was freed.

Pictures come and go on several threads. glibc gives each thread a pool of its own and keeps in it what was freed,
which after a visit is more than a hundred megabytes that nobody uses.
"""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8  # malloc.h
_POOLS = 2

_c = ctypes.CDLL(None)


def share_pools() -> None:
    """All threads share two pools of memory. Call before the first thread is started."""
    _c.mallopt(_M_ARENA_MAX, _POOLS)


def give_back() -> None:
    """Hand everything that is free back to the system; takes a few milliseconds, others go on running."""
    _c.malloc_trim(0)
