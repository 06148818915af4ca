"""Keeping the process small: how the C library (glibc) holds on to memory that was freed.

Pictures come and go on several threads. glibc gives each thread a pool of its own and keeps in it what was freed,
which after a visit is more than a hundred megabytes that nobody uses.
"""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h
_POOLS = 2
_MIB = 1024 * 1024
_OF_ITS_OWN = 4 * _MIB  # a picture in full goes back at once; smaller ones are taken and freed at every look
_KEPT_FREE = 16 * _MIB

_c = ctypes.CDLL(None)


def share_pools() -> None:
    """All threads share two pools of memory, and neither keeps much that is free. Call before the first thread starts.

    Set here and not in the environment, so that the unit, the tests and a visit all have the same.
    """
    _c.mallopt(_M_ARENA_MAX, _POOLS)
    _c.mallopt(_M_MMAP_THRESHOLD, _OF_ITS_OWN)
    _c.mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE)


def give_back() -> None:
    """Hand everything that is free back to the system; takes a few milliseconds, others go on running."""
    _c.malloc_trim(0)
