"""An invented world for the gallery: people, items, pages. Nothing here depends on configuration, clock or camera."""

from __future__ import annotations

import functools
import io
import tempfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from config.schema import (
    ApplicantKind,
    Bilingual,
    CatalogueData,
    Centre,
    Competence,
    Complexity,
    FieldKind,
    FormField,
    Locality,
    LocalityKind,
    MaterialRequirement,
    Mode,
    ServiceItem,
    Window,
)
from drivers.protocols import CardData, CardKind, Sex
from kiosk.catalogue import Catalogue
from kiosk.dossier import Dossier, Filing, Identity, Material, Page, Signature
from kiosk.events import CaseProgress, ReceiptFound
from kiosk.identity import check_character
from kiosk.scanning.preview import PreviewFrame
from ui.glyphs import NOTO_REGULAR
from ui.input_method.dictionary import Dictionary, write
from ui.input_method.lattice import Lattice
from ui.input_method.protocol import InputMethod

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 18, 14, 26, tzinfo=BEIJING)

CENTRE = Centre(
    name=Bilingual("阎良区政务服务中心", "Yanliang Service Centre"),
    locality="yanliang",
    address=Bilingual("人民东路 8 号一层大厅", "Ground floor, 8 Renmin East Road"),
    first_responsible="王芳",
    phone="029-86868920",
)

_PLACES = (
    ("xian", "西安市", "Xi'an City", LocalityKind.CITY),
    ("xincheng", "新城区", "Xincheng", LocalityKind.DISTRICT),
    ("beilin", "碑林区", "Beilin", LocalityKind.DISTRICT),
    ("lianhu", "莲湖区", "Lianhu", LocalityKind.DISTRICT),
    ("yanta", "雁塔区", "Yanta", LocalityKind.DISTRICT),
    ("baqiao", "灞桥区", "Baqiao", LocalityKind.DISTRICT),
    ("weiyang", "未央区", "Weiyang", LocalityKind.DISTRICT),
    ("yanliang", "阎良区", "Yanliang", LocalityKind.DISTRICT),
    ("lintong", "临潼区", "Lintong", LocalityKind.DISTRICT),
    ("changan", "长安区", "Chang'an", LocalityKind.DISTRICT),
    ("gaoling", "高陵区", "Gaoling", LocalityKind.DISTRICT),
    ("huyi", "鄠邑区", "Huyi", LocalityKind.DISTRICT),
    ("lantian", "蓝田县", "Lantian County", LocalityKind.COUNTY),
    ("zhouzhi", "周至县", "Zhouzhi County", LocalityKind.COUNTY),
    ("xixian", "西咸新区", "Xixian New Area", LocalityKind.DEVELOPMENT_ZONE),
    ("gaoxin", "高新区", "High-tech Zone", LocalityKind.DEVELOPMENT_ZONE),
    ("jingkai", "经开区", "Economic Zone", LocalityKind.DEVELOPMENT_ZONE),
    ("qujiang", "曲江新区", "Qujiang New Area", LocalityKind.DEVELOPMENT_ZONE),
    ("chanba", "浐灞生态区", "Chanba Ecological Zone", LocalityKind.DEVELOPMENT_ZONE),
    ("hangkong", "航空基地", "Aviation Base", LocalityKind.DEVELOPMENT_ZONE),
    ("hangtian", "航天基地", "Aerospace Base", LocalityKind.DEVELOPMENT_ZONE),
    ("gangwu", "国际港务区", "International Port Area", LocalityKind.DEVELOPMENT_ZONE),
)

_ITEMS = (
    (
        "610114001",
        "高龄老人生活保健补贴",
        "Allowance for the very old",
        "民政局",
        "Civil Affairs Bureau",
        "elderly",
        10,
    ),
    ("610109001", "居住证申领", "Residence permit", "公安局", "Public Security Bureau", "home", 15),
    (
        "610115001",
        "灵活就业参保登记",
        "Social insurance for the self-employed",
        "人力资源和社会保障局",
        "Human Resources and Social Security Bureau",
        "badge",
        3,
    ),
    (
        "610131001",
        "个体工商户设立登记",
        "Registering a family business",
        "行政审批服务局",
        "Administrative Approval Bureau",
        "storefront",
        1,
    ),
    (
        "610136001",
        "跨省异地就医备案",
        "Medical treatment in another province",
        "医疗保障局",
        "Healthcare Security Bureau",
        "hospital",
        1,
    ),
    ("610117001", "护士执业注册", "Registration as a nurse", "卫生健康局", "Health Bureau", "nurse", 7),
    (
        "610118001",
        "不动产登记信息查询",
        "Property register enquiry",
        "自然资源和规划局",
        "Natural Resources and Planning Bureau",
        "search_home",
        1,
    ),
    (
        "610123001",
        "残疾人证换领",
        "Renewing a disability certificate",
        "残疾人联合会",
        "Disabled Persons' Federation",
        "accessible",
        5,
    ),
    (
        "610133001",
        "公租房资格申请",
        "Public rental housing",
        "住房保障中心",
        "Housing Security Centre",
        "apartment",
        20,
    ),
    ("610139001", "道路货物运输许可", "Road haulage licence", "交通运输局", "Transport Bureau", "truck", 5),
)

_MATERIALS = (
    MaterialRequirement(
        "household_register",
        Bilingual("户口簿", "Household register"),
        1,
        False,
        6,
        True,
        Bilingual("首页和本人页各一页", "Cover page and your own page"),
    ),
    MaterialRequirement(
        "application_form",
        Bilingual("补贴申请表", "Application form"),
        1,
        True,
        2,
        True,
        Bilingual("本人签字，社区盖章", "Signed by you, stamped by the community"),
    ),
    MaterialRequirement(
        "bank_card",
        Bilingual("本人银行卡", "Your own bank card"),
        1,
        False,
        2,
        True,
        Bilingual("有卡号的一面", "The side with the number"),
    ),
    MaterialRequirement(
        "agent_letter",
        Bilingual("委托书", "Letter of authority"),
        1,
        False,
        2,
        False,
        Bilingual("别人代办才需要", "Only if somebody acts for you"),
    ),
)

COMMON_FIELDS = (
    FormField(
        "phone",
        FieldKind.PHONE,
        Bilingual("您的手机号是多少？", "What is your mobile number?"),
        Bilingual("结果出来后打这个电话", "We call this number when there is news"),
        True,
        11,
    ),
    FormField(
        "return_address",
        FieldKind.ADDRESS,
        Bilingual("材料和结果寄到哪里？", "Where should papers be posted to?"),
        Bilingual("写到门牌号", "Down to the house number"),
        True,
        70,
        prefill="address",
    ),
    FormField(
        "delivery",
        FieldKind.CHOICE,
        Bilingual("您想怎样拿到结果？", "How would you like to get the result?"),
        Bilingual("以后可以改", "You can change this later"),
        True,
        20,
        choices=(
            ("online", Bilingual("网上获取电子结果", "Electronic result online")),
            ("post", Bilingual("邮政快递寄给我", "By post to my address")),
            ("receiving_window", Bilingual("到收件的窗口领取", "Collect where I filed")),
            ("handling_window", Bilingual("到属地窗口领取", "Collect at the handling window")),
        ),
    ),
)
_OWN_FIELDS = (
    FormField(
        "bank_name",
        FieldKind.TEXT,
        Bilingual("银行卡是哪家银行的？", "Which bank issued the card?"),
        Bilingual("例如：中国工商银行", "For example: ICBC"),
        True,
        30,
    ),
    FormField(
        "remark",
        FieldKind.TEXT,
        Bilingual("还有什么要说明的？", "Anything else to say?"),
        Bilingual("没有就跳过", "Leave it empty if not"),
        False,
        60,
    ),
)


def _item(code: str, zh: str, en: str, office_zh: str, office_en: str, icon: str, days: int) -> ServiceItem:
    return ServiceItem(
        code=code,
        name=Bilingual(zh, en),
        words=(),
        department=Bilingual(office_zh, office_en),
        competence=Competence.LOCALITY,
        applicants=(ApplicantKind.PERSON,),
        mode=Mode.COLLECTED_ON_BEHALF,
        complexity=Complexity.SIMPLE,
        presence_required=code == "610123001",
        presence_reason=Bilingual("要当面评定残疾等级", "the degree is assessed in person")
        if code == "610123001"
        else None,
        conditions=Bilingual("本市户籍，年满70周岁", "Registered in this city and aged 70 or over"),
        materials=_MATERIALS,
        fields=_OWN_FIELDS,
        promised_days=days,
        legal_days=20,
        fee_fen=0,
        legal_basis=Bilingual("《老年人权益保障法》", "Law on the Rights of the Elderly"),
        version="2026-05-01",
        icon=icon,
    )


def _locality(place: int, key: str, zh: str, en: str, kind: LocalityKind) -> Locality:
    window = Window(f"029-868689{place:02d}", Bilingual("4层 民生事务区 D16", "Floor 4, people's affairs, D16"))
    return Locality(key, Bilingual(zh, en), kind, "610114" if kind is LocalityKind.DISTRICT else "", (zh,), window)


CATALOGUE = Catalogue(
    CatalogueData(
        items={row[0]: _item(*row) for row in _ITEMS},
        localities={row[0]: _locality(place, *row) for place, row in enumerate(_PLACES)},
        common_fields=COMMON_FIELDS,
        digest="0" * 64,
    )
)
ITEM = CATALOGUE.items["610114001"]
PRESENCE_ITEM = CATALOGUE.items["610123001"]
YANLIANG = CATALOGUE.localities["yanliang"]


def card(name: str = "张建国", address: str = "陕西省西安市阎良区凤凰路街道人民路18号院2号楼301室") -> CardData:
    first = "61011419520317001"
    return CardData(
        kind=CardKind.RESIDENT,
        name=name,
        number=first + check_character(first),
        sex=Sex.MALE,
        birth=date(1952, 3, 17),
        address=address,
        nation="01",
        issuer="西安市公安局阎良分局",
        valid_from=date(2016, 1, 1),
    )


def identity(**changes: str) -> Identity:
    return Identity(card=card(**changes), method="sam_card", strength="genuine", proven_at=NOW)


ANSWERS = (
    ("phone", "13900001234"),
    ("return_address", "陕西省西安市阎良区凤凰路街道人民路18号院2号楼301室"),
    ("delivery", "post"),
    ("bank_name", "中国工商银行"),
    ("remark", ""),
)
FILING = Filing("5f1c2c1e-0000-4000-8000-000000000000", "YL01-260518-0007", "K7QM2P9X", NOW)
RECEIPT_FOUND = ReceiptFound(FILING, item_code=ITEM.code, locality="yanliang", page_counts=())


# --- pages ------------------------------------------------------------------------------------------------------


def sheet(title: str, size: tuple[int, int] = (620, 877)) -> Image.Image:
    """A paper as a scanner would see it; made by us, no real document."""
    picture = Image.new("RGB", size, (250, 249, 246))
    draw = ImageDraw.Draw(picture)
    width, height = size
    big = ImageFont.truetype(str(NOTO_REGULAR), width // 14)
    small = ImageFont.truetype(str(NOTO_REGULAR), width // 30)
    draw.text((width / 2, height * 0.11), title, font=big, fill=(25, 25, 25), anchor="mm")
    lines = (
        "兹证明 张建国，男，现居住于陕西省西安市",
        "阎良区人民路18号院2号楼301室。",
        "自二〇一九年三月起在上述地址居住。",
        "",
        "该同志在本辖区居住期间遵纪守法，",
        "邻里关系和睦，无不良记录。",
        "",
        "特此证明。",
    )
    for row, text in enumerate(lines):
        draw.text((width * 0.12, height * (0.22 + row * 0.05)), text, font=small, fill=(40, 40, 40))
    draw.text((width * 0.55, height * 0.74), "凤凰路街道办事处", font=small, fill=(40, 40, 40))
    draw.text((width * 0.58, height * 0.79), "2026年5月18日", font=small, fill=(40, 40, 40))
    r = width * 0.1
    draw.ellipse(
        (width * 0.7 - r, height * 0.76 - r, width * 0.7 + r, height * 0.76 + r), outline=(176, 48, 40), width=4
    )
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


@functools.cache
def page(page_id: int, title: str, faults: tuple[str, ...] = ()) -> Page:
    picture = sheet(title)
    return Page(page_id, _jpeg(picture), _jpeg(picture.resize((200, 283))), 1240, 1754, 150, f"{page_id:064x}", faults)


REGISTER_PAGES = (page(1, "居民户口簿"), page(2, "常住人口登记卡"))


def preview(state: str, title: str = "居住证明") -> PreviewFrame:
    """What the camera sees: a sheet, a little askew, on a dark platen."""
    width, height = 960, 1280
    corners = ((110, 150), (860, 120), (905, 1130), (135, 1165))
    if state == "wait":
        corners = tuple((min(x + 130, width - 1), y) for x, y in corners)  # type: ignore[assignment]  # still four pairs
    ground = Image.new("RGB", (width, height), (58, 54, 50))
    if state != "none":
        paper = sheet(title, (720, 1018))
        coefficients = _perspective(corners, paper.size)
        warped = paper.transform((width, height), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
        mask = Image.new("L", (width, height), 0)
        ImageDraw.Draw(mask).polygon(corners, fill=255)
        ground.paste(warped, (0, 0), mask)
    outline = tuple((x / width, y / height) for x, y in corners) if state != "none" else None
    return PreviewFrame(ground.convert("RGBA").tobytes(), width, height, outline, state, 1)  # type: ignore[arg-type]  # one of the three states


def _perspective(target: tuple[tuple[int, int], ...], size: tuple[int, int]) -> list[float]:
    """Coefficients that bring a picture of `size` onto the four corners, for Pillow."""
    import numpy as np

    width, height = size
    source = ((0, 0), (width, 0), (width, height), (0, height))
    rows, right = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(c) for c in np.linalg.solve(np.array(rows, float), np.array(right, float))]


# --- typing -----------------------------------------------------------------------------------------------------

_WORDS = (
    ("工商银行", "gong shang yin hang", 400),
    ("工商", "gong shang", 300),
    ("工伤", "gong shang", 200),
    ("公", "gong", 900),
    ("工", "gong", 800),
    ("共", "gong", 700),
    ("供", "gong", 500),
    ("宫", "gong", 300),
    ("银行", "yin hang", 900),
    ("因", "yin", 800),
    ("银", "yin", 700),
    ("音", "yin", 600),
    ("引", "yin", 500),
    ("印", "yin", 400),
    ("阴", "yin", 300),
    ("隐", "yin", 200),
    ("尹", "yin", 100),
    ("饮", "yin", 90),
    ("殷", "yin", 80),
    ("上", "shang", 900),
    ("行", "hang", 500),
    ("证", "zheng", 900),
    ("正", "zheng", 800),
    ("政", "zheng", 700),
    ("整", "zheng", 600),
    ("争", "zheng", 500),
    ("征", "zheng", 400),
    ("郑", "zheng", 300),
    ("蒸", "zheng", 200),
    ("正在", "zheng zai", 500),
    ("居住", "ju zhu", 500),
    ("居住证", "ju zhu zheng", 300),
    ("建筑", "jian zhu", 400),
    ("基准", "ji zhun", 200),
    ("价值", "jia zhi", 300),
)


def input_method() -> InputMethod:
    """The kiosk's own, over a few words: pictures must not change with the large dictionary."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "few.sqlite"
        write(path, _WORDS)
        return Lattice(Dictionary(path))  # stays open after its file is gone


# --- dossiers and cases -----------------------------------------------------------------------------------------


def dossier(*, until: str) -> Dossier:
    """Everything gathered before the step `until` of the journey `apply`."""
    steps = ("card", "item", "locality", "guide", "consent", "form", "papers", "review", "sign", "submit")
    reached = steps.index(until)
    gathered = Dossier()
    grow: tuple[dict[str, Any], ...] = (
        {"identity": identity()},
        {"item": ITEM, "materials": tuple(Material(row) for row in ITEM.materials)},
        {"locality": YANLIANG},
        {"guide_read": True},
        {"consent_at": NOW},
        {"answers": ANSWERS, "answers_confirmed": True},
        {"materials": all_materials()},
        {"reviewed": True},
        {"signature": Signature((((0.1, 0.1), (0.8, 0.2)),))},
    )
    for changes in grow[:reached]:
        gathered = gathered.with_(**changes)
    return gathered


def all_materials() -> tuple[Material, ...]:
    pages = (REGISTER_PAGES, (page(3, "补贴申请表"),), (page(4, "银行卡"),))
    filled = [Material(row, taken, finished=True) for row, taken in zip(ITEM.materials, pages, strict=False)]
    return (*filled, Material(ITEM.materials[3], finished=True, absent=True))


def case(**changes: object) -> CaseProgress:
    values: dict[str, object] = {
        "case_number": "C-2026-000123",
        "filing_number": FILING.filing_number,
        "item_name": ITEM.name.zh,
        "state": "collected",
        "window_name": "阎良区",
        "window_phone": "029-86868920",
        "window_place": "4层 民生事务区 D16",
        "collected_at": "2026-05-18T14:20:00+08:00",
        "accepted_at": "",
        "due_on": "",
        "working_days_left": None,
        "promised_days": 10,
        "notice_number": "",
    }
    return CaseProgress(**{**values, **changes})  # type: ignore[arg-type]  # names are checked by the class
