"""The staff pages: sign-in, the window's list, a case, its pictures and files, and one page for every act.

Handlers are plain functions; each opens its own transaction. A case of another window does not exist here (404).
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from city import words
from city.cases import VersionConflict, perform
from city.clock import legal_day
from city.rules import Act, Carrier, Channel, Decision, DeliveryWay, Outcome, Refusal, Refused, Role
from city.staff import signin, views
from city.staff.acts import BY_SLUG, ActPage
from city.staff.forms import READERS, RESULT_LIMIT, WHOLE, Reader
from city.staff.guarding import BodyLimit, SafeHeaders, TooLarge
from city.staff.lettering import lettered
from city.staff.pictures import NoPicture, page_jpeg, thumbnail
from city.staff.site import (
    ROOT,
    SESSION_COOKIE,
    SIGN_IN_COOKIE,
    ForgedForm,
    NoSuchPage,
    NotSignedIn,
    Site,
    Viewer,
    check_csrf,
    csrf_token,
    site_of,
    start_session,
    token_digest,
    viewer_of,
)
from city.storage import cases as storage
from city.storage import intake
from city.storage import staff as staff_storage
from city.storage.cases import COUNT_LIMIT, PAGE_SIZE, After, Shelf
from city.storage.files import fetch
from city.storage.models import Case

FOLDER = Path(__file__).parent
BODY_LIMIT = RESULT_LIMIT + 1024 * 1024
FIELD_LIMIT = 64 * 1024

SHELVES = {Shelf.TODO: "待窗口办理", Shelf.WAITING: "等待他人", Shelf.CLOSED: "已结束"}

router = APIRouter()
_templates = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
)
_templates.env.filters["lettered"] = lettered


def staff_app(site: Site) -> ASGIApp:
    """The pages as an application of their own, to be mounted at `/staff`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_middleware(BodyLimit, limit=BODY_LIMIT)
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    for error, status in (
        (ForgedForm, 403),
        (NoSuchPage, 404),
        (TooLarge, 413),
        (HTTPException, 0),
        (RequestValidationError, 404),
        (Exception, 500),
    ):
        app.add_exception_handler(error, _trouble(status))
    return SafeHeaders(app)  # outside of everything, so that an answer to a fault of ours has them too


# --- what handlers take -----------------------------------------------------------------------------------------


async def _posted(request: Request) -> AsyncIterator[FormData]:
    """The form of a POST. Bounded in fields, files and bytes; its files are gone when the answer is."""
    async with request.form(max_files=1, max_fields=200, max_part_size=FIELD_LIMIT) as form:
        yield form


Posted = Annotated[FormData, Depends(_posted)]
Looking = Annotated[Viewer, Depends(viewer_of)]
RowId = Annotated[int, Field(ge=0, lt=2**53)]  # larger than any of ours, and no database chokes on it


def _case(session: Session, viewer: Viewer, number: str) -> Case:
    case = storage.visible(session, viewer.scope, number)
    if case is None:
        raise NoSuchPage
    return case


def _render(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    context.setdefault("viewer", None)
    return _templates.TemplateResponse(request, template, {"root": ROOT, "words": words, **context}, status)


def _go(path: str, **query: str) -> RedirectResponse:
    return RedirectResponse(f"{ROOT}{path}" + (f"?{urlencode(query)}" if query else ""), 303)


# --- sign-in ----------------------------------------------------------------------------------------------------


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    return _sign_in_form(request)


@router.post("/sign-in")
def sign_in(request: Request, form: Posted) -> Response:
    site = site_of(request)
    fields = Reader(form)
    cookie = request.cookies.get(SIGN_IN_COOKIE, "")
    if not cookie:
        return _sign_in_form(request, status=403, error="登录页面已过期，请重新登录。")
    check_csrf(fields.text("csrf", limit=200, required=False), csrf_token(cookie))
    login = fields.text("login", limit=32, required=False).lower()
    password = str(form.get("password", ""))[:200]
    code = fields.text("code", limit=10, required=False).replace(" ", "")
    now = site.clock()
    with site.writing() as session:
        locked = signin.count_attempt(session, login, now)
    if locked is not None:
        until = views.minute(locked.until)
        return _sign_in_form(request, status=429, login=login, error=f"连续输错多次，账号已锁定到 {until}。")
    genuine = signin.password_fits(site.readers, login, password)
    with site.writing() as session:
        staff = signin.finish(session, login=login, genuine=genuine, code=code, now=now)
        token = start_session(session, staff, site) if staff else ""
    if not token:
        return _sign_in_form(request, status=401, login=login, error="账号、密码或动态码不对，请核对后再试。")
    response = _go(_safe_next(str(form.get("next", ""))))
    response.delete_cookie(SIGN_IN_COOKIE, path=ROOT)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(site.session_length.total_seconds()),
        path=ROOT,
        secure=site.secure,
        httponly=True,
        samesite="strict",
    )
    return response


@router.post("/sign-out")
def sign_out(request: Request, form: Posted, viewer: Looking) -> Response:
    site = site_of(request)
    check_csrf(str(form.get("csrf", "")), viewer.csrf)
    with site.writing() as session:
        staff_storage.close_session(session, token_digest(request.cookies[SESSION_COOKIE]), site.clock())
    response = _go("/sign-in")
    response.delete_cookie(SESSION_COOKIE, path=ROOT)
    return response


def _sign_in_form(request: Request, *, status: int = 200, login: str = "", error: str = "") -> Response:
    token = request.cookies.get(SIGN_IN_COOKIE) or secrets.token_urlsafe(24)
    response = _render(
        request,
        "sign_in.html",
        status=status,
        csrf=csrf_token(token),
        login=login,
        error=error,
        next=_safe_next(request.query_params.get("next", "")),
    )
    response.set_cookie(
        SIGN_IN_COOKIE, token, path=ROOT, secure=site_of(request).secure, httponly=True, samesite="strict"
    )
    return response


def _safe_next(path: str) -> str:
    """Only places of our own; anything else leads to the list."""
    return path if path.startswith("/cases/") and path.isascii() and "\\" not in path else "/"


# --- lists ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tab:
    key: str
    name: str
    count: str


@router.get("/")
def list_page(
    request: Request,
    viewer: Looking,
    shelf: str = Shelf.TODO,
    q: str = "",
    window: str = "",
    after_due: str = "",
    after_id: RowId = 0,
    done: str = "",
) -> Response:
    site = site_of(request)
    shelf = shelf if shelf in SHELVES else Shelf.TODO
    q = q.strip()[:64]
    window = window if viewer.role is Role.SUPERVISOR else ""
    after = _after(after_due, after_id)
    with site.reading() as session:
        cases = storage.shelf(session, viewer.scope, shelf, search=q, window=window, after=after)
        tabs = [
            _Tab(key, name, _counted(storage.shelf_count(session, viewer.scope, key, search=q, window=window)))
            for key, name in SHELVES.items()
        ]
        # Whose packet it is nobody knows before it is opened, so no window can be shown it, only the whole city.
        sealed_count = intake.quarantined_count(session) if viewer.role is Role.SUPERVISOR else 0
        sealed = [views.sealed_row(p) for p in intake.quarantined(session, limit=PAGE_SIZE)] if sealed_count else []
        now = site.clock()
        rows = [views.row(case, site.desk.catalogue, site.desk.calendar, now) for case in cases[:PAGE_SIZE]]
    more = ""
    if len(cases) > PAGE_SIZE:
        last = cases[PAGE_SIZE - 1]
        due = last.due_on.isoformat() if last.due_on else ""
        more = "?" + urlencode({"shelf": shelf, "q": q, "window": window, "after_due": due, "after_id": last.id})
    return _render(
        request,
        "list.html",
        viewer=viewer,
        place=site.desk.catalogue.localities.get(viewer.window),
        windows=site.desk.catalogue.localities.values(),
        tabs=tabs,
        shelf=shelf,
        q=q,
        window=window,
        rows=rows,
        sealed=sealed,
        sealed_count=sealed_count,
        more=more,
        paged=after is not None,
        done=_done(done),
        today=views.day(legal_day(now)),
    )


def _counted(count: int) -> str:
    return str(count) if count < COUNT_LIMIT else f"{COUNT_LIMIT - 1}+"


def _after(due: str, case_id: int) -> After | None:
    try:
        return After(date.fromisoformat(due) if due else None, case_id) if case_id else None
    except ValueError:
        return None


# --- a case -----------------------------------------------------------------------------------------------------


@router.get("/cases/{number}")
def case_page(request: Request, number: str, viewer: Looking, done: str = "") -> Response:
    site = site_of(request)
    with site.reading() as session:
        view = _view(site, _case(session, viewer, number), viewer)
    return _render(request, "case.html", viewer=viewer, case=view, done=_done(done))


@router.get("/cases/{number}/pages/{page_id}.jpg")
def page_picture(request: Request, number: str, page_id: RowId, viewer: Looking, small: bool = False) -> Response:
    site = site_of(request)
    with site.reading() as session:
        page = storage.visible_page(session, viewer.scope, number, page_id)
        if page is None:
            raise NoSuchPage
        place, sha256 = page.number, page.material.sha256
    try:
        jpeg = page_jpeg(fetch(site.desk.blobs, sha256), place)
        return Response(thumbnail(jpeg) if small else jpeg, media_type="image/jpeg")
    except NoPicture as error:
        raise NoSuchPage from error


@router.get("/cases/{number}/signature.png")
def signature_picture(request: Request, number: str, viewer: Looking) -> Response:
    return _file(request, number, viewer, lambda case: case.signature_sha256, "image/png", "signature.png")


@router.get("/cases/{number}/notice.pdf")
def notice_file(request: Request, number: str, viewer: Looking) -> Response:
    return _file(
        request, number, viewer, lambda case: case.notice.sha256 if case.notice else "", "application/pdf", "notice.pdf"
    )


@router.get("/cases/{number}/result.pdf")
def result_file(request: Request, number: str, viewer: Looking) -> Response:
    return _file(
        request, number, viewer, lambda case: case.result.sha256 if case.result else "", "application/pdf", "result.pdf"
    )


# --- acts -------------------------------------------------------------------------------------------------------


@router.get("/cases/{number}/{slug}")
def act_page(request: Request, number: str, slug: str, viewer: Looking) -> Response:
    page = _act(slug)
    site = site_of(request)
    with site.reading() as session:
        view = _view(site, _case(session, viewer, number), viewer)
    choice = next((c for c in view.choices if c.page is page), None)
    if choice is None or choice.refusal:
        refusal = choice.refusal if choice else _not_now(viewer)
        return _render(request, "refused.html", status=409, viewer=viewer, case=view, page=page, refusal=refusal)
    return _act_form(request, viewer, view, page, values=_first_values(page, view))


@router.post("/cases/{number}/{slug}")
def do_act(request: Request, number: str, slug: str, viewer: Looking, form: Posted) -> Response:
    site = site_of(request)
    check_csrf(str(form.get("csrf", "")), viewer.csrf)
    page = _act(slug)
    reader = Reader(form)
    with site.reading() as session:
        case = _case(session, viewer, number)
        details = READERS[page.act](reader, case)
        view = _view(site, case, viewer)
    once, version = str(form.get("once", ""))[:64], str(form.get("version", ""))
    if page.final and form.get("sure") != "yes":
        reader.errors["sure"] = "请勾选确认后再提交。"
    if not once or not version.isdecimal() or len(version) > 9:
        reader.errors[""] = "页面已过期，请返回办件页重新操作。"
    if reader.errors:
        return _act_form(request, viewer, view, page, status=422, form=form, errors=reader.errors)
    try:
        with site.writing() as session:
            perform(
                session,
                _case(session, viewer, number),
                details,
                actor=viewer.actor,
                at=site.clock(),
                version=int(version),
                once=once,
                desk=site.desk,
            )
    except Refused as refused:
        errors = {"": words.REFUSALS[refused.refusal]}
        return _act_form(request, viewer, view, page, status=422, form=form, errors=errors)
    except VersionConflict:
        return _conflict(request, viewer, number, page, form)
    if page.act is Act.REROUTE:
        return _go("/", done=page.slug)
    return _go(f"/cases/{number}", done=page.slug)


def _conflict(request: Request, viewer: Viewer, number: str, page: ActPage, form: FormData) -> Response:
    """Somebody was faster: say who did what, and keep what was typed if it can still be done."""
    site = site_of(request)
    with site.reading() as session:
        case = _case(session, viewer, number)
        view, latest = _view(site, case, viewer), views.latest(case, site.desk.catalogue)
    if not any(choice.page is page and not choice.refusal for choice in view.choices):
        return _render(request, "conflict.html", status=409, viewer=viewer, case=view, page=page, latest=latest)
    return _act_form(request, viewer, view, page, status=409, form=form, conflict=latest)


def _act_form(
    request: Request,
    viewer: Viewer,
    view: views.CaseView,
    page: ActPage,
    *,
    status: int = 200,
    values: dict[str, str] | None = None,
    form: FormData | None = None,
    errors: dict[str, str] | None = None,
    conflict: views.Moment | None = None,
) -> Response:
    typed = {key: value for key, value in form.items() if isinstance(value, str)} if form else values or {}
    return _render(
        request,
        "act.html",
        status=status,
        viewer=viewer,
        case=view,
        page=page,
        values=typed,
        ticked=[v for v in form.getlist("compared") if isinstance(v, str)] if form else [],
        errors=errors or {},
        conflict=conflict,
        once=secrets.token_hex(16),
        choices=_CHOICES,
        whole=WHOLE,
        windows=site_of(request).desk.catalogue.localities.values(),
    )


_CHOICES = {
    "channel": [(c.value, words.CHANNELS[c]) for c in Channel],
    "outcome": [(o.value, words.OUTCOMES[o]) for o in Outcome],
    "carrier": [(c.value, words.CARRIERS[c]) for c in Carrier],
    "decision": [(d.value, words.DECISIONS[d]) for d in Decision],
    "way": [(w.value, words.DELIVERY_WAYS[w]) for w in DeliveryWay],
}


def _first_values(page: ActPage, view: views.CaseView) -> dict[str, str]:
    """What the page knows already, so that nobody types it."""
    values = {"channel": view.channel, "outcome": "", "carrier": Carrier.EMS.value, "way": view.wanted_delivery}
    if page.slug == "decide":
        values["decision"] = Decision.GRANTED.value
        values["title"] = f"{view.item}办理结果"
    return values


def _view(site: Site, case: Case, viewer: Viewer) -> views.CaseView:
    return views.case_view(case, site.desk.catalogue, site.desk.calendar, site.clock(), viewer.role)


def _done(slug: str) -> str:
    page = BY_SLUG.get(slug)
    return page.done if page else ""


def _act(slug: str) -> ActPage:
    page = BY_SLUG.get(slug)
    if page is None:
        raise NoSuchPage
    return page


def _not_now(viewer: Viewer) -> str:
    return words.REFUSALS[Refusal.NOT_YOURS if viewer.role is Role.SUPERVISOR else Refusal.NOT_IN_THIS_STATE]


def _file(
    request: Request, number: str, viewer: Viewer, choose: Callable[[Case], str], media_type: str, name: str
) -> Response:
    site = site_of(request)
    with site.reading() as session:
        sha256 = choose(_case(session, viewer, number))
    if not sha256:
        raise NoSuchPage
    headers = {"content-disposition": f'inline; filename="{number}-{name}"'}
    return Response(fetch(site.desk.blobs, sha256), media_type=media_type, headers=headers)


# --- trouble ----------------------------------------------------------------------------------------------------

_TROUBLE = {
    400: ("提交的内容无法识别", "请返回上一页，重新填写后再提交。"),
    403: ("页面已过期", "为了安全，这次提交没有生效。请返回办件重新操作。"),
    404: ("没有找到", "办件不存在，或不属于您的窗口。请核对编号。"),
    405: ("不能这样打开", "请从办件页进入。"),
    413: ("文件太大", f"结果文件不能超过 {RESULT_LIMIT // 1024 // 1024} MB，请压缩后再上传。"),
    500: ("系统出现问题", "这次操作没有生效，数据没有改变。请稍后重试；仍不行请联系运维人员。"),
}


def _trouble(status: int) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else status
        title, advice = _TROUBLE.get(code, _TROUBLE[400])
        return _render(request, "trouble.html", status=code, title=title, advice=advice)

    return answer


def _to_sign_in(request: Request, _error: Exception) -> Response:
    path = request.url.path.removeprefix(ROOT)
    return _go("/sign-in", next=path) if request.method == "GET" and path != "/" else _go("/sign-in")
