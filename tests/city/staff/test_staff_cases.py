"""The pages of cases: what each member of staff sees, what can be done, and what happens to garbage."""

from __future__ import annotations

import io
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import img2pdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import event

from city.clock import BEIJING
from city.rules import (
    CLOSED,
    Decided,
    Decision,
    Defect,
    Delivered,
    DeliveryWay,
    ElectronicSigned,
    OriginalsArrived,
    OriginalsPosted,
    Passed,
    Returned,
    State,
    SupplementAsked,
)
from city.staff import pictures
from city.staff.acts import PAGES
from city.staff.site import ROOT, SESSION_COOKIE
from city.storage import cases as storage
from city.storage.cases import After, Scope
from tests.city.staff.conftest import Browser, session_of
from tests.cityhall import AGREED, EMS, WITHOUT_ORIGINALS, Hall, filing, page_jpeg

FORM = "application/x-www-form-urlencoded"
SLUGS = [page.slug for page in PAGES]


def result_pdf() -> bytes:
    made = img2pdf.convert(page_jpeg("批复", 1, ""))
    assert isinstance(made, bytes)
    return made


# --- seeing -----------------------------------------------------------------------------------------------------


def test_an_empty_window_says_so(wang: Browser) -> None:
    page = wang.get("/")
    assert "现在没有待办" in page.text
    assert "航空基地综合窗口" in page.text


def test_the_list_goes_by_due_date_and_holds_only_the_own_window(wang: Browser, staffed: Hall) -> None:
    late = staffed.open(name="赵春生")
    staffed.clock.now = datetime(2026, 11, 20, 9, 0, tzinfo=BEIJING)
    early = staffed.open(name="钱秀英")
    elsewhere = staffed.open(locality="yanta")
    staffed.clock.now = datetime(2026, 11, 24, 10, 0, tzinfo=BEIJING)
    page = wang.get("/").text
    assert re.findall(r"/cases/(TB\d+)", page) == [early, late]
    assert elsewhere not in page
    assert "剩 3 个工作日" in page


def test_shelves_part_what_is_mine_to_do_from_what_waits(wang: Browser, staffed: Hall) -> None:
    todo, waiting, closed = staffed.open(), staffed.open(), staffed.open(item=WITHOUT_ORIGINALS)
    staffed.act(waiting, AGREED, Passed())
    staffed.act(closed, AGREED, Passed(), ElectronicSigned(), Decided(Decision.GRANTED, "决定", "", b"%PDF-"))
    for shelf, number in (("todo", todo), ("waiting", waiting)):
        assert number in wang.get(f"/?shelf={shelf}").text
    wang.act(closed, "deliver", way="online")
    assert re.findall(r"/cases/(TB\d+)", wang.get("/?shelf=closed").text) == [closed]
    assert wang.get("/?shelf=nonsense").status_code == 200


def test_a_case_is_found_by_number_filing_number_and_name(wang: Browser, staffed: Hall) -> None:
    given_ = filing(name="欧阳春生")
    number, other = staffed.open(given_), staffed.open(name="钱秀英")
    for q in (number, number.lower(), given_.application.filing_number, "欧阳"):
        assert re.findall(r"/cases/(TB\d+)", wang.get(f"/?q={q}").text) == [number]
    for q in ("%", "_", "'", "春生", "欧阳%", "x" * 5000):
        page = wang.get(f"/?q={q}")
        assert page.status_code == 200
        assert other not in page.text
        assert number not in page.text


def test_long_lists_come_in_pages(wang: Browser, staffed: Hall) -> None:
    numbers = []
    for day in range(2):
        staffed.clock.now = datetime(2026, 11, 23 + day, 9, 0, tzinfo=BEIJING)
        numbers += [staffed.open(item=WITHOUT_ORIGINALS) for _ in range(30)]
    first = wang.get("/").text
    more = re.search(rf'id="more" href="{ROOT}/([^"]+)"', first)
    assert more is not None
    second = wang.get("/" + more[1].replace("&amp;", "&")).text
    seen = [re.findall(r"/cases/(TB\d+)", page) for page in (first, second)]
    assert [len(page) for page in seen] == [50, 10]
    assert seen[0] + seen[1] == numbers
    assert 'id="more"' not in second
    for number in numbers[:55]:
        staffed.act(number, AGREED, Passed())
    page = wang.get("/?shelf=waiting").text
    more = re.search(rf'id="more" href="{ROOT}/([^"]+)"', page)
    assert more is not None
    rest = wang.get("/" + more[1].replace("&amp;", "&")).text
    assert re.findall(r"/cases/(TB\d+)", page) + re.findall(r"/cases/(TB\d+)", rest) == numbers[:55]
    for broken in ("after_due=x", "after_due=2026-11-24&after_id=x", "after_id=99999999999999999999"):
        assert wang.get(f"/?{broken}").status_code in (200, 404)


def test_a_case_of_another_window_does_not_exist(wang: Browser, staffed: Hall) -> None:
    mine = staffed.open()
    number = staffed.open(locality="yanta")
    staffed.act(number, AGREED, Passed())
    page_id = staffed.case(number).materials[0].pages[0].id
    paths = ["", "/notice.pdf", "/result.pdf", "/signature.png", f"/pages/{page_id}.jpg", *(f"/{s}" for s in SLUGS)]
    for path in paths:
        assert wang.get(f"/cases/{number}{path}").status_code == 404, path
    assert wang.get(f"/cases/{mine}/pages/{page_id}.jpg").status_code == 404
    form = wang.form(mine, "consult")
    for slug in SLUGS:
        assert wang.post(number, slug, dict(form)).status_code == 404
    assert len(staffed.case(number).events) == 3


def test_a_supervisor_sees_every_window_and_acts_for_none(browser: Browser, staffed: Hall) -> None:
    numbers = [staffed.open(), staffed.open(locality="yanta")]
    browser.sign_in("chen")
    assert re.findall(r"/cases/(TB\d+)", browser.get("/").text) == numbers
    assert re.findall(r"/cases/(TB\d+)", browser.get("/?window=yanta").text) == numbers[1:]
    page = browser.get(f"/cases/{numbers[0]}").text
    assert "赵春生" in page
    assert 'id="do-' not in page
    assert browser.get(f"/cases/{numbers[0]}/consult").status_code == 409
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    fields = {"csrf": csrf, "once": "a", "version": "1", "channel": "phone", "person": "李静", "outcome": "agreed"}
    answer = browser.post(numbers[0], "consult", dict(fields))
    assert answer.status_code == 422
    assert "只能查看" in answer.text


def test_a_clerk_cannot_choose_another_window_for_the_list(wang: Browser, staffed: Hall) -> None:
    number = staffed.open(locality="yanta")
    assert number not in wang.get("/?window=yanta").text


def test_the_case_page_tells_everything_and_masks_the_number(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    page = wang.get(f"/cases/{number}").text
    for words in (
        "灵活就业人员参保登记",
        "610114**********12",
        "身份证阅读器核验",
        "真证（安全模块验证）",
        "2026-11-24 08:46",
        "您想怎样拿到结果？",
        "邮政快递寄给我",
        "为什么分派到这里",
        "一次性告知截止",
        "2026年12月1日 周二",
        "尚未受理",
        "申请人保留了有瑕疵的影像：反光",
    ):
        assert words in page, words
    assert page.count("610114195603127212") == 1  # inside the part that opens on demand


def test_pages_come_as_the_pictures_the_kiosk_took(wang: Browser, staffed: Hall) -> None:
    given_ = filing()
    number = staffed.open(given_)
    material = staffed.case(number).materials[0]
    for n, page in enumerate(material.pages, 1):
        answer = wang.get(f"/cases/{number}/pages/{page.id}.jpg")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.content == page_jpeg(material.name, n, "赵春生")
        small = wang.get(f"/cases/{number}/pages/{page.id}.jpg?small=1").content
        with Image.open(io.BytesIO(small)) as picture:
            assert picture.width == 200
    assert wang.get(f"/cases/{number}/signature.png").content == given_.files["signature.png"]
    for path in ("pages/0.jpg", "pages/x.jpg", "pages/99999999999999999999.jpg", "notice.pdf", "result.pdf"):
        assert wang.get(f"/cases/{number}/{path}").status_code == 404


def test_a_page_that_is_no_picture_is_not_found_and_breaks_nothing(wang: Browser, staffed: Hall) -> None:
    given_ = filing()
    given_.files[given_.application.materials[0].file] = b"not a pdf"
    number = staffed.open(given_)
    assert wang.get(f"/cases/{number}").status_code == 200
    page_id = staffed.case(number).materials[0].pages[0].id
    assert wang.get(f"/cases/{number}/pages/{page_id}.jpg").status_code == 404


def test_a_page_that_is_not_one_jpeg_is_not_shown() -> None:
    png, jpeg = io.BytesIO(), page_jpeg("户口簿", 1, "")
    Image.new("RGB", (60, 80), "white").save(png, "PNG")
    mixed = img2pdf.convert([jpeg, png.getvalue()])
    assert isinstance(mixed, bytes)
    assert pictures.page_jpeg(mixed, 1) == jpeg
    for number in (0, 2, 3, -1):
        with pytest.raises(pictures.NoPicture):
            pictures.page_jpeg(mixed, number)
    for data in (b"", b"%PDF-1.7", jpeg):
        with pytest.raises(pictures.NoPicture):
            pictures.page_jpeg(data, 1)
        if data is not jpeg:
            with pytest.raises(pictures.NoPicture):
                pictures.thumbnail(data)


def test_what_a_citizen_typed_is_shown_as_text(wang: Browser, staffed: Hall) -> None:
    nasty = '<script>alert("1")</script>'
    number = staffed.open(filing(name=nasty, answers=(("phone", nasty), ("unknown_field", nasty))))
    for path in ("/", f"/cases/{number}", f"/cases/{number}/consult"):
        page = wang.get(path).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("shelf", ["todo", "waiting", "closed"])
@pytest.mark.parametrize("scope", [Scope("hangkong"), Scope(None)])
def test_a_page_of_a_list_is_read_from_an_index_without_sorting(staffed: Hall, shelf: str, scope: Scope) -> None:
    statements: list[str] = []
    event.listen(staffed.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    plans = []
    with staffed.readers() as session:
        for after in (None, After(date(2026, 11, 24), 7)):
            storage.shelf(session, scope, shelf, after=after)
            explain = f"EXPLAIN QUERY PLAN {statements[-1]}"
            marks = explain.count("?")
            plans += [row[3] for row in session.connection().exec_driver_sql(explain, ("1",) * marks)]
    assert not [step for step in plans if "TEMP B-TREE" in step], plans
    assert all("USING INDEX" in step or "PRIMARY KEY" in step for step in plans), plans


# --- headers ----------------------------------------------------------------------------------------------------


def test_every_answer_forbids_scripts_frames_and_storing(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    for path in ("/", "/sign-in", f"/cases/{number}", "/cases/TB0", "/static/staff.css", "/static/nothing"):
        headers = wang.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_ours_is_told_kindly_and_with_the_same_headers(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    staffed.act(number, AGREED, Passed())
    for file in staffed.folder.glob("files/cases/**/*"):
        if file.is_file():
            file.unlink()
    answer = wang.get(f"/cases/{number}/notice.pdf")
    assert answer.status_code == 500
    assert "系统出现问题" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_page_that_changed_on_the_disk_is_not_shown(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    material = staffed.case(number).materials[0]
    path = f"/cases/{number}/pages/{material.pages[0].id}.jpg"
    assert wang.get(path).status_code == 200
    file = staffed.folder / "files" / "cases" / material.sha256[:2] / material.sha256
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert wang.get(path).status_code == 500


def test_no_page_holds_script_or_style_of_its_own_or_names_another_site(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    staffed.act(number, AGREED)
    for path in ("/", "/sign-in", f"/cases/{number}", f"/cases/{number}/pass", f"/cases/{number}/supplement"):
        page = wang.get(path).text
        assert not re.search(r"<script|\sstyle=|\son[a-z]+=|<style|javascript:", page)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


# --- acting -----------------------------------------------------------------------------------------------------


def test_the_whole_way_by_forms(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    keys = [m.key for m in staffed.case(number).materials if m.original]

    def done(slug: str, **fields: object) -> None:
        answer = wang.act(number, slug, **fields)
        assert answer.status_code == 303, re.findall(r'class="error"[^>]*>([^<]+)', answer.text)
        assert answer.headers["location"] == f"{ROOT}/cases/{number}?done={slug}"
        assert 'id="done"' in wang.get(f"/cases/{number}?done={slug}").text

    done("consult", channel="phone", person="阎良区窗口 李静", outcome="agreed", note="")
    done("pass")
    assert wang.get(f"/cases/{number}/notice.pdf").content.startswith(b"%PDF-")
    done("waybill", carrier="ems", waybill="1151234567890")
    done("waybill-correct", carrier="ems", waybill="1151 2345 67891")
    assert staffed.case(number).waybills[-1].number == "1151234567891"
    done("arrived", compared=keys)
    pdf = result_pdf()
    form = {**wang.form(number, "decide"), "sure": "yes", "decision": "granted", "title": "登记结果", "reference": ""}
    answer = wang.post(number, "decide", dict(form), files={"file": ("结果.pdf", pdf, "application/pdf")})
    assert answer.status_code == 303
    assert wang.get(f"/cases/{number}/result.pdf").content == pdf
    done("deliver", way="post", carrier="ems", waybill="1159876543210", note="已电话告知")
    assert staffed.case(number).state is State.DELIVERED
    page = wang.get(f"/cases/{number}").text
    assert 'id="do-' not in page


def test_a_case_that_belongs_elsewhere_is_handed_on_and_keeps_its_limit(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    due = staffed.case(number).due_on
    assert wang.act(number, "reroute", window="", reason="").status_code == 422
    assert wang.act(number, "reroute", window="atlantis", reason="管辖").status_code == 422
    answer = wang.act(number, "reroute", window="yanta", reason="经营场所在雁塔区")
    assert answer.headers["location"] == f"{ROOT}/?done=reroute"
    assert "办件已转办" in wang.get("/?done=reroute").text
    assert wang.get(f"/cases/{number}").status_code == 404
    case = staffed.case(number)
    assert (case.window, case.due_on) == ("yanta", due)
    wang.client.cookies.set(SESSION_COOKIE, session_of(staffed, "zhang"), path=ROOT)
    page = wang.get(f"/cases/{number}").text
    assert "2026-11-24 由航空基地窗口转来：经营场所在雁塔区" in page
    assert "航空基地 → 雁塔区" in page
    assert wang.act(number, "consult", channel="phone", person="李静", outcome="agreed").status_code == 303


@pytest.mark.parametrize(
    ("slug", "fields", "told"),
    [
        ("consult", {"channel": "phone", "person": "", "outcome": "agreed"}, "请写明与谁会商"),
        ("consult", {"channel": "pigeon", "person": "李静", "outcome": "agreed"}, "请选择一项"),
        ("consult", {"channel": "phone", "person": "李静"}, "请选择一项"),
        ("consult", {"channel": "phone", "person": "李" * 41, "outcome": "agreed"}, "最多 40 个字"),
        ("consult", {"channel": "phone", "person": "李\ue000静", "outcome": "agreed"}, "无法识别的字符"),
        ("consult", {"channel": "phone", "person": "李\x00静", "outcome": "agreed"}, "无法识别的字符"),
        ("consult", {"channel": "phone", "person": "李\u202e静", "outcome": "agreed"}, "无法识别的字符"),
        ("pass", {"sure": "no"}, "请勾选确认"),
        ("supplement", {}, "请至少写明一处缺陷"),
        ("supplement", {"remedy.whole": "重拍"}, "请同时写明缺陷"),
        ("strike", {"reason": ""}, "请写明为什么撤销"),
    ],
)
def test_a_form_that_is_not_in_order_says_what_to_mend(
    wang: Browser, staffed: Hall, slug: str, fields: dict[str, str], told: str
) -> None:
    number = staffed.open()
    staffed.act(number, AGREED)
    before = len(staffed.case(number).events)
    form = {**wang.form(number, slug), "sure": "yes", **fields}
    body = "&".join(f"{k}={_quoted(v)}" for k, v in form.items())
    answer = wang.client.post(
        f"{ROOT}/cases/{number}/{slug}",
        content=body,
        headers={"content-type": FORM},
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert 'role="alert"' in answer.text
    assert len(staffed.case(number).events) == before


def _quoted(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode("utf-8", "surrogatepass"))


def test_what_was_typed_stays_when_something_else_is_wrong(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    answer = wang.act(number, "consult", channel="video", person="", outcome="defective", note="照片太暗")
    assert answer.status_code == 422
    assert "照片太暗</textarea>" in answer.text
    assert re.search(r'value="video" checked', answer.text)
    assert re.search(r'value="defective" checked', answer.text)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.pdf", b"", "PDF"),
        ("a.pdf", b"%PDF-1.7 and then nothing", "PDF"),
        ("a.exe", b"MZ\x90\x00" * 100, "PDF"),
        ("", b"%PDF-", "PDF"),
        ("a.pdf", b"%PDF-1.7" + bytes(20 * 1024 * 1024), "超过 20 MB"),
    ],
)
def test_a_result_that_is_no_pdf_is_refused(wang: Browser, staffed: Hall, name: str, data: bytes, told: str) -> None:
    number = staffed.open(item=WITHOUT_ORIGINALS)
    staffed.act(number, AGREED, Passed(), ElectronicSigned())
    form = {**wang.form(number, "decide"), "sure": "yes", "decision": "granted", "title": "决定"}
    answer = wang.post(number, "decide", dict(form), files={"file": (name, data, "application/pdf")})
    assert answer.status_code == 422
    assert told in answer.text
    assert staffed.case(number).state is State.ACCEPTED


def test_a_body_larger_than_any_form_is_cut_off(wang: Browser, staffed: Hall) -> None:
    number = staffed.open(item=WITHOUT_ORIGINALS)
    staffed.act(number, AGREED, Passed(), ElectronicSigned())
    form = {**wang.form(number, "decide"), "sure": "yes", "decision": "granted", "title": "决定"}
    answer = wang.post(number, "decide", dict(form), files={"file": ("a.pdf", bytes(22 * 1024 * 1024))})
    assert answer.status_code == 413
    assert "文件太大" in answer.text

    def endless() -> object:
        for _ in range(40):
            yield b"a" * 1024 * 1024

    answer = wang.client.post(f"{ROOT}/cases/{number}/decide", content=endless())  # type: ignore[arg-type]
    assert answer.status_code in (400, 403, 413)
    assert staffed.case(number).state is State.ACCEPTED


@pytest.mark.parametrize("csrf", ["", "x", "0" * 64, "\udcff", "王"])
def test_a_form_that_is_not_ours_does_nothing(wang: Browser, staffed: Hall, csrf: str) -> None:
    number = staffed.open()
    for slug in SLUGS:
        body = f"csrf={_quoted(csrf)}&once=a&version=1&sure=yes"
        answer = wang.client.post(f"{ROOT}/cases/{number}/{slug}", content=body, headers={"content-type": FORM})
        assert answer.status_code == 403
        assert "没有生效" in answer.text
    assert len(staffed.case(number).events) == 1


def test_the_token_of_another_session_does_not_fit(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    foreign = wang.form(number, "consult")
    wang.client.cookies.clear()
    wang.sign_in("li")
    fields = {**foreign, "channel": "phone", "person": "李静", "outcome": "agreed"}
    assert wang.post(number, "consult", dict(fields)).status_code == 403


@pytest.mark.parametrize(
    "broken", [{"version": ""}, {"version": "x"}, {"version": "9" * 50}, {"version": "-1"}, {"once": ""}]
)
def test_a_form_with_broken_hidden_fields_asks_to_begin_again(
    wang: Browser, staffed: Hall, broken: dict[str, str]
) -> None:
    number = staffed.open()
    answer = wang.act(number, "consult", channel="phone", person="李静", outcome="agreed", **broken)
    assert answer.status_code == 422
    assert "页面已过期" in answer.text


def test_the_same_form_posted_again_is_no_second_act(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    form = {**wang.form(number, "consult"), "channel": "phone", "person": "李静", "outcome": "agreed"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: wang.post(number, "consult", dict(form)).status_code, range(8)))
    assert answers == [303] * 8
    assert len(staffed.case(number).consultations) == 1


def test_a_colleague_was_faster_and_the_page_says_who(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    form = {**wang.form(number, "consult"), "channel": "phone", "person": "李静", "outcome": "agreed", "note": "我的话"}
    staffed.act(number, AGREED)
    answer = wang.post(number, "consult", dict(form))
    assert answer.status_code == 409
    assert 'id="conflict"' in answer.text
    assert "王敏 于 2026-11-24 09:30：记录会商" in answer.text
    assert "我的话" in answer.text
    again = {
        name: re.search(rf'name="{name}" value="([^"]*)"', answer.text.split('class="card act"')[1]) for name in form
    }
    renewed = {**form, **{name: m[1] for name, m in again.items() if m and name in ("once", "version")}}
    assert wang.post(number, "consult", dict(renewed)).status_code == 303


def test_what_a_colleague_has_settled_cannot_be_settled_again(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    staffed.act(number, AGREED)
    form = {**wang.form(number, "pass"), "sure": "yes"}
    staffed.act(number, Passed())
    answer = wang.post(number, "pass", dict(form))
    assert answer.status_code == 409
    assert "您的提交没有生效" in answer.text
    assert staffed.case(number).notice is not None


@pytest.mark.parametrize("state", list(State))
def test_every_act_in_every_state_is_offered_or_kindly_refused(wang: Browser, staffed: Hall, state: State) -> None:
    number = _bring_to(staffed, state)
    before = staffed.case(number)
    page = wang.get(f"/cases/{number}").text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    for slug in SLUGS:
        offered = f'id="do-{slug}"' in page
        assert not (offered and state in CLOSED)
        assert wang.get(f"/cases/{number}/{slug}").status_code == (200 if offered else 409)
        if offered:
            continue
        form = {
            "csrf": csrf, "once": secrets.token_hex(4), "version": str(before.version), "sure": "yes",
            "channel": "phone", "person": "李静", "outcome": "agreed", "note": "已收到", "reason": "原因",
            "carrier": "ems", "waybill": "115", "problem.whole": "缺页", "way": "online",
            "compared": [m.key for m in before.materials], "decision": "granted", "title": "决定", "window": "yanta",
        }  # fmt: skip
        files = {"file": ("a.pdf", result_pdf())} if slug == "decide" else None
        answer = wang.post(number, slug, form, files=files)
        assert answer.status_code == 422, slug
        assert 'role="alert"' in answer.text
    assert len(staffed.case(number).events) == len(before.events)


def _bring_to(hall: Hall, state: State) -> str:
    number = hall.open()
    keys = frozenset(m.key for m in hall.case(number).materials)
    way: dict[State, tuple[object, ...]] = {
        State.COLLECTED: (),
        State.SUPPLEMENT_ASKED: (SupplementAsked((Defect("", "缺页", ""),)),),
        State.REMOTE_PASSED: (AGREED, Passed()),
        State.ORIGINALS_POSTED: (AGREED, Passed(), OriginalsPosted(EMS)),
        State.ACCEPTED: (AGREED, Passed(), OriginalsPosted(EMS), OriginalsArrived(keys)),
        State.RETURNED: (AGREED, Passed(), OriginalsPosted(EMS), Returned("破损", EMS)),
    }
    way[State.DECIDED] = (*way[State.ACCEPTED], Decided(Decision.GRANTED, "决定", "", b"%PDF-"))
    way[State.DELIVERED] = (*way[State.DECIDED], Delivered(DeliveryWay.ONLINE, None, ""))
    hall.act(number, *way[state])  # type: ignore[arg-type]  # a table of details
    assert hall.case(number).state is state
    return number


@given(
    fields=st.dictionaries(
        st.sampled_from(
            [
                "channel",
                "person",
                "outcome",
                "note",
                "reason",
                "problem.whole",
                "remedy.whole",
                "sure",
                "version",
                "once",
            ]
        ),
        st.text(max_size=60),
    ),
    slug=st.sampled_from(["consult", "supplement", "strike", "pass"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_form_whatever_is_in_it_makes_the_pages_fail(
    wang: Browser, staffed: Hall, fields: dict[str, str], slug: str
) -> None:
    number = staffed.open(item=WITHOUT_ORIGINALS)
    csrf = wang.form(number, "consult")["csrf"]
    encoded = {k: v.encode("utf-8", "replace").decode() for k, v in fields.items()}
    assert wang.post(number, slug, {"once": "a", "version": "1", **encoded, "csrf": csrf}).status_code in (
        303,
        409,
        422,
    )


def test_bodies_that_are_no_forms_are_refused(wang: Browser, staffed: Hall) -> None:
    number = staffed.open()
    for content_type, body in (
        ("application/json", b'{"csrf": "x"}'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"\xff\xfe%zz&&&===" * 50),
        ("text/plain", secrets.token_bytes(4000)),
    ):
        answer = wang.client.post(
            f"{ROOT}/cases/{number}/consult", content=body, headers={"content-type": content_type}
        )
        assert answer.status_code in (400, 403), content_type
    assert wang.client.post(f"{ROOT}/cases/{number}").status_code == 405
    assert wang.client.put(f"{ROOT}/cases/{number}/consult").status_code == 405
    assert wang.get("/cases/TB2026112499999").status_code == 404
    assert wang.get("/nowhere").status_code == 404
    assert wang.get(f"/cases/{number}/nowhere").status_code == 404
