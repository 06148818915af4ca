from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from kiosk.dossier import Filing
from kiosk.outbox import Outbox, ReceiptState, SealFailed, SpoolBusy, StoredReceipt
from packet import wire
from packet.archive import Opened, read_archive
from packet.filing_number import parse_filing_number
from packet.identifiers import is_packet_id
from packet.manifest import Manifest, manifest_digest
from packet.unseal import AgeUnsealer, read_age_identities
from tests.filings import CANARIES, KIOSK_ID, NOON, Keys, SteppingClock, dossier, open_outbox

Open = Callable[[Filing], Opened]


@pytest.fixture
def open_at_the_city(data_dir: Path, keys: Keys) -> Open:
    def open_packet(filing: Filing) -> Opened:
        content = io.BytesIO()
        with (data_dir / "spool" / filing.packet_id / "sealed.age").open("rb") as sealed:
            AgeUnsealer(read_age_identities(keys.identity_files)).unseal(sealed, content)
        content.seek(0)
        return read_archive(content)

    return open_packet


def manifest_of(data_dir: Path, filing: Filing) -> Manifest:
    return Manifest.from_bytes((data_dir / "spool" / filing.packet_id / "manifest.json").read_bytes())


def test_a_filing_lies_whole_in_the_spool(outbox: Outbox, data_dir: Path) -> None:
    filing = outbox.file(dossier(), language="zh-CN")
    folder = data_dir / "spool" / filing.packet_id
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "receipt.json", "sealed.age"]
    assert [path.name for path in folder.parent.iterdir() if path.name != ".lock"] == [filing.packet_id]
    manifest = manifest_of(data_dir, filing)
    assert manifest.sealed_bytes == (folder / "sealed.age").stat().st_size
    assert (manifest.sequence, manifest.previous, manifest.device_id) == (1, "", KIOSK_ID)
    assert (manifest.item_code, manifest.locality) == ("610114-0042", "yanliang")


def test_the_citizen_gets_a_number_and_a_secret(outbox: Outbox) -> None:
    filing = outbox.file(dossier(), language="zh-CN")
    number = parse_filing_number(filing.filing_number)
    assert number is not None
    assert (number.kiosk, number.day, number.count) == ("XA07", "261124", 1)
    assert re.fullmatch(r"\d{8}", filing.progress_code)
    assert is_packet_id(filing.packet_id)
    assert NOON < filing.collected_at < NOON + timedelta(seconds=5)


def test_the_city_finds_everything_the_citizen_brought(outbox: Outbox, open_at_the_city: Open) -> None:
    brought = dossier(pages=3)
    opened = open_at_the_city(outbox.file(brought, language="en"))
    application = opened.application
    name, number, address, *_ = CANARIES
    assert (application.applicant.name, application.applicant.number, application.applicant.address) == (
        name,
        number,
        address,
    )
    assert (application.applicant.valid_from, application.applicant.valid_to) == ("2020-01-01", "")
    assert application.identity.reader_serial == "0501-20200101-0000000042"
    assert application.answers == brought.answers
    assert (application.locality, application.receiving_locality, application.language) == (
        "yanliang",
        "xincheng",
        "en",
    )
    assert (application.receiving_centre, application.first_responsible, application.first_responsible_phone) == (
        "新城区政务服务中心",
        "综合窗口值班长",
        "029-87654321",
    )
    assert [(m.key, m.file, len(m.pages)) for m in application.materials] == [
        ("household", "materials/01-household.pdf", 2),
        ("photo", "materials/02-photo.pdf", 1),
    ]
    assert application.materials[0].pages[0].verdicts == ("glare",)


def test_the_pdf_holds_the_very_jpegs_of_the_scan_in_true_size(outbox: Outbox, open_at_the_city: Open) -> None:
    brought = dossier(pages=3)
    opened = open_at_the_city(outbox.file(brought, language="zh-CN"))
    with pikepdf.open(io.BytesIO(opened.files["materials/01-household.pdf"])) as pdf:
        jpegs = [next(iter(pdf_page.Resources.XObject.values())).read_raw_bytes() for pdf_page in pdf.pages]
        width_pt, height_pt = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert jpegs == [page.jpeg for page in brought.materials[0].pages]
    assert (width_pt, height_pt) == pytest.approx((620 / 75 * 72, 877 / 75 * 72))  # A4


def test_pages_of_different_resolution_each_keep_their_size(outbox: Outbox, open_at_the_city: Open) -> None:
    brought = dossier(pages=3)
    material = brought.materials[0]
    first, second = material.pages
    mixed = replace(material, pages=(first, replace(second, dpi=150)))
    opened = open_at_the_city(outbox.file(replace(brought, materials=(mixed,)), language="zh-CN"))
    with pikepdf.open(io.BytesIO(opened.files["materials/01-household.pdf"])) as pdf:
        widths = [float(pdf_page.mediabox[2]) for pdf_page in pdf.pages]
    assert widths == pytest.approx([620 / 75 * 72, 620 / 150 * 72])


def test_the_signature_is_a_picture_of_the_strokes(outbox: Outbox, open_at_the_city: Open) -> None:
    opened = open_at_the_city(outbox.file(dossier(), language="zh-CN"))
    picture = Image.open(io.BytesIO(opened.files["signature.png"]))
    assert picture.size == (1200, round(1200 * 0.34))
    on_the_line, beside, dot = (picture.getpixel(spot) for spot in ((600, 240), (600, 40), (240, 360)))
    assert (on_the_line, beside, dot) == (0, 255, 0)


def test_a_material_the_citizen_does_not_have_is_left_out(outbox: Outbox, open_at_the_city: Open) -> None:
    brought = dossier()
    absent = replace(brought.materials[1], pages=(), absent=True)
    opened = open_at_the_city(outbox.file(replace(brought, materials=(brought.materials[0], absent)), language="zh-CN"))
    assert [m.key for m in opened.application.materials] == ["household"]


def test_every_manifest_names_the_one_before_it(outbox: Outbox, data_dir: Path) -> None:
    filings = [outbox.file(dossier(pages=1), language="zh-CN") for _ in range(3)]
    manifests = [manifest_of(data_dir, filing) for filing in filings]
    assert [manifest.sequence for manifest in manifests] == [1, 2, 3]
    assert [manifest.previous for manifest in manifests[1:]] == [manifest_digest(m.to_bytes()) for m in manifests[:2]]
    assert len({filing.progress_code for filing in filings}) == 3


def test_the_count_starts_anew_at_midnight_in_beijing_and_the_sequence_goes_on(data_dir: Path, keys: Keys) -> None:
    clock = SteppingClock(NOON.replace(hour=23, minute=59, second=50))
    outbox = open_outbox(data_dir, keys.recipients, clock=clock)
    first = outbox.file(dossier(pages=1), language="zh-CN")
    clock.now += timedelta(minutes=1)
    second = outbox.file(dossier(pages=1), language="zh-CN")
    outbox.close()
    assert [number[5:15] for number in (first.filing_number, second.filing_number)] == ["261124-001", "261125-001"]
    assert manifest_of(data_dir, second).sequence == 2


def test_numbers_go_on_after_a_restart(data_dir: Path, keys: Keys) -> None:
    for expected in (1, 2):
        outbox = open_outbox(data_dir, keys.recipients)
        filing = outbox.file(dossier(pages=1), language="zh-CN")
        outbox.close()
        assert manifest_of(data_dir, filing).sequence == expected


@pytest.mark.usefixtures("outbox")
def test_two_kiosk_processes_cannot_share_a_spool(data_dir: Path, keys: Keys) -> None:
    with pytest.raises(SpoolBusy):
        open_outbox(data_dir, keys.recipients)


@pytest.mark.parametrize("missing", ["identity", "item", "locality", "consent_at", "signature"])
def test_an_unfinished_dossier_is_not_filed_and_leaves_nothing(outbox: Outbox, data_dir: Path, missing: str) -> None:
    with pytest.raises(SealFailed):
        outbox.file(replace(dossier(), **{missing: None}), language="zh-CN")  # type: ignore[arg-type]
    assert only_the_lock(data_dir)


def test_a_page_that_is_no_picture_is_not_filed_and_burns_no_number(outbox: Outbox, data_dir: Path) -> None:
    brought = dossier()
    broken = replace(brought.materials[1], pages=(replace(brought.materials[1].pages[0], jpeg=b"no jpeg"),))
    with pytest.raises(SealFailed):
        outbox.file(replace(brought, materials=(brought.materials[0], broken)), language="zh-CN")
    assert only_the_lock(data_dir)
    assert manifest_of(data_dir, outbox.file(brought, language="zh-CN")).sequence == 1


def test_the_receipt_can_be_printed_again_until_the_citizen_has_it(outbox: Outbox, data_dir: Path, keys: Keys) -> None:
    filing = outbox.file(dossier(pages=3), language="en")
    outbox.close()  # the kiosk crashes before anything was printed
    restarted = open_outbox(data_dir, keys.recipients)
    stored = restarted.unproven_receipt()
    assert stored == StoredReceipt(
        filing.packet_id,
        filing.filing_number,
        filing.progress_code,
        filing.collected_at.isoformat(),
        "610114-0042",
        "yanliang",
        "en",
        (("household", 2), ("photo", 1)),
    )
    assert stored.filing == filing
    restarted.note_receipt(filing.packet_id, "unproven")
    assert restarted.unproven_receipt() == stored
    restarted.note_receipt(filing.packet_id, ReceiptState.PROVEN)
    assert restarted.unproven_receipt() is None
    restarted.close()


def test_a_receipt_nobody_came_for_is_not_offered_to_somebody_else(outbox: Outbox, data_dir: Path, keys: Keys) -> None:
    forgotten, recent = outbox.file(dossier(), language="en"), NOON + timedelta(minutes=20)
    outbox.close()
    crashed = open_outbox(data_dir, keys.recipients, clock=SteppingClock(recent))
    filing = crashed.file(dossier(), language="en")
    crashed.close()
    restarted = open_outbox(data_dir, keys.recipients, clock=SteppingClock(recent + timedelta(minutes=1)))
    stored = restarted.unproven_receipt()
    assert stored is not None
    assert stored.filing == filing
    restarted.close()
    much_later = open_outbox(data_dir, keys.recipients, clock=SteppingClock(recent + timedelta(hours=1)))
    assert much_later.unproven_receipt() is None
    much_later.close()
    with closing(sqlite3.connect(data_dir / "kiosk.db")) as database:
        rows = database.execute("select packet_id, receipt_state, progress_code from outbox order by sequence")
        assert rows.fetchall() == [(forgotten.packet_id, "later", ""), (filing.packet_id, "later", "")]
    assert not list((data_dir / "spool").glob("*/receipt.json"))


def test_the_kiosk_forgets_the_secret_as_soon_as_it_is_on_paper(outbox: Outbox, data_dir: Path) -> None:
    filing = outbox.file(dossier(), language="zh-CN")
    outbox.note_receipt(filing.packet_id, ReceiptState.PROVEN)
    with closing(sqlite3.connect(data_dir / "kiosk.db")) as database:
        assert database.execute("select progress_code from outbox").fetchall() == [("",)]


def test_a_note_for_a_packet_nobody_knows_changes_nothing(outbox: Outbox) -> None:
    outbox.note_receipt("01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84", ReceiptState.PROVEN)
    assert outbox.unproven_receipt() is None


def test_a_draft_of_a_killed_process_is_deleted_at_start(data_dir: Path, keys: Keys) -> None:
    draft = data_dir / "spool" / ".new-01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84"
    draft.mkdir(parents=True)
    (draft / "sealed.age").write_bytes(b"half")
    open_outbox(data_dir, keys.recipients).close()
    assert only_the_lock(data_dir)


def test_a_whole_packet_without_a_row_is_adopted_with_its_numbers_and_receipt(
    outbox: Outbox, data_dir: Path, keys: Keys
) -> None:
    """Killed between the rename and the row."""
    filing = outbox.file(dossier(), language="zh-CN")
    outbox.close()
    for file in data_dir.glob("kiosk.db*"):
        file.unlink()
    restarted = open_outbox(data_dir, keys.recipients)
    stored = restarted.unproven_receipt()
    assert stored is not None
    assert stored.filing == filing
    following = restarted.file(dossier(), language="zh-CN")
    restarted.close()
    manifest = manifest_of(data_dir, following)
    assert manifest.sequence == 2
    assert manifest.previous == manifest_digest(manifest_of(data_dir, filing).to_bytes())
    assert following.filing_number.endswith("-002-" + following.filing_number[-1])


def test_a_packet_whose_receipt_is_on_paper_is_adopted_without_its_secret(
    outbox: Outbox, data_dir: Path, keys: Keys
) -> None:
    filing = outbox.file(dossier(), language="zh-CN")
    outbox.note_receipt(filing.packet_id, ReceiptState.PROVEN)
    outbox.close()
    for file in data_dir.glob("kiosk.db*"):
        file.unlink()
    restarted = open_outbox(data_dir, keys.recipients)
    assert restarted.unproven_receipt() is None
    restarted.close()
    with closing(sqlite3.connect(data_dir / "kiosk.db")) as database:
        assert database.execute("select filing_number, state from outbox").fetchall() == [
            (filing.filing_number, "waiting")
        ]


def test_a_damaged_folder_is_left_for_staff_and_stops_nobody(data_dir: Path, keys: Keys) -> None:
    folder = data_dir / "spool" / "01a20bb5-e9e8-7a89-bc23-7cbcc0d2ba84"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_bytes(b"{")
    outbox = open_outbox(data_dir, keys.recipients)
    outbox.file(dossier(), language="zh-CN")
    outbox.close()
    assert folder.exists()


def test_the_stored_receipt_says_nothing_about_the_citizen(outbox: Outbox, data_dir: Path) -> None:
    filing = outbox.file(dossier(), language="zh-CN")
    data = (data_dir / "spool" / filing.packet_id / "receipt.json").read_bytes()
    assert wire.decode(StoredReceipt, data).filing_number == filing.filing_number
    assert not any(canary.encode() in data for canary in CANARIES)


def only_the_lock(data_dir: Path) -> bool:
    return [path.name for path in (data_dir / "spool").iterdir()] == [".lock"]
