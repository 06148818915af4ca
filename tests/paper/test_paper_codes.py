"""What our QR codes say, and what is not ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.codes import NoticeCode, ReceiptCode, UnknownCode, parse

fields = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z-]{0,47}", fullmatch=True)


@given(fields, fields)
def test_receipt_there_and_back(filing_number: str, progress_code: str) -> None:
    code = ReceiptCode(filing_number, progress_code)
    assert parse(f" {code.encode()}\n") == code


@given(fields, fields, fields)
def test_notice_there_and_back(notice_number: str, case_number: str, check: str) -> None:
    code = NoticeCode(notice_number, case_number, check)
    assert parse(code.encode()) == code


@given(st.text())
def test_whatever_somebody_holds_up_is_unknown(text: str) -> None:
    with pytest.raises(UnknownCode):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.cn/?a=1",
        "XATB1",
        "XATB1*R",
        "XATB1*R*XA01-261124-007-K",
        "XATB1*R*XA01-261124-007-K*",
        "XATB1*R*XA01-261124-007-K*40718825*1",
        "XATB1*N*XA01-261124-007-K*40718825",
        "XATB1*X*XA01-261124-007-K*40718825",
        "XATB2*R*XA01-261124-007-K*40718825",
        "XATB1*R*XA01 261124*40718825",
        "XATB1*R*XA01*４０７１８８２５",
        "XATB1*R*../../etc/passwd*40718825",
        "XATB1*R*XA01\x00*40718825",
        "XATB1*R*" + "A" * 49 + "*1",
        " " * 300 + "XATB1*R*XA01*1",
    ],
)
def test_nearly_a_code(text: str) -> None:
    with pytest.raises(UnknownCode):
        parse(text)


def test_refusal_does_not_repeat_what_was_read() -> None:
    with pytest.raises(UnknownCode) as caught:
        parse("610113199001010010")
    assert "6101" not in str(caught.value)


def test_a_code_cannot_be_made_of_fields_that_would_not_come_back() -> None:
    with pytest.raises(ValueError, match="letters"):
        ReceiptCode("A*B", "1")
