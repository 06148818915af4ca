"""`python -m kiosk.courier --config KIOSK.toml`: the courier as a process of its own."""

from __future__ import annotations

import argparse
import fcntl
import logging
import random
import signal
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from config.load import ConfigError, load_kiosk
from config.schema import KioskSettings
from kiosk.courier.city_client import CityClient
from kiosk.courier.delivery import Delivery
from kiosk.courier.link_server import Answers, LinkServer
from kiosk.courier.notify import notify
from kiosk.courier.service import Courier
from kiosk.storage.engine import open_database, sessions
from kiosk.storage.spool import Spool
from packet.errors import BadKey
from packet.filing_number import BEIJING
from packet.keys import read_public, read_signing_key
from packet.receipt import platform_key_id
from packet.sign import Ed25519Signer, Ed25519Verifier

_LOG = logging.getLogger("kiosk.courier")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kiosk.courier", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        return _run(load_kiosk(chosen.config))
    except (ConfigError, BadKey, BlockingIOError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1


def _run(settings: KioskSettings) -> int:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / ".courier.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # two couriers would send everything twice
        signer = Ed25519Signer(read_signing_key(settings.device_key_file), key_id=settings.kiosk_id)
        platform_key = read_public(settings.city.platform_key)
        engine = open_database(settings.data_dir)
        spool = Spool(settings.data_dir)
        city = CityClient(settings.city.url, signer=signer, clock=_now, on_progress=_alive)
        delivery = Delivery(
            spool=spool,
            sessions=sessions(engine),
            city=city,
            signer=signer,
            platform=Ed25519Verifier(platform_key, key_id=platform_key_id(platform_key)),
            clock=_now,
        )
        courier = Courier(
            delivery=delivery,
            city=city,
            spool=spool,
            sessions=sessions(engine),
            clock=_now,
            monotonic=time.monotonic,
            random=random.random,
            alive=_alive,
        )
        answers = Answers(
            city=city,
            outbox=courier.undelivered,
            is_on_its_way=courier.is_on_its_way,
            poke=courier.poke,
        )
        link = LinkServer(settings.data_dir, answers)
        stop = threading.Event()

        def end(*_: object) -> None:
            stop.set()
            # Not from here: the loop may hold the very lock that waking it needs.
            threading.Thread(target=courier.poke, daemon=True).start()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        notify("READY=1")
        _LOG.info("ready kiosk=%s", settings.kiosk_id)
        try:
            courier.run(stop)
        finally:
            notify("STOPPING=1")
            link.close()
            city.close()
            engine.dispose()
    return 0


def _now() -> datetime:
    return datetime.now(BEIJING)


def _alive() -> None:
    notify("WATCHDOG=1")


if __name__ == "__main__":
    sys.exit(main())
