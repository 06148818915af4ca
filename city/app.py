"""The city service as one ASGI application: the kiosks' interface under `/v1`, the staff pages under `/staff`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from city.api.devices import DeviceDesk, device_router
from city.calendar import WorkingCalendar
from city.cases import Desk, open_case
from city.clock import Clock, legal_day
from city.inbox import Inbox
from city.notices import notice_pdf, render_notice
from city.progress import find_cases
from city.staff.pages import staff_app
from city.staff.site import ROOT, Site
from city.storage.base import Base
from city.storage.blobs import LocalStore
from city.storage.engine import open_engine, reading_sessions, writing_sessions
from config.schema import CatalogueData, CityServiceSettings
from packet.keys import read_signing_key
from packet.receipt import platform_key_id
from packet.sign import Ed25519Signer
from packet.unseal import AgeUnsealer, read_age_identities


@dataclass(frozen=True)
class City:
    """A service ready to be served. `close` when it has stopped serving."""

    app: FastAPI
    engine: Engine

    def close(self) -> None:
        self.engine.dispose()


def build_city(
    settings: CityServiceSettings, *, catalogue: CatalogueData, calendar: WorkingCalendar, clock: Clock
) -> City:
    """Open database, files and keys, and put the parts together. Raises BadKey, OSError, SQLAlchemyError."""
    key = read_signing_key(settings.platform_key_file)
    unsealer = AgeUnsealer(read_age_identities(settings.identity_files))
    engine = open_engine(settings.database_url)
    Base.metadata.create_all(engine)
    blobs = LocalStore(settings.files_dir)
    blobs.sweep_incoming()
    writers = writing_sessions(engine)
    inbox = Inbox(
        sessions=writers,
        blobs=blobs,
        unsealer=unsealer,
        signer=Ed25519Signer(key, key_id=platform_key_id(key.public_key())),
        open_case=partial(open_case, catalogue=catalogue, calendar=calendar, blobs=blobs),
        clock=clock,
    )

    def told(session: Session, **question: str) -> list[Mapping[str, Any]]:
        today = legal_day(clock())
        return [*find_cases(session, catalogue=catalogue, calendar=calendar, today=today, **question)]

    app = FastAPI(title="西安全市通办", docs_url=None, redoc_url=None)
    app.include_router(
        device_router(
            DeviceDesk(
                sessions=writers,
                blobs=blobs,
                inbox=inbox,
                find_cases=told,
                notice_pdf=partial(notice_pdf, blobs=blobs),
                clock=clock,
            )
        )
    )
    app.mount(
        ROOT,
        staff_app(
            Site(
                readers=reading_sessions(engine),
                writers=writers,
                desk=Desk(catalogue, calendar, blobs, render_notice),
                clock=clock,
                session_length=timedelta(hours=settings.session_hours),
                secure=settings.public_url.startswith("https:"),
            )
        ),
    )

    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse(f"{ROOT}/", 303)

    return City(app, engine)
