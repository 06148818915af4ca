"""A city for tests: the real catalogue and calendar, a database and files of its own, an invented citizen's packets."""

from __future__ import annotations

import hashlib
import io
import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import img2pdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from city.calendar import WorkingCalendar, read_calendar
from city.cases import Actor, Desk, facts_of, open_case, perform
from city.clock import BEIJING
from city.notices import render_notice
from city.rules import Carrier, Channel, Consulted, Details, Outcome, Parcel, Role
from city.storage import cases as storage
from city.storage.base import Base
from city.storage.blobs import LocalStore
from city.storage.cases import Scope
from city.storage.engine import open_engine, reading_sessions, writing_sessions
from city.storage.models import Case
from config.load import load_catalogue
from config.schema import CatalogueData
from packet.application import (
    ApplicantRecord,
    Application,
    IdentityProof,
    MaterialRecord,
    PageRecord,
)

CONFIG = Path(__file__).parent.parent / "config"
MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=BEIJING)
CLERK = Actor(Role.WINDOW, "王敏")
EVERYWHERE = Scope(None)

AGREED = Consulted(Channel.PHONE, "阎良区窗口 李静", Outcome.AGREED, "材料齐全")
EMS = Parcel(Carrier.EMS, "1151234567890")

WITH_ORIGINALS = "610133002"
WITHOUT_ORIGINALS = "610114001"
OF_THE_CITY = "610123001"

_serial = itertools.count(1)


@cache
def catalogue() -> CatalogueData:
    return load_catalogue(CONFIG)


@cache
def calendar() -> WorkingCalendar:
    return read_calendar(CONFIG / "calendar.toml")


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(frozen=True)
class Filing:
    application: Application
    files: dict[str, bytes]


def filing(
    *,
    item: str = WITH_ORIGINALS,
    locality: str = "hangkong",
    name: str = "赵春生",
    number: str = "610114195603127212",
    **changes: Any,
) -> Filing:
    """A filing of every material the item asks for, two pages in the first."""
    wanted = catalogue().items[item] if item in catalogue().items else catalogue().items["610114002"]
    serial = next(_serial)
    files: dict[str, bytes] = {}
    records = []
    for position, material in enumerate(wanted.materials, 1):
        pages = [page_jpeg(material.name.zh, n, name) for n in range(1, 3 if position == 1 else 2)]
        file = f"materials/{position:02d}-{material.key}.pdf"
        files[file] = _pdf(tuple(pages))
        records.append(
            MaterialRecord(
                key=material.key,
                name=material.name.zh,
                file=file,
                original=material.original,
                pages=tuple(
                    PageRecord(826, 1169, 100, hashlib.sha256(p).hexdigest(), ("glare",) if n == 1 else ())
                    for n, p in enumerate(pages)
                ),
            )
        )
    files["signature.png"] = signature_png()
    application = Application(
        schema="tongban.application/1",
        packet_id=str(uuid.uuid4()),
        filing_number=f"XA07-20261124-{serial:06d}",
        progress_code=f"{7000000 + serial}",
        mode="collected_on_behalf",
        item_code=item,
        item_version=wanted.version,
        catalogue_digest=catalogue().digest,
        locality=locality,
        receiving_locality="yanliang",
        kiosk_id="XA-07",
        collected_at="2026-11-24T08:52:10+08:00",
        applicant=ApplicantRecord(
            kind="person",
            name=name,
            number=number,
            card_kind="resident",
            sex="1",
            birth="1956-03-12",
            address="西安市阎良区人民西路街道前进社区12号楼3单元502号",
            nation="01",
            issuer="西安市公安局阎良分局",
            valid_from="2016-05-20",
        ),
        identity=IdentityProof("sam_card", "genuine", "0501-20200101-0000000042", "2026-11-24T08:46:31+08:00"),
        answers=(
            ("phone", "13800000123"),
            ("return_address", "西安市阎良区人民西路街道前进社区12号楼3单元502号"),
            ("delivery", "post"),
        ),
        materials=tuple(records),
        consent_version="2026-1",
        consent_at="2026-11-24T08:47:02+08:00",
        language="zh-CN",
    )
    return Filing(replace(application, **changes), files)


@dataclass
class Hall:
    """One city: everything a test needs to open cases and act on them."""

    folder: Path
    engine: Engine
    readers: sessionmaker[Session]
    writers: sessionmaker[Session]
    blobs: LocalStore
    desk: Desk
    clock: Clock

    def open(self, given: Filing | None = None, **changes: Any) -> str:
        """Opens a case and returns its number."""
        made = given or filing(**changes)
        with self.writers.begin() as session:
            return open_case(
                session,
                application=made.application,
                files=made.files,
                received_at=self.clock(),
                catalogue=self.desk.catalogue,
                calendar=self.desk.calendar,
                blobs=self.blobs,
            ).number

    def act(self, number: str, *details: Details, actor: Actor = CLERK) -> None:
        for one in details:
            with self.writers.begin() as session:
                case = self.find(session, number)
                perform(
                    session,
                    case,
                    one,
                    actor=actor,
                    at=self.clock(),
                    version=case.version,
                    once=uuid.uuid4().hex,
                    desk=self.desk,
                )

    def find(self, session: Session, number: str) -> Case:
        case = storage.visible(session, EVERYWHERE, number)
        assert case is not None
        return case

    def case(self, number: str) -> Case:
        """As it stands now, loaded whole and detached."""
        with self.readers() as session:
            case = self.find(session, number)
            facts_of(case)
            return case

    def close(self) -> None:
        self.engine.dispose()


def build_hall(folder: Path, *, render: Callable[..., bytes] = render_notice) -> Hall:
    engine = open_engine(f"sqlite:///{folder / 'city.sqlite'}")
    Base.metadata.create_all(engine)
    blobs = LocalStore(folder / "files")
    desk = Desk(catalogue(), calendar(), blobs, render)
    return Hall(folder, engine, reading_sessions(engine), writing_sessions(engine), blobs, desk, Clock())


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """A city of its own, with a stand-in for the typeset notice (its own tests render the real one)."""
    city = build_hall(tmp_path, render=short_notice)
    yield city
    city.close()


def short_notice(*_: object) -> bytes:
    """Stands in for the typeset notice where a test is about something else."""
    return _pdf((page_jpeg("代收件通知书", 1, ""),))


@cache
def page_jpeg(title: str, number: int, name: str) -> bytes:
    """A page that looks like a scan of a form: 826 x 1169 px, a hundred dots an inch."""
    picture = Image.new("RGB", (826, 1169), (250, 249, 245))
    draw = ImageDraw.Draw(picture)
    draw.text((413, 120), title, fill=(30, 30, 40), font=_font(46), anchor="mm")
    draw.rectangle((80, 190, 746, 1040), outline=(90, 90, 100), width=2)
    for row in range(12):
        y = 190 + row * 70
        draw.line((80, y, 746, y), fill=(150, 150, 160))
        draw.text((104, y + 22), f"{['姓名', '住址', '日期', '编号'][row % 4]}", fill=(90, 90, 100), font=_font(24))
        draw.text((260, y + 22), f"{name or '样张'} {number}-{row + 1}", fill=(20, 30, 60), font=_font(24))
    draw.line((230, 190, 230, 1040), fill=(150, 150, 160))
    draw.ellipse((560, 880, 720, 1040), outline=(200, 40, 40), width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@cache
def signature_png() -> bytes:
    picture = Image.new("L", (480, 180), 255)
    draw = ImageDraw.Draw(picture)
    strokes = [(40, 90), (90, 40), (120, 140), (170, 60), (210, 130), (280, 50), (320, 130), (430, 80)]
    draw.line(strokes, fill=20, width=7, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@cache
def _font(size: int) -> Any:
    for path in ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",):
        if Path(path).exists():
            return ImageFont.truetype(path, size, index=2)
    return ImageFont.load_default(size)


@cache
def _pdf(pages: tuple[bytes, ...]) -> bytes:
    made = img2pdf.convert(list(pages))
    assert isinstance(made, bytes)
    return made
