"""The printed papers: what stands on them, and that it can be read by people, scanners and programs."""

from __future__ import annotations

import subprocess
import threading
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pikepdf
import pytest
from PIL import Image, ImageChops
from pyzbar.pyzbar import decode

import paper.render
from paper.codes import NoticeCode, ReceiptCode, parse
from paper.documents import CollectionNotice, DepositReceipt, ItemGuide
from paper.render import RenderFailed, render
from tests.paper.papers import ENGLISH_RECEIPT, GUIDE, LANTIAN, LONG_MATERIALS, NOTICE, RECEIPT

Paper = DepositReceipt | ItemGuide | CollectionNotice
Words = Callable[[Paper], str]
Picture = Callable[[bytes], Image.Image]

ALL: tuple[Paper, ...] = (
    RECEIPT, ENGLISH_RECEIPT, GUIDE, replace(GUIDE, language="en"), NOTICE, replace(NOTICE, language="en"),
)  # fmt: skip
TEXTS = Path(paper.render.__file__).parent / "texts"


def _id(paper: Paper) -> str:
    return f"{type(paper).__name__}-{paper.language}"


@pytest.mark.parametrize("document", ALL, ids=_id)
def test_one_a4_page_with_every_font_inside(document: Paper, tmp_path: Path) -> None:
    rendered = render(document)
    assert rendered.pages == 1
    path = tmp_path / "paper.pdf"
    path.write_bytes(rendered.pdf)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
        width, height = (float(side) * 25.4 / 72 for side in pdf.pages[0].mediabox[2:])
        assert (round(width), round(height)) == (210, 297)
        assert pdf.open_metadata().pdfa_status == "2B"
    listed = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert listed
    assert all(line.split()[-5:-3] == ["yes", "yes"] for line in listed), listed  # embedded, subset


@pytest.mark.parametrize("document", ALL, ids=_id)
def test_every_value_of_the_document_stands_on_the_paper(document: Paper, words_of: Words) -> None:
    words = words_of(document)
    for value in _values(document):
        assert "".join(value.split()) in words, value


def _values(document: Paper) -> list[str]:
    """All strings that people read. A code's halves and digests are shown in their own way."""
    values = [document.item_name, document.item_code, document.window.locality, document.window.phone]
    values += [material.name for material in document.materials] + [document.centre.name]
    match document:
        case DepositReceipt():
            values += [document.filing_number, document.department, document.centre.address, document.centre.phone]
            values += [document.centre.first_responsible, document.window.place, document.kiosk_id]
        case ItemGuide():
            values += [document.conditions, document.legal_basis, document.version, document.window.place, "10.50"]
            values += [material.hint for material in document.materials]
        case CollectionNotice():
            values += [
                document.notice_number, document.case_number, document.filing_number, document.bundle_number,
                document.mode, document.issuer, document.applicant_name, document.applicant_number_masked,
                document.agent_name, document.item_version, document.kiosk_id, document.centre.first_responsible,
                document.centre.phone, document.window.place, document.identity_check, document.consultation_channel,
                document.consultation_person, document.consultation_outcome, document.waybill, document.delivery,
                document.return_address, document.complaints_phone,
            ]  # fmt: skip
            values += [material.digest for material in document.materials]
    return values


def test_receipt_says_collected_and_never_accepted(words_of: Words) -> None:
    words = words_of(RECEIPT)
    assert "材料收件回执" in words
    assert "2026年11月24日21:07收件" in words
    assert "不是受理通知" in words
    assert "受理通知书" not in words
    assert "副本" not in words


def test_receipt_shows_the_way_that_this_filing_goes(words_of: Words) -> None:
    with_originals = words_of(RECEIPT)
    assert "原件寄递" in with_originals
    assert "受理后7个工作日内办结" in with_originals
    without = words_of(replace(RECEIPT, materials=RECEIPT.materials[1:2]))
    assert "原件寄递" not in without
    assert "窗口签收" in without


def test_each_reprint_is_a_numbered_copy(words_of: Words) -> None:
    assert "副本第2份" in words_of(replace(RECEIPT, copy=2))
    assert "Copyno.1" in words_of(replace(ENGLISH_RECEIPT, copy=1))


def test_window_without_a_number(words_of: Words) -> None:
    """Annex 1, entry 13: Lantian names a hall and no window."""
    words = words_of(replace(RECEIPT, window=LANTIAN))
    assert "蓝田县综合窗口" in words
    assert "综合审批1厅" in words


def test_notice_leaves_out_what_there_is_not(words_of: Words) -> None:
    words = words_of(
        replace(NOTICE, bundle_number="", agent_name="", waybill="", return_address="", data_pushed_at=None)
    )
    assert "联办编号" not in words
    assert "寄回地址" not in words
    assert "寄出后补记" in words


def test_notice_tells_from_when_the_clock_runs(words_of: Words) -> None:
    assert "原件请交收件地的窗口，由收件地寄出。原件到达雁塔区综合窗口的当天为受理日" in words_of(NOTICE)
    assert "签收电子材料的当天为受理日" in words_of(replace(NOTICE, materials=NOTICE.materials[1:2]))


@pytest.mark.parametrize("document", [RECEIPT, ENGLISH_RECEIPT, NOTICE], ids=_id)
def test_code_is_read_from_the_print(document: DepositReceipt | CollectionNotice, picture_of: Picture) -> None:
    found = decode(picture_of(render(document).pdf))
    assert len(found) == 1
    expected = (
        ReceiptCode(document.filing_number, document.progress_code)
        if isinstance(document, DepositReceipt)
        else NoticeCode(document.notice_number, document.case_number, document.check)
    )
    assert parse(found[0].data.decode()) == expected


def test_code_is_read_from_a_worn_print(picture_of: Picture) -> None:
    """Photographed askew from half its resolution, as a document camera in a dim corner would."""
    worn = picture_of(render(RECEIPT).pdf)
    worn = worn.resize((worn.width // 2, worn.height // 2)).rotate(4, fillcolor=200, expand=True)
    worn = worn.point([int(60 + value * 0.55) for value in range(256)])
    assert [parse(code.data.decode()) for code in decode(worn)] == [ReceiptCode("XA01-261124-007-K", "40718825")]


def test_twelve_long_materials_still_fit_on_one_receipt() -> None:
    assert render(replace(RECEIPT, materials=LONG_MATERIALS)).pages == 1


def test_what_does_not_fit_goes_on_to_a_second_page(words_of: Words) -> None:
    crowded = replace(RECEIPT, materials=LONG_MATERIALS * 4)
    assert render(crowded).pages > 1
    words = words_of(crowded)
    assert words.count("在本市行政区域内从事") == 48
    assert "第2页，共" in words


def test_long_name_address_and_item_stay_inside_the_page(picture_of: Picture) -> None:
    crowded = replace(
        NOTICE,
        applicant_name="阿卜杜热合曼·麦麦提依明江·阿不都克里木江·吐尔逊",
        item_name="在本市行政区域内从事劳务派遣经营业务行政许可及其变更、延续、注销事项",
        return_address="陕西省西安市雁塔区小寨东路一百九十六号国际贸易中心三号楼二单元一千一百零二室" * 2,
    )
    rendered = render(crowded)
    assert rendered.pages == 1
    page = picture_of(rendered.pdf)
    margin = round(19 / 25.4 * 200)
    for edge in (page.crop((0, 0, margin, page.height)), page.crop((page.width - margin, 0, page.width, page.height))):
        assert edge.getextrema() == (255, 255)


def test_rare_characters_come_from_a_font_that_has_them(tmp_path: Path) -> None:
    path = tmp_path / "rare.pdf"
    path.write_bytes(render(replace(NOTICE, applicant_name="𪚥𠮷㐂")).pdf)
    fonts = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout
    assert "HanaMinB" in fonts
    assert "HanaMinB" not in _fonts(render(NOTICE).pdf, tmp_path)


def _fonts(pdf: bytes, folder: Path) -> str:
    path = folder / "fonts.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ['"#panic()', "]#{", "$x$ @a <b>", "\\", "*_`", "//", ""])
def test_markup_in_a_name_is_only_text(name: str, words_of: Words) -> None:
    assert "".join(name.split()) in words_of(replace(NOTICE, applicant_name=name))


def test_same_document_same_bytes() -> None:
    assert render(RECEIPT).pdf == render(RECEIPT).pdf


def test_broken_template_tells_where_and_not_what(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "notice.typ").write_text("#panic(sys.inputs.data)")
    monkeypatch.setattr(paper.render, "_HERE", tmp_path)
    paper.render._compiler.cache_clear()
    try:
        with pytest.raises(RenderFailed) as caught:
            render(NOTICE)
    finally:
        paper.render._compiler.cache_clear()
    assert "notice.typ" in str(caught.value)
    assert NOTICE.applicant_name not in str(caught.value)


def test_rendering_does_not_stop_other_threads() -> None:
    """Typst must compute without Python's lock: the kiosk's screen lives in the same process."""
    crowded = replace(GUIDE, materials=GUIDE.materials * 300)
    render(GUIDE)
    took_s = [0.0]

    def work() -> None:
        start = time.monotonic()
        render(crowded)
        took_s[0] = time.monotonic() - start

    thread = threading.Thread(target=work)
    thread.start()
    longest_s, last = 0.0, time.monotonic()
    while thread.is_alive():
        time.sleep(0.001)
        longest_s, last = max(longest_s, time.monotonic() - last), time.monotonic()
    assert took_s[0] > 0.1
    assert longest_s < took_s[0] / 3


def test_two_threads_render_at_the_same_time() -> None:
    results: list[bytes] = []
    threads = [threading.Thread(target=lambda: results.append(render(RECEIPT).pdf)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(results) == 4


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (_texts(TEXTS / f"{language}.toml") for language in ("zh-CN", "en"))
    assert chinese.keys() == english.keys()
    for key, text in chinese.items():
        assert _placeholders(text) == _placeholders(english[key]), key


def test_every_text_is_printed_somewhere() -> None:
    templates = "".join(path.read_text() for path in (TEXTS.parent / "templates").glob("*.typ"))
    for key in _texts(TEXTS / "en.toml"):
        group, name = key.split(".")
        stem = name.removesuffix("_says")
        assert key in templates or f'"{name}"' in templates or f'"{stem}"' in templates, f"{group}.{name}"


def _texts(path: Path) -> dict[str, str]:
    groups = tomllib.loads(path.read_text())
    return {f"{group}.{key}": text for group, texts in groups.items() for key, text in texts.items()}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("吴𬀩", "吴𬀩"),  # extension E: in the text face
        ("吴𠀀", "吴𠀀"),  # extension B: only in the face for rare characters
        ("吴𪚥𬺰明", "吴𪚥𬺰明"),
        ("吴𰀀明", "吴〓U+30000明"),  # extension G: in none
        ("吴\ue000", "吴〓U+E000"),  # of private use, as old registers hold
    ],
)
def test_no_character_of_a_name_is_lost_on_paper(
    name: str, printed: str, words_of: Words, picture_of: Picture, tmp_path: Path
) -> None:
    document = replace(NOTICE, applicant_name=name)
    assert f"申请人{printed}证件号码" in words_of(document)
    fonts = subprocess.run(["pdffonts", str(tmp_path / "words.pdf")], check=True, capture_output=True, text=True).stdout
    is_rare = any(c in name for c in "𠀀𪚥")
    assert any("+HanaMinB" in line and line.split()[-5:-3] == ["yes", "yes"] for line in fonts.splitlines()) is is_rare
    pdf = render(document).pdf
    # The same glyph twice would be the box that fonts draw for what they lack.
    other = render(replace(NOTICE, applicant_name=name.translate(OTHERS))).pdf
    assert ImageChops.difference(picture_of(pdf), picture_of(other)).getbbox() is not None


OTHERS = str.maketrans("𬀩𠀀𪚥𰀀\ue000", "𬀫𠀁𪚤𰀁\ue001")
