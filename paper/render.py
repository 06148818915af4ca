"""Documents to PDF, by Typst: one template a document, words by id in `texts`, data as JSON.

PDF/A-2b with embedded fonts; the same document gives the same bytes. `render` may be called from any thread; Typst
computes without holding Python's lock.
"""

from __future__ import annotations

import dataclasses
import io
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import segno
import typst

from paper import coverage
from paper.codes import Code, NoticeCode, ReceiptCode
from paper.documents import CollectionNotice, DepositReceipt, ItemGuide

Document: TypeAlias = DepositReceipt | ItemGuide | CollectionNotice

FONTS = Path(__file__).resolve().parents[1] / "build" / "fonts"
"""Made by the set-up: the simplified Chinese faces of Noto, and a font for rare characters."""

_HERE = Path(__file__).resolve().parent
_BEIJING = timezone(timedelta(hours=8), "CST")
_TEMPLATES: Mapping[type, str] = {DepositReceipt: "receipt", ItemGuide: "guide", CollectionNotice: "notice"}
_SCALES: Mapping[type, tuple[float, ...]] = {
    DepositReceipt: (1.1, 1.0, 0.9, 0.8),
    ItemGuide: (1.15, 1.0, 0.9, 0.8),
    CollectionNotice: (1.0, 0.9, 0.8),
}
"""Sizes of type to try, the most comfortable first, until all is on one page."""

_PAGES = re.compile(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)|/Count\s+(\d+)[^>]*?/Type\s*/Pages\b")
_lock = threading.Lock()


@dataclass(frozen=True)
class Rendered:
    pdf: bytes
    pages: int


class RenderFailed(RuntimeError):
    """A template does not compile with this document: a fault of ours. The message holds no content of the document."""


def render(document: Document) -> Rendered:
    """One document on A4 paper.

    What does not fit on one page is set smaller; what does not fit even so goes on to further pages in plain size.
    A character that no font has is printed as 〓 and its code point.
    Raises FileNotFoundError when the fonts are not there, RenderFailed for a fault in a template.
    """
    values = _view(document)
    values["undrawable"] = coverage.undrawable(json.dumps(values, ensure_ascii=False), FONTS)
    view = json.dumps(values, ensure_ascii=False)
    name = _TEMPLATES[type(document)]
    for scale in _SCALES[type(document)]:
        rendered = _compile(name, view, scale)
        if rendered.pages == 1:
            return rendered
    return _compile(name, view, 1.0)


def _compile(name: str, view: str, scale: float) -> Rendered:
    with _lock:
        try:
            pdf = _compiler().compile(
                str(_HERE / "templates" / f"{name}.typ"),
                sys_inputs={"data": view, "scale": str(scale)},
                pdf_standards="a-2b",
            )
        except typst.TypstError as error:
            # Where, not what: the message may quote the document.
            raise RenderFailed(f"{name}.typ: {'; '.join(error.trace) or 'does not compile'}") from None
    assert isinstance(pdf, bytes)
    return Rendered(pdf, _count_pages(pdf))


@cache
def _compiler() -> Any:
    """One for all templates: each compiler holds the fonts it used, about 60 MB."""
    if not FONTS.is_dir():
        raise FileNotFoundError(f"{FONTS}: no fonts; run the set-up")
    return typst.Compiler(root=str(_HERE), font_paths=[str(FONTS)], ignore_system_fonts=True)


def _count_pages(pdf: bytes) -> int:
    counts = [int(a or b) for a, b in _PAGES.findall(pdf)]
    return max(counts)


# --- what a template is given -------------------------------------------------------------------------------------


def _view(document: Document) -> dict[str, Any]:
    """Every field under its name, plus the document's date, `originals_needed` and the QR code where it has them."""
    view = {
        field.name: _plain(getattr(document, field.name), document.language) for field in dataclasses.fields(document)
    }
    dated = _date(document).astimezone(_BEIJING)
    view["dated"] = [dated.year, dated.month, dated.day]
    if not isinstance(document, ItemGuide):
        view["originals_needed"] = document.originals_needed
        view["qr"] = _qr(_code(document))
    return view


def _date(document: Document) -> datetime:
    match document:
        case DepositReceipt():
            return document.collected_at
        case ItemGuide():
            return document.printed_at
        case CollectionNotice():
            return document.issued_at


def _code(document: DepositReceipt | CollectionNotice) -> Code:
    if isinstance(document, DepositReceipt):
        return ReceiptCode(document.filing_number, document.progress_code)
    return NoticeCode(document.notice_number, document.case_number, document.check)


def _plain(value: object, language: str) -> Any:
    if isinstance(value, datetime):
        return _time(value, language)
    if isinstance(value, tuple):
        return [_plain(each, language) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return value


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _time(at: datetime, language: str) -> dict[str, str]:
    local = at.astimezone(_BEIJING)
    if language == "zh-CN":
        day = f"{local.year}年{local.month}月{local.day}日"
    else:
        day = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    return {"day": day, "clock": f"{local:%H:%M}"}


def _qr(code: Code) -> str:
    """SVG with the quiet zone that the standard asks for."""
    out = io.BytesIO()
    segno.make(code.encode(), error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, light="#fff")
    return out.getvalue().decode()
