"""Run by `test_killed_at_random.py` in a process of its own.

Three real processes live beside each other: a kiosk that files, a courier that delivers, a city that takes. Each is
forked (so that starting costs milliseconds) and killed with SIGKILL at a moment nobody chose, again and again. At the
end everything is left alone until it is quiet, and what is found is printed as JSON.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from kiosk.courier.__main__ import main as courier_main
from kiosk.storage import audit
from kiosk.storage.engine import open_database, sessions
from kiosk.storage.outbox import OutboxRow
from packet.manifest import manifest_digest
from packet.receipt import check_receipt
from tests.filings import dossier, make_keys, open_outbox
from tests.intake_city import IntakeCity, keys_in, platform_verifier
from tests.intake_city import main as city_main
from tests.kiosk_settings import write_kiosk_settings

QUIET_S = 60.0


class Process:
    """A forked child that can be killed and started again."""

    def __init__(self, run: Callable[[], object]) -> None:
        self._run = run
        self._pid = 0

    def start(self) -> None:
        self._pid = os.fork()
        if self._pid == 0:
            try:
                self._run()
            except BaseException as wrong:  # the child must never return into the parent's code
                sys.stderr.write(f"{type(wrong).__name__}: {wrong}\n")
            finally:
                os._exit(0)

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def restart(self) -> None:
        self.kill()
        self.start()


def main(folder: Path, port: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    keys = make_keys(folder / "keys")
    data_dir = folder / "kiosk"
    settings = write_kiosk_settings(folder / "kiosk.toml", data_dir=data_dir, keys=keys, url=f"http://127.0.0.1:{port}")

    def file_for_ever() -> None:
        outbox = open_outbox(data_dir, keys.recipients)
        pages = 1
        while len(left_in(data_dir / "spool")) < 12:
            outbox.file(dossier(pages=pages, big=pages == 3), language="zh-CN")
            pages = pages % 3 + 1
        signal.pause()

    city = Process(lambda: city_main(str(folder / "city"), str(keys.folder), str(port)))
    courier = Process(lambda: courier_main(["--config", str(settings)]))
    kiosk = Process(file_for_ever)
    processes = [city, courier, kiosk]
    for process in processes:
        process.start()
    delivered_between = 0
    for _ in range(kills):
        time.sleep(chance.uniform(0.02, 0.5))
        chance.choices(processes, weights=(1, 2, 2))[0].restart()
        delivered_between = count_delivered(data_dir)
    kiosk.kill()
    open_outbox(data_dir, keys.recipients).close()  # the janitor of the next start
    city.restart()
    courier.restart()
    deadline = time.monotonic() + QUIET_S
    while left_in(data_dir / "spool") and time.monotonic() < deadline:
        time.sleep(0.05)
    courier.kill()
    city.kill()
    print(json.dumps({"delivered_between": delivered_between, **found(folder)}))  # noqa: T201


def left_in(spool: Path) -> list[str]:
    return [path.name for path in spool.iterdir() if path.name != ".lock"]


def count_delivered(data_dir: Path) -> int:
    engine = open_database(data_dir)
    with engine.connect() as connection:
        count = connection.exec_driver_sql("select count(*) from outbox where state = 'delivered'").scalar_one()
    engine.dispose()
    return int(count)


def found(folder: Path) -> dict[str, object]:
    keys_folder = folder / "keys"
    engine = open_database(folder / "kiosk")
    keys = keys_in(keys_folder)
    with sessions(engine)() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.sequence)).all()
        for row in rows:
            check_receipt(
                row.platform_receipt.encode(),
                verifier=platform_verifier(keys),
                packet_id=row.packet_id,
                manifest_sha256=row.manifest_sha256,
            )
        filed = [row.packet_id for row in rows]
        sequences = [row.sequence for row in rows]
        reprintable = all(row.progress_code and row.receipt_state == "open" for row in rows)
        broken = audit.first_broken(session)
        integrity = session.connection().exec_driver_sql("pragma integrity_check").scalar_one()
    engine.dispose()
    city = IntakeCity(folder / "city", keys)
    manifests = city.rows("select manifest, chain, state from submission order by sequence")
    result = {
        "filed": filed,
        "sequences": sequences,
        "cases": [row[0] for row in city.rows("select packet from bare_case")],
        "submissions": [row[0] for row in city.rows("select packet_id from submission order by sequence")],
        "states": sorted({row[2] for row in manifests}),
        "chains": sorted({row[1] for row in manifests}),
        "previous_fits": all(
            manifest_digest(before[0]) == json.loads(after[0])["previous"]
            for before, after in itertools.pairwise(manifests)
        ),
        "reprintable": reprintable,
        "left_in_spool": left_in(folder / "kiosk" / "spool"),
        "left_incoming": [path.name for path in (folder / "city" / "blobs" / ".incoming").iterdir()],
        "audit_broken_at": broken,
        "kiosk_integrity": integrity,
        "city_integrity": city.rows("pragma integrity_check")[0][0],
    }
    city.close()
    return result


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
