"""The notice as it is typeset: rendered once, names the case in its code, masks the number."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from city.cases import NoticeFacts
from city.notices import compose_notice, render_notice
from city.rules import Passed
from city.storage.files import fetch
from paper.documents import CollectionNotice
from tests.cityhall import AGREED, Hall, build_hall, filing


@pytest.fixture
def typeset(tmp_path: Path) -> Iterator[Hall]:
    city = build_hall(tmp_path, render=render_notice)
    yield city
    city.close()


def composed(hall: Hall, number: str) -> CollectionNotice:
    facts = NoticeFacts(hall.case(number), "DS2026000001", "AB12CD34", hall.clock(), hall.desk.catalogue)
    return compose_notice(facts)


def test_it_says_what_the_case_says(hall: Hall) -> None:
    given = filing()
    number = hall.open(given)
    hall.act(number, AGREED)
    notice = composed(hall, number)
    assert (notice.case_number, notice.item_name, notice.check) == (number, "灵活就业人员参保登记", "AB12CD34")
    assert notice.applicant_number_masked == "610114**********12"
    assert (notice.window.locality, notice.centre.name) == ("航空基地", "阎良区政务服务中心")
    assert (notice.consultation_channel, notice.consultation_person) == ("电话", "阎良区窗口 李静")
    assert notice.delivery == "邮政快递寄送"
    assert [m.pages for m in notice.materials] == [2, 1]
    assert given.application.applicant.number not in repr(notice)


def test_a_real_notice_is_a_pdf_that_is_stored_once(typeset: Hall) -> None:
    number = typeset.open()
    typeset.act(number, AGREED, Passed())
    stored = typeset.case(number).notice
    assert stored is not None
    pdf = fetch(typeset.blobs, stored.sha256)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
