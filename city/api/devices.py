"""`/v1`: what kiosks ask of the city. Thin: each route proves the caller, reads a value, calls one use case."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from city.api.authentication import Authenticator, Caller, Unauthenticated
from city.api.bodies import BodyChanged, BodySilent, BodyTooLarge, pieces, whole
from city.api.shapes import DossierSent, MissingAsked, NoticeAsked, ProgressAsked
from city.inbox import Inbox, PartsMissing, Received
from city.storage.blobs import DigestMismatch, LocalStore, part_key
from city.storage.intake import Device, forget_unused_parts, missing_parts, note_part, unused_bytes
from packet import wire
from packet.errors import BadShape
from packet.identifiers import is_sha256
from packet.manifest import MAX_MANIFEST_BYTES, MAX_PART_BYTES

SMALL_BYTES = 256 * 1024
UNUSED_QUOTA_BYTES = 4 << 30
"""How much a device may send that belongs to no submission: a broken kiosk must not fill the city's disk."""
UNUSED_KEPT = timedelta(days=30)
"""Long enough for a kiosk behind a line that was down for weeks."""

_REFUSED_STATUS = {"bad_manifest": 400, "bad_signature": 403, "other_device": 403}

T = TypeVar("T")


class FindCases(Protocol):
    """`city.progress.find_cases`, with everything but the question already filled in."""

    def __call__(
        self, session: Session, *, filing_number: str, progress_code: str, citizen_number: str, language: str
    ) -> Sequence[Mapping[str, Any]]: ...


class NoticePdf(Protocol):
    """`city.notices.notice_pdf`. Raises LookupError when number and code do not fit; None = not issued yet."""

    def __call__(
        self,
        session: Session,
        *,
        case_number: str,
        filing_number: str,
        progress_code: str,
        citizen_number: str,
    ) -> bytes | None: ...


@dataclass(frozen=True)
class DeviceDesk:
    """What the routes take from the world."""

    sessions: sessionmaker[Session]
    blobs: LocalStore
    inbox: Inbox
    find_cases: FindCases
    notice_pdf: NoticePdf
    clock: Callable[[], datetime]


class _Answer(Exception):
    """Ends a request with an error that the device can act on."""

    def __init__(self, status: int, code: str, **more: object) -> None:
        super().__init__(code)
        self.response = JSONResponse({"code": code, **more}, status_code=status)


def device_router(desk: DeviceDesk) -> APIRouter:
    """Mount with `app.include_router(device_router(desk))`."""
    router = APIRouter(prefix="/v1")
    authenticator = Authenticator(sessions=desk.sessions, clock=desk.clock)

    async def caller_of(request: Request) -> Caller:
        try:
            return await run_in_threadpool(authenticator.authenticate, request)
        except Unauthenticated as wrong:
            raise _Answer(401, wrong.code) from None

    async def asked(request: Request, kind: type[T], *, limit: int = SMALL_BYTES) -> tuple[Caller, T]:
        caller = await caller_of(request)
        data = await whole(request, limit=limit, sha256=caller.body_sha256)
        try:
            return caller, wire.decode(kind, data, limit=limit)
        except BadShape as wrong:
            raise _Answer(400, "bad_body", detail=str(wrong)) from None

    async def parts_missing(request: Request) -> Response:
        caller, question = await asked(request, MissingAsked)
        if not all(is_sha256(sha256) for sha256 in question.parts):
            raise _Answer(400, "bad_body", detail="parts: wanted SHA-256")

        def look() -> tuple[str, ...]:
            with desk.sessions() as session:
                return missing_parts(session, caller.device_id, question.parts)

        return JSONResponse({"missing": await run_in_threadpool(look)})

    async def put_part(request: Request) -> Response:
        caller = await caller_of(request)
        sha256 = request.path_params["sha256"]
        if sha256 != caller.body_sha256:
            raise _Answer(422, "other_digest")
        await run_in_threadpool(_check_quota, desk, caller)
        incoming = desk.blobs.begin()
        with incoming:
            try:
                async for piece in pieces(request, limit=MAX_PART_BYTES):
                    incoming.write(piece)
                await run_in_threadpool(incoming.commit, part_key(sha256), expected_sha256=sha256)
            except OSError:
                raise _Answer(507, "no_room") from None
        await run_in_threadpool(_note_part, desk, caller, sha256, incoming.size)
        return Response(status_code=201)

    async def put_dossier(request: Request) -> Response:
        caller, sent = await asked(request, DossierSent, limit=2 * MAX_MANIFEST_BYTES)
        try:
            manifest = base64.b64decode(sent.manifest, validate=True)
        except (binascii.Error, ValueError):
            raise _Answer(400, "bad_body", detail="manifest: wanted base64") from None
        answer = await run_in_threadpool(
            desk.inbox.submit,
            device_id=caller.device_id,
            packet_id=request.path_params["packet_id"],
            manifest=manifest,
            signature=sent.signature,
        )
        if isinstance(answer, Received):
            return Response(answer.receipt, media_type="application/json")
        if isinstance(answer, PartsMissing):
            raise _Answer(409, "parts_missing", missing=answer.sha256s)
        raise _Answer(_REFUSED_STATUS.get(answer.code, 422), answer.code, detail=answer.detail)

    async def progress(request: Request) -> Response:
        _, question = await asked(request, ProgressAsked)
        if not question.citizen_number and not (question.filing_number and question.progress_code):
            raise _Answer(400, "bad_body", detail="wanted a receipt or a card")

        def look() -> Sequence[Mapping[str, Any]]:
            with desk.sessions() as session:
                return desk.find_cases(session, **vars(question))

        cases = await run_in_threadpool(look)
        if not cases and not question.citizen_number:
            raise _Answer(404, "unknown_code")
        return JSONResponse({"cases": list(cases)})

    async def notice(request: Request) -> Response:
        _, question = await asked(request, NoticeAsked)

        def look() -> bytes | None:
            with desk.sessions() as session:
                return desk.notice_pdf(session, **vars(question))

        try:
            pdf = await run_in_threadpool(look)
        except LookupError:
            raise _Answer(404, "unknown_code") from None
        if pdf is None:
            raise _Answer(409, "not_ready")
        return Response(pdf, media_type="application/pdf")

    async def heartbeat(request: Request) -> Response:
        caller = await caller_of(request)
        data = await whole(request, limit=SMALL_BYTES, sha256=caller.body_sha256)
        try:
            health = wire.parse_json(data, limit=SMALL_BYTES)
        except BadShape as wrong:
            raise _Answer(400, "bad_body", detail=str(wrong)) from None
        now = desk.clock()
        await run_in_threadpool(_note_heartbeat, desk, caller, health, now)
        return JSONResponse({"time": now.isoformat()})

    for path, method, route in (
        ("/parts/missing", "POST", parts_missing),
        ("/parts/{sha256}", "PUT", put_part),
        ("/dossiers/{packet_id}", "PUT", put_dossier),
        ("/progress", "POST", progress),
        ("/notices", "POST", notice),
        ("/heartbeat", "POST", heartbeat),
    ):
        router.add_api_route(path, _answering(route), methods=[method], response_model=None)
    return router


def _answering(route: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """Every way a request can go wrong that is not our fault, turned into an answer."""

    async def answer(request: Request) -> Response:
        try:
            response: Response = await route(request)
            return response
        except _Answer as answered:
            return answered.response
        except BodyTooLarge:
            return _Answer(413, "too_large").response
        except BodySilent:
            return _Answer(408, "silent").response
        except (BodyChanged, DigestMismatch):
            return _Answer(422, "other_digest").response
        except ClientDisconnect:
            return _Answer(400, "cut").response  # nobody is left to read it

    return answer


def _check_quota(desk: DeviceDesk, caller: Caller) -> None:
    with desk.sessions() as session:
        if unused_bytes(session, caller.device_id) > UNUSED_QUOTA_BYTES:
            raise _Answer(429, "quota")


def _note_part(desk: DeviceDesk, caller: Caller, sha256: str, size: int) -> None:
    """After the file: a row promises that the file is on the disk."""
    with desk.sessions.begin() as session:
        note_part(session, device_id=caller.device_id, sha256=sha256, size=size, at=desk.clock())


def _note_heartbeat(desk: DeviceDesk, caller: Caller, health: object, now: datetime) -> None:
    """The moment to throw away what no packet has claimed: it comes every minute and nobody waits for it."""
    with desk.sessions.begin() as session:
        device = session.get(Device, caller.device_id)
        if device is not None:
            device.last_seen_at, device.health = now, json.dumps(health, ensure_ascii=False)
        stale = forget_unused_parts(session, before=now - UNUSED_KEPT)
    for sha256 in stale:
        desk.blobs.delete(part_key(sha256))
