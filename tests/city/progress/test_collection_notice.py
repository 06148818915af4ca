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
    assert notice.window.locality == "航空基地"
    assert (notice.consultation_channel, notice.consultation_person) == ("电话", "阎良区窗口 李静")
    assert notice.delivery == "邮政快递寄送"
    assert [m.pages for m in notice.materials] == [2, 1]
    assert given.application.applicant.number not in repr(notice)


CENTRE = {
    "receiving_centre": "阎良区市民中心",
    "first_responsible": "王芳",
    "first_responsible_phone": "029-86868920",
}


def test_it_names_the_centre_and_the_person_who_received(hall: Hall) -> None:
    number = hall.open(filing(**CENTRE))
    hall.act(number, AGREED)
    centre = composed(hall, number).centre
    assert (centre.name, centre.first_responsible, centre.phone) == ("阎良区市民中心", "王芳", "029-86868920")


def test_of_an_older_packet_the_receiving_window_answers(hall: Hall) -> None:
    number = hall.open(filing())
    hall.act(number, AGREED)
    centre = composed(hall, number).centre
    window = hall.desk.catalogue.localities["yanliang"].window
    assert (centre.name, centre.address) == ("阎良区政务服务中心", window.place.zh)
    assert (centre.first_responsible, centre.phone) == ("阎良区“全市通办”综合窗口", window.phone)


def test_a_person_is_never_named_with_the_telephone_of_somebody_else(hall: Hall) -> None:
    number = hall.open(filing(**{**CENTRE, "first_responsible_phone": ""}))
    hall.act(number, AGREED)
    assert (composed(hall, number).centre.first_responsible, composed(hall, number).centre.phone) == ("王芳", "")


def test_a_real_notice_is_a_pdf_that_is_stored_once(typeset: Hall) -> None:
    number = typeset.open()
    typeset.act(number, AGREED, Passed())
    stored = typeset.case(number).notice
    assert stored is not None
    pdf = fetch(typeset.blobs, stored.sha256)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
