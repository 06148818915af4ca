"""Run by `test_disk_full.py` in a process of its own, where it may mount a disk of two megabytes.

While a dossier is being sealed, another program fills the disk, leaving less room than the packet needs: nothing at
first, then a page more with every try, until one filing succeeds. Prints what happened at each try.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

from kiosk.outbox import DiskFull
from packet.manifest import Manifest
from packet.seal import AgeSealer
from packet.streams import Readable, Writable
from tests.filings import dossier, open_outbox

PAGE = 4096
DISK_BYTES = 2 << 20


class SealerOnABusyDisk:
    """Seals as always, after somebody else has filled the disk but for `room` bytes."""

    def __init__(self, recipients: tuple[str, ...], filler: Path) -> None:
        self._sealer = AgeSealer(recipients)
        self._filler = filler
        self.algorithm = self._sealer.algorithm
        self.recipients = recipients
        self.room: int | None = None

    def seal(self, source: Readable, target: Writable) -> None:
        if self.room is not None:
            fill(self._filler, leave=self.room)
        self._sealer.seal(source, target)


def fill(filler: Path, *, leave: int) -> None:
    with filler.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(PAGE))
        except OSError:
            out.truncate(max(0, out.tell() - leave))


def main(data_dir: Path, limit: str, recipients: tuple[str, ...]) -> None:
    if limit == "disk":
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", data_dir], check=True)
    filler = data_dir / "filler"
    sealer = SealerOnABusyDisk(recipients, filler)
    outbox = open_outbox(data_dir, recipients, sealer=sealer)
    first = outbox.file(dossier(pages=1), language="zh-CN")
    tries: list[dict[str, object]] = []
    for step in range(200):
        if limit == "disk":
            sealer.room = step * PAGE
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (step * PAGE, resource.RLIM_INFINITY))
        try:
            filing = outbox.file(dossier(pages=1), language="zh-CN")
        except DiskFull:
            filler.unlink(missing_ok=True)
            left = sorted(path.name for path in (data_dir / "spool").iterdir())
            tries.append({"step": step, "left": [name for name in left if name not in (".lock", first.packet_id)]})
            continue
        manifest = Manifest.from_bytes((data_dir / "spool" / filing.packet_id / "manifest.json").read_bytes())
        outbox.close()
        print(json.dumps({"tries": tries, "sequence": manifest.sequence, "number": filing.filing_number}))  # noqa: T201
        return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], tuple(sys.argv[3:]))
