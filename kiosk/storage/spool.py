"""The spool folder: every packet a folder that appears by rename, whole, or not at all.

spool/<packet id>/manifest.json   exact bytes that are signed
                  sealed.age      ciphertext
                  receipt.json    what a reprint of the paper receipt needs; no personal data
                  manifest.sig    added by the courier, who alone holds the device's key
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from packet.identifiers import is_packet_id

MANIFEST = "manifest.json"
SEALED = "sealed.age"
RECEIPT = "receipt.json"
_NEW = ".new-"
_GONE = ".gone-"
_LOCK = ".lock"


class Spool:
    """`data_dir/spool`. Raises OSError as the disk does."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "spool"
        self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)

    def packet(self, packet_id: str) -> Path:
        return self.folder / packet_id

    def packet_ids(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if is_packet_id(path.name))

    def lock(self) -> BinaryIO:
        """Hold the spool for filing until the file is closed. Raises BlockingIOError when another process files."""
        handle = (self.folder / _LOCK).open("ab")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            raise
        return handle

    @contextmanager
    def new_packet(self, packet_id: str) -> Iterator[Path]:
        """A folder to write in; renamed into place, everything on disk, when the block ends well, else removed."""
        draft = self.folder / f"{_NEW}{packet_id}"
        try:
            draft.mkdir(mode=0o770)
            yield draft
            sync_folder(draft)
            draft.rename(self.packet(packet_id))
            sync_folder(self.folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def remove(self, packet_id: str) -> None:
        """Make a packet disappear in one step, then free its bytes. Removing twice is no mistake."""
        gone = self.folder / f"{_GONE}{packet_id}"
        if self.packet(packet_id).exists():
            self.packet(packet_id).rename(gone)
            sync_folder(self.folder)
        shutil.rmtree(gone, ignore_errors=True)

    def drafts(self) -> list[Path]:
        """Folders a killed process left half written. Only who holds the lock may remove them."""
        return sorted(self.folder.glob(f"{_NEW}*"))

    def sweep_removed(self) -> int:
        """Finish removals that a kill interrupted; tells how many."""
        leftovers = list(self.folder.glob(f"{_GONE}*"))
        for path in leftovers:
            shutil.rmtree(path, ignore_errors=True)
        return len(leftovers)


def write_synced(path: Path, data: bytes) -> None:
    """A new file, on disk before this returns."""
    with path.open("xb") as out:
        out.write(data)
        sync_file(out)


def sync_file(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_bytes(folder: Path) -> int:
    """What an ordinary process may still write there."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize
