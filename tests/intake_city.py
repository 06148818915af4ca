"""A city that is only its intake: real routes, inbox, database and files; cases are rows of one bare table.

In a thread for tests that look inside, or as a process that can be killed:
`python -m tests.intake_city FOLDER KEYS PORT`.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from city.api.devices import DeviceDesk, device_router
from city.inbox import Inbox, OpenCase
from city.storage.base import Base
from city.storage.blobs import LocalStore
from city.storage.engine import open_engine, writing_sessions
from city.storage.intake import enrol
from packet.application import Application
from packet.filing_number import BEIJING
from packet.keys import public_text, read_public, read_signing_key
from packet.receipt import platform_key_id
from packet.sign import Ed25519Signer, Ed25519Verifier
from packet.unseal import AgeUnsealer, read_age_identities
from tests.filings import KIOSK_ID, Keys


def now() -> datetime:
    return datetime.now(BEIJING)


def open_bare_case(
    session: Session, *, application: Application, files: Mapping[str, bytes], received_at: datetime
) -> None:
    session.execute(
        text("insert into bare_case values (:packet, :number, :files, :at)"),
        {
            "packet": application.packet_id,
            "number": application.filing_number,
            "files": ",".join(files),
            "at": received_at.isoformat(),
        },
    )


@dataclass
class IntakeCity:
    """`answers` of progress and notice are what a test puts there."""

    folder: Path
    keys: Keys
    open_case: OpenCase = open_bare_case
    clock: Callable[[], datetime] = now
    identity_files: tuple[Path, ...] = ()
    cases: list[dict[str, Any]] = field(default_factory=list)
    notice: bytes | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = open_engine(f"sqlite:///{self.folder / 'city.db'}")
        Base.metadata.create_all(self.engine)
        self.sessions: sessionmaker[Session] = writing_sessions(self.engine)
        self.blobs = LocalStore(self.folder / "blobs")
        self.blobs.sweep_incoming()
        with self.sessions.begin() as session:
            session.execute(
                text("create table if not exists bare_case (packet text, number text, files text, at text)")
            )
            enrol(session, device_id=KIOSK_ID, public_key=self.keys.device_public, at=self.clock())
        key = read_signing_key(self.keys.platform_file)
        self.inbox = Inbox(
            sessions=self.sessions,
            blobs=self.blobs,
            unsealer=AgeUnsealer(read_age_identities(self.identity_files or self.keys.identity_files)),
            signer=Ed25519Signer(key, key_id=platform_key_id(key.public_key())),
            open_case=lambda session, **packet: self.open_case(session, **packet),
            clock=lambda: self.clock(),
        )

    def app(self) -> FastAPI:
        app = FastAPI()
        app.include_router(
            device_router(
                DeviceDesk(
                    sessions=self.sessions,
                    blobs=self.blobs,
                    inbox=self.inbox,
                    find_cases=self._find_cases,
                    notice_pdf=self._notice_pdf,
                    clock=lambda: self.clock(),
                )
            )
        )
        return app

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.sessions() as session:
            return [tuple(row) for row in session.execute(text(query))]

    def close(self) -> None:
        self.engine.dispose()

    def _find_cases(self, _session: Session, **question: str) -> list[dict[str, Any]]:
        self.asked.append(question)
        return self.cases

    def _notice_pdf(self, _session: Session, **question: str) -> bytes | None:
        self.asked.append(question)
        if question["case_number"] != "TB1":
            raise LookupError
        return self.notice


def platform_verifier(keys: Keys) -> Ed25519Verifier:
    public = read_public(keys.platform_public)
    return Ed25519Verifier(public, key_id=platform_key_id(public))


@contextlib.contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app behind a real uvicorn on a free port; yields its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the city did not start")
            threading.Event().wait(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def keys_in(folder: Path) -> Keys:
    """The keys of a folder that `make_keys` filled; recipients are the kiosk's matter."""
    device, platform = (
        public_text(read_signing_key(folder / name).public_key()) for name in ("device.pem", "platform.pem")
    )
    return Keys(folder, device, platform, ())


def main(folder: str, keys_folder: str, port: str) -> None:
    city = IntakeCity(Path(folder), keys_in(Path(keys_folder)))
    uvicorn.run(city.app(), host="127.0.0.1", port=int(port), log_level="critical")


if __name__ == "__main__":
    main(*sys.argv[1:])
