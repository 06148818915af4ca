"""Fuzz targets, one for each parser of bytes from outside, and what drives them: `scripts/fuzz`."""
