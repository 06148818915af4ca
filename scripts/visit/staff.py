"""A clerk of one window at the staff page, in a real browser: everything by the controls a person would use."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import pikepdf
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

from scripts.visit.accounts import PASSWORD, login_of, make_accounts
from scripts.visit.programs import StageFailed

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",  # set-up and CI run as root; the only pages shown are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class StaffBrowser:
    """Signed in for `window` when entered. Every method raises StageFailed when the page does not play along."""

    def __init__(self, *, city_url: str, database: str, window: str, pictures: Path, patience_s: float = 20.0) -> None:
        self._url = f"{city_url}/staff"
        self._database = database
        self._window = window
        self._pictures = pictures
        self._patience_ms = patience_s * 1000
        self.screenshots: list[Path] = []

    def __enter__(self) -> Self:
        make_accounts(self._database, windows=[self._window])
        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            self._page = self._browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            self._page.set_default_timeout(self._patience_ms)
            self._sign_in()
        except BaseException:
            self._playwright.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    # --- looking ------------------------------------------------------------------------------------------------

    def case_numbers(self, *, shelf: str = "todo") -> tuple[str, ...]:
        """The cases in this window's list."""
        self._page.goto(f"{self._url}/?shelf={shelf}")
        links = self._page.locator('a.row[href*="/cases/"]').all()
        return tuple(str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links)

    def text_of(self, number: str) -> str:
        """Everything that the page of a case says."""
        self._open(number)
        return self._page.locator("body").inner_text()

    def state_of(self, number: str) -> str:
        self._open(number)
        return self._page.locator("#state").inner_text()

    def page_pictures(self, number: str) -> tuple[bytes, ...]:
        """Every page of the case in full size, in the order of the list of materials."""
        self._open(number)
        sources = [image.get_attribute("src") for image in self._page.locator("figure.sheet img").all()]
        origin = self._url.removesuffix("/staff")
        return tuple(self._page.request.get(f"{origin}{source}").body() for source in sources)

    def picture(self, name: str) -> None:
        path = self._pictures / f"{name}.png"
        self._page.screenshot(path=str(path))
        self.screenshots.append(path)

    # --- acting -------------------------------------------------------------------------------------------------

    def consult(self, number: str) -> None:
        self._begin(number, "consult")
        self._choose("channel", "video")  # the item is complex
        self._page.fill("[name=person]", "航空基地窗口 王敏")
        self._choose("outcome", "agreed")
        self._submit()

    def pass_case(self, number: str) -> None:
        self._begin(number, "pass")
        self._submit()

    def post_originals(self, number: str) -> None:
        """The waybill under which the receiving place sends the papers."""
        self._begin(number, "waybill")
        self._choose("carrier", "ems")
        self._page.fill("[name=waybill]", "1151234567890")
        self._submit()

    def record_arrival(self, number: str) -> None:
        """Every original compared with its picture: this starts the clock."""
        self._begin(number, "arrived")
        for box in self._page.locator("[name=compared]").all():
            box.check()
        self._submit()

    def sign_electronic(self, number: str) -> None:
        """For an item without originals: this starts the clock."""
        self._begin(number, "sign")
        self._submit()

    def needs_originals(self, number: str) -> bool:
        self._open(number)
        return self._page.locator("#do-waybill").count() > 0

    def upload_result(self, number: str) -> None:
        self._begin(number, "decide")
        self._page.set_input_files(
            "[name=file]", {"name": "result.pdf", "mimeType": "application/pdf", "buffer": _blank_pdf()}
        )
        self._submit()

    def deliver(self, number: str) -> None:
        """In the way that the citizen chose."""
        self._begin(number, "deliver")
        if self._page.locator("[name=way][value=post]").is_checked():
            self._choose("carrier", "ems")
            self._page.fill("[name=waybill]", "1159876543210")
        self._submit()

    # --- how it is done -----------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        self._page.goto(f"{self._url}/")
        self._page.fill("#login", login_of(self._window))
        self._page.fill("#password", PASSWORD)
        self._page.click("#sign-in")
        try:
            self._page.wait_for_selector("#tab-todo")
        except BrowserError as error:
            raise StageFailed(f"staff sign-in: {self._complaint() or error}") from error

    def _open(self, number: str) -> None:
        self._page.goto(f"{self._url}/cases/{number}")

    def _begin(self, number: str, slug: str) -> None:
        self._open(number)
        try:
            self._page.click(f"#do-{slug}")
            self._page.wait_for_selector("#submit")
        except BrowserError as error:
            raise StageFailed(f"case {number}: {slug} is not offered; the page says:\n{self._said()}") from error

    def _choose(self, name: str, value: str) -> None:
        self._page.check(f'[name="{name}"][value="{value}"]')

    def _submit(self) -> None:
        """Tick what must be ticked, press the button, and arrive at the case's own page."""
        if self._page.locator("#sure").count():
            self._page.check("#sure")
        self._page.click("#submit")
        try:
            self._page.wait_for_url(re.compile(r"/cases/[^/]+\?done="))
        except BrowserError as error:
            raise StageFailed(f"{self._page.url}: {self._complaint() or self._said()}") from error

    def _complaint(self) -> str:
        complaints = self._page.locator("[role=alert], p.error").all_inner_texts()
        return " / ".join(complaints)

    def _said(self) -> str:
        return self._page.locator("body").inner_text()[:1500]


def _blank_pdf() -> bytes:
    """What the department would have issued."""
    document = pikepdf.Pdf.new()
    document.add_blank_page(page_size=(595, 842))
    file = BytesIO()
    document.save(file)
    return file.getvalue()
