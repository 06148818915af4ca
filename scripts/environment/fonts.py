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
WEIGHTS = ("Regular", "Medium", "Bold")
FACE_SC = 2

_EXTRACT = """
import sys
from fontTools.ttLib import TTCollection
collection, face, target = sys.argv[1:]
TTCollection(collection, lazy=True).fonts[int(face)].save(target)
"""


def extract(root: Path) -> bool:
    """Write NotoSansCJKsc-{Regular,Medium,Bold}.otf and HanaMinB.ttf. True when there was something to do."""
    sources = {weight: COLLECTIONS / f"NotoSansCJK-{weight}.ttc" for weight in WEIGHTS}
    targets = {weight: root / "build" / "fonts" / f"NotoSansCJKsc-{weight}.otf" for weight in WEIGHTS}
    rare = root / "build" / "fonts" / RARE.name
    # Size and time instead of content: hashing 60 MB at every start would cost more than all other stamps together.
    states = tuple(f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in (*sources.values(), RARE))
    stamp = Stamp(root, "fonts", words=(*states, _EXTRACT, str(FACE_SC)))
    if stamp.is_fresh() and rare.is_file() and all(path.is_file() for path in targets.values()):
        return False
    print("setup: extracting fonts", flush=True)
    rare.parent.mkdir(parents=True, exist_ok=True)
    for weight, source in sources.items():
        fresh = targets[weight].with_suffix(".new")
        subprocess.run(
            [str(root / ".venv/bin/python"), "-c", _EXTRACT, str(source), str(FACE_SC), str(fresh)], check=True
        )
        fresh.replace(targets[weight])
    shutil.copyfile(RARE, rare)
    stamp.write()
    return True
