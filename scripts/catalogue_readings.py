"""The pinyin of everything the catalogue is searched by: `python -m scripts.catalogue_readings [--out FILE]`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = "build/catalogue/readings.json"


def build(root: Path) -> bool:
    """Step of the set-up. True when there was something to do."""
    from scripts.environment.steps import Missing, Stamp

    inputs = (
        *sorted((root / "config" / "items").glob("*.toml")), root / "config" / "localities.toml",
        root / "requirements" / "lock.txt", root / "kiosk" / "catalogue.py", root / "kiosk" / "readings.py",
        Path(__file__),
    )  # fmt: skip
    stamp = Stamp(root, "catalogue_readings", files=inputs)
    if stamp.is_fresh() and (root / TARGET).is_file():
        return False
    outcome = subprocess.run(
        [str(root / ".venv" / "bin" / "python"), "-m", "scripts.catalogue_readings"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if outcome.returncode != 0:
        raise Missing(f"the readings of the catalogue could not be worked out:\n{outcome.stderr[-3000:]}")
    stamp.write()
    return True


def main() -> int:
    from config.load import load_catalogue
    from kiosk.catalogue import Catalogue
    from kiosk.readings import write

    parser = argparse.ArgumentParser(description="Write the pinyin of everything the catalogue is searched by.")
    parser.add_argument("--out", type=Path, default=ROOT / TARGET)
    target: Path = parser.parse_args().out
    print(f"{target}: {write(target, Catalogue(load_catalogue(ROOT / 'config')).spoken_texts())} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
