"""Journeys: one file and one row each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.journeys.apply import APPLY
from kiosk.journeys.progress import PROGRESS
from kiosk.step import Journey

JOURNEYS: Mapping[str, Journey] = MappingProxyType({"apply": APPLY, "progress": PROGRESS})
