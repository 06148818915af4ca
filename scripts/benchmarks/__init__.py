"""Figures by area; each module is run by `scripts/bench`."""
