"""The staff pages in a real browser: by keyboard alone, by two people at once, on the screen a window has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from city.rules import OriginalsPosted, Passed, State
from city.staff.site import ROOT, SESSION_COOKIE
from tests.city.staff.conftest import PASSWORD, session_of
from tests.cityhall import AGREED, EMS, Hall

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",  # the tests may run as root; the only pages shown are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREEN = {"width": 1366, "height": 768}

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport=SCREEN, locale="zh-CN")  # type: ignore[arg-type]  # a plain dict
    made.set_default_timeout(20_000)
    yield made
    made.close()


class Desk:
    """One clerk at one browser. Complaints of the browser (blocked by policy, not found) end the test."""

    def __init__(self, context: BrowserContext, served: str, *, token: str = "") -> None:
        if token:
            cookie = {"name": SESSION_COOKIE, "value": token, "url": f"{served}{ROOT}"}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict
        self.url = f"{served}{ROOT}"
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def tab_to(self, selector: str) -> None:
        """Press Tab until the control has the focus, as somebody without a mouse does."""
        self.page.wait_for_selector(selector, state="attached")
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
                return
        pytest.fail(f"{selector} cannot be reached with the keyboard")

    def press(self, selector: str, key: str = "Enter") -> None:
        self.tab_to(selector)
        self.page.keyboard.press(key)

    def write(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.insert_text(text)


def test_from_the_sign_in_to_the_acceptance_without_a_mouse(
    context: BrowserContext, served: str, staffed: Hall
) -> None:
    number = staffed.open()
    desk = Desk(context, served)
    desk.open("/")
    expect(desk.page.locator("#login")).to_be_focused()
    desk.page.keyboard.type("wang")
    desk.write("#password", PASSWORD)
    desk.page.keyboard.press("Enter")

    desk.press("a.row")
    desk.press("#do-consult")
    desk.tab_to("[name=channel]")
    desk.page.keyboard.press("ArrowRight")
    desk.write("#person", "阎良区窗口 李静")
    desk.press("[name=outcome]", "Space")
    desk.press("#submit")
    expect(desk.page.locator("#done")).to_contain_text("会商已记录")

    desk.press("#do-pass")
    desk.press("#sure", "Space")
    desk.press("#submit")
    expect(desk.page.locator("#done")).to_contain_text("代收件通知书已出具")

    desk.press("#do-waybill")
    desk.write("#waybill", "1151234567890")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#done")).to_contain_text("运单已登记")

    desk.press("#do-arrived")
    desk.press("[name=compared]", "Space")
    desk.press("#sure", "Space")
    desk.press("#submit")
    expect(desk.page.locator("#done")).to_contain_text("已受理")
    expect(desk.page.locator("#state")).to_have_text("已受理")
    assert staffed.case(number).state is State.ACCEPTED
    assert desk.complaints == []


def test_pages_are_turned_and_enlarged_with_the_arrow_keys(context: BrowserContext, served: str, staffed: Hall) -> None:
    number = staffed.open()
    desk = Desk(context, served, token=session_of(staffed, "wang"))
    desk.open(f"/cases/{number}")
    sheets = desk.page.locator(".sheet img")
    expect(sheets.nth(0)).to_be_visible()
    expect(sheets.nth(1)).to_be_hidden()
    desk.tab_to("[name=page]")
    desk.page.keyboard.press("ArrowDown")
    expect(sheets.nth(1)).to_be_visible()
    expect(sheets.nth(0)).to_be_hidden()
    desk.page.wait_for_function("document.querySelectorAll('.sheet img')[1].naturalWidth === 826")
    whole = sheets.nth(1).bounding_box()
    assert whole is not None
    assert whole["height"] < SCREEN["height"]
    desk.page.locator("#zoom-page").focus()
    desk.page.keyboard.press("ArrowRight")
    wide = sheets.nth(1).bounding_box()
    assert wide is not None
    assert wide["width"] > whole["width"] * 1.3
    desk.page.keyboard.press("ArrowRight")
    actual = sheets.nth(1).bounding_box()
    assert actual is not None
    assert actual["width"] == pytest.approx(826)
    assert desk.complaints == []


def test_two_clerks_at_the_same_case(chromium: Browser, context: BrowserContext, served: str, staffed: Hall) -> None:
    number = staffed.open()
    staffed.act(number, AGREED)
    other = chromium.new_context(viewport=SCREEN, locale="zh-CN")  # type: ignore[arg-type]  # a plain dict
    wang = Desk(context, served, token=session_of(staffed, "wang"))
    li = Desk(other, served, token=session_of(staffed, "li"))
    for desk in (wang, li):
        desk.open(f"/cases/{number}/pass")
        desk.page.check("#sure")
    li.page.click("#submit")
    expect(li.page.locator("#done")).to_be_visible()
    wang.page.click("#submit")
    expect(wang.page.locator("#conflict")).to_contain_text("李静")
    expect(wang.page.locator("#conflict")).to_contain_text("您的提交没有生效")
    wang.page.get_by_text("查看最新情况").click()
    expect(wang.page.locator("#state")).to_have_text("远程审核通过")
    assert len(staffed.case(number).events) == 3
    other.close()


def test_pressing_back_and_sending_again_does_nothing_twice(
    context: BrowserContext, served: str, staffed: Hall
) -> None:
    number = staffed.open()
    desk = Desk(context, served, token=session_of(staffed, "wang"))
    desk.open(f"/cases/{number}/consult")
    desk.page.fill("#person", "李静")
    desk.page.check("#outcome-agreed")
    desk.page.dblclick("#submit")
    expect(desk.page.locator("#done")).to_be_visible()
    assert len(staffed.case(number).consultations) == 1


def test_an_error_leads_to_its_field(context: BrowserContext, served: str, staffed: Hall) -> None:
    number = staffed.open()
    staffed.act(number, AGREED, Passed())
    desk = Desk(context, served, token=session_of(staffed, "wang"))
    desk.open(f"/cases/{number}/waybill")
    desk.page.click("#submit")
    expect(desk.page.locator("#error")).to_contain_text("请填写运单号")
    desk.press("#error a")
    desk.page.keyboard.press("Tab")
    expect(desk.page.locator("#waybill")).to_have_attribute("aria-invalid", "true")
    assert staffed.case(number).state is State.REMOTE_PASSED


@pytest.mark.parametrize("path", ["/sign-in", "/", "", "/consult", "/supplement", "/waybill-correct", "/return"])
def test_nothing_sticks_out_and_every_control_has_a_name(
    context: BrowserContext, served: str, staffed: Hall, path: str
) -> None:
    number = staffed.open()
    if path in ("/waybill-correct", "/return"):
        staffed.act(number, AGREED, Passed(), OriginalsPosted(EMS))
    desk = Desk(context, served, token=session_of(staffed, "wang"))
    desk.open(path if path in ("/sign-in", "/") else f"/cases/{number}{path}")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
    nameless = desk.page.evaluate(
        """() => [...document.querySelectorAll('input:not([type=hidden]), textarea, select, button, a')]
            .filter(c => !(c.labels?.length || c.getAttribute('aria-label') || c.textContent.trim()))
            .map(c => c.outerHTML)"""
    )
    assert nameless == []
    small = desk.page.evaluate(
        """() => [...document.querySelectorAll('button, .button, input')]
            .filter(c => !['hidden', 'radio', 'checkbox'].includes(c.type))
            .filter(c => c.getClientRects().length && c.getBoundingClientRect().height < 40)
            .map(c => c.outerHTML)"""
    )
    assert small == []
    assert desk.complaints == []
