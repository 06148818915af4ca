"""What a thief of the whole kiosk gets: ciphertext, counts and times."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.outbox import Outbox
from packet.errors import BadKey, UnsealError
from packet.unseal import AgeUnsealer, read_age_identities
from tests.filings import CANARIES, Keys, dossier

ROOT = Path(__file__).parents[3]


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_no_word_of_the_citizen_lies_on_the_kiosks_disk(outbox: Outbox, data_dir: Path) -> None:
    brought = dossier(pages=3)
    filing = outbox.file(brought, language="zh-CN")
    outbox.note_receipt(filing.packet_id, "proven")
    secrets = [canary.encode(encoding) for canary in CANARIES for encoding in ("utf-8", "utf-16-le", "gb18030")]
    secrets += [page.jpeg[200:260] for material in brought.materials for page in material.pages]
    secrets += [b"CANARY", b"%PDF", b"\x89PNG", filing.progress_code.encode()]
    found = files_below(data_dir)
    assert any(path.name == "sealed.age" for path in found)
    leaks = [(path.name, secret) for path in found for secret in secrets if secret in path.read_bytes()]
    assert leaks == []


def test_nothing_on_the_kiosks_disk_opens_the_sealed_file(outbox: Outbox, data_dir: Path, keys: Keys) -> None:
    filing = outbox.file(dossier(), language="zh-CN")
    sealed = (data_dir / "spool" / filing.packet_id / "sealed.age").read_bytes()
    for path in [*files_below(data_dir), keys.device_file]:
        try:
            unsealer = AgeUnsealer(read_age_identities([path]))
        except BadKey:
            continue
        with pytest.raises(UnsealError):
            unsealer.unseal(io.BytesIO(sealed), io.BytesIO())
    out = io.BytesIO()
    AgeUnsealer(read_age_identities(keys.identity_files)).unseal(io.BytesIO(sealed), out)
    assert CANARIES[1].encode() in out.getvalue()  # the test would see it


def test_nothing_is_written_to_temporary_folders_while_filing(tmp_path: Path, keys: Keys) -> None:
    """Traced from outside: which files the process opens for writing."""
    script = (
        "import sys; from pathlib import Path; from tests.filings import dossier, open_outbox\n"
        "opened = []\n"
        "def hook(event, args):\n"
        "    if event == 'open' and isinstance(args[2], int) and args[2] & 3: opened.append(str(args[0]))\n"
        "outbox = open_outbox(Path(sys.argv[1]), tuple(sys.argv[2:]))\n"
        "brought = dossier(pages=3)\n"
        "sys.addaudithook(hook)\n"
        "outbox.file(brought, language='zh-CN')\n"
        "print(chr(10).join(opened))\n"
    )
    data_dir = tmp_path / "kiosk"
    ran = subprocess.run(
        [sys.executable, "-c", script, str(data_dir), *keys.recipients],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    opened = ran.stdout.split()
    assert len(opened) >= 3
    assert [path for path in opened if not path.startswith(str(data_dir))] == []


@pytest.mark.parametrize("module", ["kiosk.outbox", "kiosk.courier.__main__", "kiosk.link"])
def test_the_kiosks_processes_do_not_load_the_opening_code(module: str) -> None:
    code = f"import sys, importlib; importlib.import_module({module!r}); print('packet.unseal' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert ran.stdout == "False\n"


def test_the_courier_loads_neither_sealing_nor_devices_nor_pictures() -> None:
    unwanted = {"packet.seal", "kiosk.dossier", "numpy", "PIL"}
    code = f"import sys, kiosk.courier.__main__; print(sorted({unwanted} & {{*sys.modules}}))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert ran.stdout == "[]\n"
