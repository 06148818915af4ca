"""Documents of invented people, as the kiosk and the city would make them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from paper.documents import (
    CollectedMaterial,
    CollectionNotice,
    DepositReceipt,
    GuideMaterial,
    HandlingWindow,
    ItemGuide,
    ServiceCentre,
)

EVENING = datetime(2026, 11, 24, 13, 7, tzinfo=UTC)  # 21:07 in Xi'an

CENTRE = ServiceCentre(
    name="西安航空基地政务服务中心",
    address="西安市阎良区蓝天路2号 1层",
    first_responsible="综合窗口值班长",
    phone="029-81664314",
)
YANTA = HandlingWindow(locality="雁塔区", place="2层 B43", phone="029-81160083")
LANTIAN = HandlingWindow(locality="蓝田县", place="综合审批1厅", phone="029-82738760")

MATERIALS = (
    CollectedMaterial("户口迁移申请表", copies=1, pages=2, original=True, digest="9f2c41ab07d3"),
    CollectedMaterial("户口簿", copies=1, pages=3, original=False, digest="1c77e0954ab2"),
    CollectedMaterial("结婚证", copies=1, pages=2, original=True, digest="b03e5f6178cd"),
)
LONG_MATERIALS = tuple(
    CollectedMaterial(
        f"在本市行政区域内从事劳务派遣经营业务的书面承诺及法定代表人（负责人）授权委托书第{number}号",
        copies=1,
        pages=number,
        original=number % 2 == 0,
        digest="9f2c41ab07d3",
    )
    for number in range(1, 13)
)

RECEIPT = DepositReceipt(
    language="zh-CN",
    filing_number="XA01-261124-007-K",
    progress_code="40718825",
    collected_at=EVENING,
    kiosk_id="XA-01",
    centre=CENTRE,
    window=YANTA,
    item_name="夫妻投靠落户",
    item_code="610109002",
    department="公安局",
    materials=MATERIALS,
    promised_days=7,
)
ENGLISH_RECEIPT = replace(
    RECEIPT,
    language="en",
    centre=ServiceCentre(
        "Xi'an Aviation Base Government Service Centre",
        "Floor 1, 2 Lantian Road, Yanliang, Xi'an",
        "Duty supervisor",
        "029-81664314",
    ),
    window=HandlingWindow("Yanta District", "Floor 2, window B43", "029-81160083"),
    item_name="Household transfer to join a spouse",
    department="Public Security Bureau",
    materials=(CollectedMaterial("Household transfer form", copies=1, pages=2, original=True),),
)

GUIDE = ItemGuide(
    language="zh-CN",
    item_name="夫妻投靠落户",
    item_code="610109002",
    version="2026-11-01",
    department="公安局",
    conditions="配偶是本市户籍，已登记结婚",
    materials=(
        GuideMaterial("户口迁移申请表", copies=1, original=True, required=True, hint="填好并签字，字朝上放平"),
        GuideMaterial("结婚证", copies=1, original=True, required=False, hint="内页有照片的两页"),
    ),
    promised_days=7,
    legal_days=20,
    fee_fen=1050,
    legal_basis="《户口登记条例》第十条",
    presence_reason="",
    window=LANTIAN,
    centre=CENTRE,
    printed_at=EVENING,
)

NOTICE = CollectionNotice(
    language="zh-CN",
    notice_number="XADS2026-00012",
    case_number="XA610113-261125-0009",
    filing_number="XA01-261124-007-K",
    progress_code="40718825",
    check="7QK2M9",
    mode="异地代收代办",
    issued_at=datetime(2026, 11, 25, 2, 40, tzinfo=UTC),
    issuer="雁塔区“全市通办”综合窗口",
    applicant_name="𠮷㐂",
    applicant_number_masked="610113**********21",
    item_name="夫妻投靠落户",
    item_code="610109002",
    item_version="2026-11-01",
    centre=CENTRE,
    kiosk_id="XA-01",
    collected_at=EVENING,
    window=YANTA,
    materials=MATERIALS,
    identity_check="居民身份证，读卡器核验",
    identity_checked_at=EVENING,
    consultation_channel="电话",
    consultation_person="李卫东",
    consultation_at=datetime(2026, 11, 25, 2, 31, tzinfo=UTC),
    consultation_outcome="材料齐全，同意代收",
    promised_days=7,
    delivery="邮寄（EMS）",
    complaints_phone="12345",
    bundle_number="XAB-2026-0003",
    agent_name="王小明",
    data_pushed_at=EVENING,
    waybill="1234567890123",
    return_address="陕西省西安市雁塔区小寨东路196号3号楼1102室",
)
