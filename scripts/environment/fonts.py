"""Fonts for the interface and for paper, under `build/fonts`.

Debian ships Noto Sans CJK as collections whose first face is Japanese, and neither Kivy nor a PDF can choose a face
of a collection: the simplified Chinese face is taken out once.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from scripts.environment.steps import Stamp

COLLECTIONS = Path("/usr/share/fonts/opentype/noto")
RARE = Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")
FACES = ("Sans-Regular", "Sans-Medium", "Sans-Bold", "Serif-Bold")  # the serif is for titles on paper
FACE_SC = 2

_EXTRACT = """
import sys
from fontTools.ttLib import TTCollection
collection, face, target = sys.argv[1:]
TTCollection(collection, lazy=True).fonts[int(face)].save(target)
"""


def extract(root: Path) -> bool:
    """Write Noto{Sans,Serif}CJKsc-<weight>.otf and HanaMinB.ttf. True when there was something to do."""
    sources = {face: COLLECTIONS / f"Noto{face.replace('-', 'CJK-')}.ttc" for face in FACES}
    targets = {face: root / "build" / "fonts" / f"Noto{face.replace('-', 'CJKsc-')}.otf" for face in FACES}
    rare = root / "build" / "fonts" / RARE.name
    # Size and time instead of content: hashing 60 MB at every start would cost more than all other stamps together.
    states = tuple(f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in (*sources.values(), RARE))
    stamp = Stamp(root, "fonts", words=(*states, _EXTRACT, str(FACE_SC)))
    if stamp.is_fresh() and rare.is_file() and all(path.is_file() for path in targets.values()):
        return False
    print("setup: extracting fonts", flush=True)
    rare.parent.mkdir(parents=True, exist_ok=True)
    for face, source in sources.items():
        fresh = targets[face].with_suffix(".new")
        subprocess.run(
            [str(root / ".venv/bin/python"), "-c", _EXTRACT, str(source), str(FACE_SC), str(fresh)], check=True
        )
        fresh.replace(targets[face])
    shutil.copyfile(RARE, rare)
    stamp.write()
    return True
