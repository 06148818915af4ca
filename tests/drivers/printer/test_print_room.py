"""The print room itself: private, unprivileged, gone when it is stopped."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Event

import pytest

from drivers.emulators import cups, daemons
from drivers.emulators.cups import PrintRoom
from drivers.printer.cups import CupsPrinter
from drivers.protocols import PrintProven
from tests.drivers.printer.offices import eventually, page


def _processes(room: Path) -> list[int]:
    """Everything that runs and names the room's folder."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if str(room).encode() in command and b"warden" not in command:
                found.append(int(folder.name))
    return found


def test_stop_leaves_nothing_even_in_the_middle_of_a_job() -> None:
    room = PrintRoom()
    room.start()
    folder = room.folder
    room.hold()
    subprocess.run(
        ["/usr/bin/lp", "-h", str(room.socket_path), "-d", room.queue, "-"],
        input=page("One"),
        check=True,
        capture_output=True,
    )
    room.until_busy()
    assert len(_processes(folder)) >= 3
    room.stop()
    assert _processes(folder) == []
    assert not folder.exists()
    room.stop()


def test_owner_killed_and_nothing_is_left() -> None:
    program = (
        "from drivers.emulators.cups import PrintRoom; room = PrintRoom(); room.start();"
        "print(room.folder, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        folder = Path(owner.stdout.readline().strip())
        assert len(_processes(folder)) == 2
        owner.kill()
    eventually(lambda: not _processes(folder) and not folder.exists(), "the room's end")


def test_two_rooms_do_not_meet() -> None:
    with PrintRoom() as one, PrintRoom() as two:
        printer = CupsPrinter(socket_path=one.socket_path, queue=one.queue, device_uri=one.device_uri)
        try:
            outcome = printer.print(
                page("One"), title="receipt", pages=1, timeout_s=20, cancel=Event(), on_progress=lambda _: None
            )
        finally:
            printer.close()
        assert isinstance(outcome, PrintProven)
        assert len(one.printed()) == 1
        assert two.printed() == ()


def test_nothing_runs_as_root_and_nothing_listens_to_the_world(room: PrintRoom) -> None:
    daemons_of_room = _processes(room.folder)
    assert len(daemons_of_room) == 2
    for pid in daemons_of_room:
        assert Path(f"/proc/{pid}").stat().st_uid != 0
    port = int(room.device_uri.split(":")[2].split("/")[0])
    listening = [line.split() for name in ("tcp", "tcp6") for line in _listening(name) if f":{port:04X}" in line]
    assert listening
    for row in listening:
        assert row[1].split(":")[0] in ("0100007F", "00000000000000000000000001000000"), row


def _listening(name: str) -> list[str]:
    path = Path("/proc/net") / name
    return [line for line in path.read_text().splitlines()[1:] if line.split()[3] == "0A"] if path.exists() else []


def test_missing_program_is_named_and_nothing_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def program(name: str) -> str:
        return daemons.program("no-such-ippeveprinter" if name == "ippeveprinter" else name)

    monkeypatch.setattr(cups, "program", program)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(0o711)  # the daemons' user must pass
        if folder.name.startswith("pytest-of-"):
            break
    room = PrintRoom()
    with pytest.raises(FileNotFoundError, match="no-such-ippeveprinter"):
        room.start()
    with pytest.raises(RuntimeError, match="not started"):
        _ = room.folder
    assert list(tmp_path.iterdir()) == []
    assert _processes(tmp_path) == []


def test_unknown_fault_is_refused(room: PrintRoom) -> None:
    with pytest.raises(ValueError, match="paper_out"):
        room.fault("coffee", is_there=True)
