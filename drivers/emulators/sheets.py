"""The project's own papers: what an invented citizen would bring, drawn at 200 dots per inch.

    sheet("residence_proof", person=invented(7))

Same name and person, same pixels. Every kind is one row of `KINDS`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from drivers.emulators.artwork import PEN_BLUE, Artwork
from drivers.emulators.holder import Holder, invented
from drivers.protocols import Image

A4 = (210.0, 297.0)
CARD = (85.6, 54.0)
BOOKLET = (105.0, 143.0)
DEFAULT_HOLDER = invented(1)
BOOKLET_RED = (128, 44, 48)


def sheet(name: str, *, person: Holder = DEFAULT_HOLDER) -> Image:
    """Draw the paper `name` for `person`. Raises KeyError for a kind that is not in `KINDS`."""
    kind = KINDS[name]
    seed = zlib.crc32(f"{name}/{person.number}".encode())
    return kind.draw(person, seed).picture(seed=seed)


@dataclass(frozen=True)
class SheetKind:
    title: str  # what the citizen calls it
    draw: Callable[[Holder, int], Artwork]


def household_register(person: Holder, seed: int) -> Artwork:
    page = Artwork(*BOOKLET, paper=(247, 244, 236))
    page.box(6, 6, 99, 137, colour=BOOKLET_RED, thick=0.5)
    page.write(52.5, 9, "常住人口登记卡", 5.4, face_kind="serif bold", colour=BOOKLET_RED, anchor="ma")
    rows = (
        ("姓  名", person.name, "与户主关系", "户主"),
        ("曾 用 名", "", "性  别", person.sex),
        ("出 生 地", "陕西省西安市", "民  族", f"{person.nation}族"),
        ("籍  贯", "陕西省西安市", "出生日期", f"{person.birth:%Y年%m月%d日}"),
    )
    below = page.table(8, 19, (16, 30, 17, 26), rows, row_height=11, height=3.0, colour=BOOKLET_RED)
    wide = (
        ("公民身份号码", person.number),
        ("文化程度", "大学本科"),
        ("婚姻状况", "已婚"),
        ("服务处所", "西安云杉软件有限公司"),
        ("职  业", "工程技术人员"),
        ("何时由何地迁来", "2009年08月12日由渭南市临渭区迁来"),
    )
    page.table(8, below, (27, 62), wide, row_height=8.6, height=3.0, colour=BOOKLET_RED)
    page.write(12, 118, "承办人签章：", 3.0, colour=BOOKLET_RED)
    page.write(58, 130, f"登记日期：{days_before(40):%Y年%m月%d日}", 3.0, colour=BOOKLET_RED)
    page.seal(76, 118, 14, "西安市公安局样张派出所", seed=seed, name="户口专用")
    return page


def card_front(person: Holder, seed: int, *, grey: bool) -> Artwork:
    label = (90, 90, 90) if grey else (70, 110, 150)
    card = Artwork(*CARD, paper=(232, 232, 232) if grey else (222, 234, 240))
    for row in range(9):
        card.line(0, 6 * row, 85.6, 6 * row + 9, colour=(222, 222, 222) if grey else (210, 226, 236))
    for y, name, value in (
        (6, "姓 名", person.name),
        (13.5, "性 别", f"{person.sex}     民 族  {person.nation}"),
        (21, "出 生", f"{person.birth.year} 年 {person.birth.month} 月 {person.birth.day} 日"),
        (28.5, "住 址", person.address[:12]),
        (33.4, "", person.address[12:24]),
        (38.3, "", person.address[24:]),
    ):
        card.write(5, y + 0.3, name, 2.6, face_kind="sans", colour=label)
        card.write(16, y, value, 3.0, face_kind="sans")
    card.write(5, 46.3, "公民身份号码", 2.6, face_kind="sans", colour=label)
    card.write(28, 45.6, person.number, 3.9, face_kind="bold")
    card.portrait(58, 6, 22, 28, seed=seed, grey=grey)
    card.write(69, 36.2, "样张", 4.4, face_kind="bold", colour=label, anchor="ma")
    return card


def card_back(person: Holder, *, grey: bool) -> Artwork:
    card = Artwork(*CARD, paper=(232, 232, 232) if grey else (226, 236, 238))
    card.emblem(14, 14, 8)
    card.write(50, 7, "样张证件", 5.6, face_kind="serif bold", anchor="ma")
    card.write(50, 17, "居 民 身 份 证", 7.2, face_kind="serif bold", anchor="ma")
    start = days_before(1500)
    card.write(20, 37, f"签发机关  西安市公安局{person.address[6:8]}分局", 3.0, face_kind="sans")
    card.write(
        20, 44, f"有效期限  {start:%Y.%m.%d}-{start.replace(year=start.year + 20):%Y.%m.%d}", 3.0, face_kind="sans"
    )
    return card


def household_register_cover(person: Holder, seed: int) -> Artwork:
    """The first page: the household as a whole."""
    page = Artwork(*BOOKLET, paper=(247, 244, 236))
    page.box(6, 6, 99, 137, colour=BOOKLET_RED, thick=0.5)
    page.write(52.5, 12, "居 民 户 口 簿", 6.4, face_kind="serif bold", colour=BOOKLET_RED, anchor="ma")
    wide = (
        ("户    别", "非农业家庭户口"),
        ("户主姓名", person.name),
        ("户    号", f"{seed % 10**9:09d}"),
        ("住    址", person.address),
    )
    page.table(8, 30, (27, 62), wide, row_height=15, height=3.2, colour=BOOKLET_RED)
    page.write(12, 104, "省级公安机关户口专用章", 3.0, colour=BOOKLET_RED)
    page.write(12, 118, "户口登记机关户口专用章", 3.0, colour=BOOKLET_RED)
    page.write(58, 130, f"签发日期：{days_before(40):%Y年%m月%d日}", 3.0, colour=BOOKLET_RED)
    page.seal(76, 112, 12, "样张区公安分局", seed=seed, name="户口专用")
    return page


def id_card(person: Holder, seed: int) -> Artwork:
    return card_front(person, seed, grey=False)


def id_card_copy(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4)
    page.place(card_front(person, seed, grey=True), 62, 52)
    page.place(card_back(person, grey=True), 62, 132)
    page.write(62, 204, "此复印件仅用于办理政务服务事项", 4.6, face_kind="sans", colour=PEN_BLUE)
    page.write(62, 213, f"{person.name}  {TODAY:%Y年%m月%d日}", 4.6, face_kind="sans", colour=PEN_BLUE)
    return page


def property_certificate(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4, paper=(248, 246, 238))
    page.box(12, 14, 198, 283, colour=(168, 146, 96), thick=0.6)
    page.write(24, 24, f"陕（2021）西安市不动产权第{seed % 10**7:07d}号", 5.0)
    rows = (
        ("权 利 人", f"{person.name}（{person.number}）"),
        ("共有情况", "单独所有"),
        ("坐    落", person.address[3:]),
        ("不动产单元号", f"610113 004007 GB{seed % 10**5:05d} F00020017"),
        ("权利类型", "国有建设用地使用权/房屋所有权"),
        ("权利性质", "出让/市场化商品房"),
        ("用    途", "城镇住宅用地/住宅"),
        ("面    积", "共有宗地面积 21840.60 平方米/房屋建筑面积 98.37 平方米"),
        ("使用期限", "国有建设用地使用权 2012年05月11日起 2082年05月10日止"),
    )
    below = page.table(22, 36, (36, 130), rows, row_height=18, height=4.2, colour=(120, 96, 52))
    page.box(22, below, 188, below + 54, colour=(120, 96, 52))
    for line, words in enumerate(
        (
            "权利其他状况：",
            "房屋结构：钢筋混凝土结构；专有建筑面积 76.15 平方米；",
            "房屋总层数：28 层，所在层：17 层。",
        )
    ):
        page.write(26, below + 6 + 9 * line, words, 4.2)
    page.write(30, 262, "登记机构（章）", 4.6)
    page.write(120, 270, "2021年11月08日", 4.4)
    page.seal(146, 256, 20, "西安市自然资源和规划局", seed=seed, name="不动产登记")
    return page


def letter(page: Artwork, title: str, paragraphs: tuple[str, ...], *, number: str = "", height: float = 4.9) -> float:
    page.write(105, 28, title, 9.0, face_kind="serif bold", anchor="ma")
    y = 50.0
    if number:
        page.write(186, 43, number, 3.8, anchor="ra")
        y = 56.0
    for words in paragraphs:
        y = page.paragraph(24, y, 164, words, height) + 2
    return y


def residence_proof(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4)
    y = letter(
        page,
        "居 住 证 明",
        (
            f"兹证明{person.name}，{person.sex}，{person.nation}族，公民身份号码{person.number}，"
            f"自2019年3月起居住于{person.address}，该住所为本人自有住房，情况属实。",
            "该居民在本辖区居住期间遵纪守法，按时参加社区登记，家庭成员共三人。",
            "本证明仅用于办理居住登记、子女入学与社会保险关系转移手续，自开具之日起三十日内有效，涂改无效。",
            "特此证明。",
        ),
        number=f"样社证字〔2026〕第{seed % 1000:03d}号",
    )
    page.write(120, y + 22, f"{person.address[6:9]}样张路社区居民委员会", 4.6)
    page.write(136, y + 32, f"{days_before(6):%Y年%m月%d日}", 4.6)
    page.write(24, y + 56, "经办人：周敏    联系电话：029-00000000", 4.2)
    page.seal(152, y + 26, 20, "样张路社区居民委员会", seed=seed)
    return page


def diploma(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4, paper=(250, 247, 238))
    page.box(14, 16, 196, 281, colour=(176, 134, 60), thick=1.2)
    page.box(17, 19, 193, 278, colour=(176, 134, 60), thick=0.4)
    page.write(105, 40, "毕 业 证 书", 15, face_kind="serif bold", colour=(150, 40, 36), anchor="ma")
    page.portrait(88, 66, 34, 46, seed=seed)
    y = page.paragraph(
        32,
        128,
        148,
        f"学生{person.name}，性别{person.sex}，{person.birth.year}年{person.birth.month}月{person.birth.day}日生，"
        f"于{person.birth.year + 18}年9月至{person.birth.year + 22}年7月在本校软件工程专业四年制本科学习，"
        "修完教学计划规定的全部课程，成绩合格，准予毕业。",
        5.6,
    )
    page.write(32, y + 16, "校  名：西安样张理工大学", 5.2)
    page.write(32, y + 28, "校（院）长：罗文斌", 5.2)
    page.write(32, 262, f"证书编号：99999{person.birth.year + 22}05{seed % 10**6:06d}", 4.2)
    page.write(124, 262, f"{person.birth.year + 22}年7月1日", 4.6)
    page.seal(142, y + 26, 20, "西安样张理工大学", seed=seed)
    return page


def business_licence(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4, paper=(247, 246, 240))
    for inset, colour, thick in ((8, (176, 134, 60), 1.4), (11, (205, 170, 96), 0.6)):
        page.box(inset, inset, 210 - inset, 297 - inset, colour=colour, thick=thick)
    page.emblem(105, 36, 14)
    page.write(105, 56, "营 业 执 照", 16, face_kind="serif bold", anchor="ma")
    page.write(105, 80, "（副  本）", 5.4, anchor="ma")
    code = f"91610199MA{seed % 10**7:07d}X"
    page.write(24, 94, f"统一社会信用代码  {code}", 4.6, face_kind="sans")
    page.code(152, 84, 30, f"https://example.invalid/licence?code={code}")
    y = 122.0
    for name, value in (
        ("名    称", "西安云杉软件有限公司"),
        ("类    型", "有限责任公司（自然人独资）"),
        ("法定代表人", person.name),
        ("注册资本", "伍佰万元人民币"),
        ("成立日期", "2018年06月21日"),
        ("住    所", person.address[3:18]),
        ("经营范围", "软件开发；信息系统集成服务；信息技术咨询"),
        ("", "服务；计算机及办公设备维修。（依法须经批准"),
        ("", "的项目，经相关部门批准后方可开展经营活动）"),
    ):
        page.write(24, y, name, 4.8)
        page.write(58, y, value, 4.8, face_kind="sans")
        y += 12.4
    page.write(128, 246, "登记机关", 5.2)
    page.write(128, 262, "2024 年 03 月 15 日", 4.6)
    page.seal(156, 246, 20, "西安市样张区行政审批服务局", seed=seed)
    return page


def application_form(person: Holder, seed: int) -> Artwork:
    wide = (
        ("公民身份号码", person.number),
        ("现 住 址", person.address),
        ("转出地机构", "渭南市临渭区社会保险经办中心"),
        ("转入地机构", "西安市雁塔区社会保险基金管理中心"),
        ("转移原因", "本人到西安市就业，申请将养老保险关系转入现参保地。"),
    )
    return filled_form("个人社会保险关系转移申请表", person, seed, wide)


def household_transfer_form(person: Holder, seed: int) -> Artwork:
    wide = (
        ("公民身份号码", person.number),
        ("现户口地址", person.address),
        ("迁入地址", "陕西省西安市雁塔区样张路18号3号楼502室"),
        ("与户主关系", "配偶"),
        ("迁移原因", "夫妻投靠，申请将本人户口迁到配偶户口所在地。"),
    )
    return filled_form("户口迁移申请表", person, seed, wide)


def filled_form(title: str, person: Holder, seed: int, wide: tuple[tuple[str, str], ...]) -> Artwork:
    page = Artwork(*A4)
    page.write(105, 20, title, 7.6, face_kind="bold", anchor="ma")
    page.write(18, 36, f"编号：{seed % 10**8:08d}", 3.8, face_kind="sans")
    rows = (
        ("姓    名", person.name, "性    别", person.sex),
        ("出生日期", f"{person.birth:%Y-%m-%d}", "民    族", person.nation),
        ("联系电话", "13900000000", "户籍性质", "城镇"),
    )
    y = page.table(18, 43, (32, 55, 32, 55), rows, row_height=12, value_colour=PEN_BLUE)
    y = page.table(18, y, (32, 142), wide, row_height=14, value_colour=PEN_BLUE)
    page.box(18, y, 192, y + 62)
    page.write(21, y + 4, "本人声明：", 4.2)
    page.paragraph(
        21,
        y + 12,
        166,
        "以上填写内容真实、准确、完整，所附材料与原件一致。如有虚假，本人愿意承担由此产生的法律责任。",
        4.2,
    )
    page.write(112, y + 42, "申请人（签名）：", 4.2)
    page.write(146, y + 40, person.name, 6.4, colour=PEN_BLUE)
    page.write(128, y + 53, f"{TODAY:%Y年%m月%d日}", 4.2, colour=PEN_BLUE)
    return page


def lease_contract(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4)
    y = letter(
        page,
        "房 屋 租 赁 合 同",
        (
            "出租方（以下简称甲方）：孙建军",
            f"承租方（以下简称乙方）：{person.name}，公民身份号码{person.number}",
            "根据《中华人民共和国民法典》及有关规定，甲乙双方在平等自愿的基础上，就房屋租赁事宜订立本合同。",
            f"第一条  甲方将坐落于{person.address}的房屋出租给乙方居住使用，建筑面积八十六平方米。",
            "第二条  租赁期限自2026年3月1日起至2028年2月29日止，共计二十四个月。",
            "第三条  月租金为人民币贰仟捌佰元整，按季度支付，先付后用。押金为人民币贰仟捌佰元整。",
            "第四条  租赁期间水、电、燃气、供暖与物业费用由乙方承担，房屋主体结构的维修由甲方承担。",
            "第五条  乙方不得擅自转租，不得改变房屋用途。任何一方提前解除合同，应当提前三十日书面通知对方。",
            "第六条  本合同一式两份，双方各执一份，自双方签字之日起生效。",
        ),
        number=f"合同编号：ZL{seed % 10**6:06d}",
        height=4.4,
    )
    page.write(28, y + 14, "甲方（签字）：", 4.4)
    page.write(58, y + 12, "孙建军", 6.0, colour=PEN_BLUE)
    page.write(116, y + 14, "乙方（签字）：", 4.4)
    page.write(146, y + 12, person.name, 6.0, colour=PEN_BLUE)
    page.write(105, 286, "第 1 页  共 1 页", 3.6, anchor="ma")
    return page


def income_proof(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4)
    y = letter(
        page,
        "在 职 及 收 入 证 明",
        (
            f"兹证明{person.name}（公民身份号码{person.number}）系我单位正式职工，自2018年7月入职，现任软件工程师。",
            "该职工近十二个月税前平均月收入为人民币壹万贰仟陆佰元整，我单位已为其按时足额缴纳社会保险与住房公积金。",
            "我单位对本证明的真实性负责。",
        ),
    )
    page.write(118, y + 24, "西安云杉软件有限公司（盖章）", 4.6)
    page.write(136, y + 35, f"{days_before(3):%Y年%m月%d日}", 4.6)
    page.seal(150, y + 28, 20, "西安云杉软件有限公司", seed=seed)
    return page


def marriage_certificate(person: Holder, seed: int) -> Artwork:
    page = Artwork(*BOOKLET, paper=(250, 240, 236))
    page.box(6, 6, 99, 137, colour=(186, 60, 60), thick=0.6)
    page.write(52.5, 11, "结 婚 证", 7.4, face_kind="serif bold", colour=(176, 40, 44), anchor="ma")
    page.portrait(30, 24, 45, 30, seed=seed)
    rows = (
        ("持 证 人", person.name),
        ("登记日期", "2016年05月20日"),
        ("结婚证字号", f"J610113-2016-{seed % 10**6:06d}"),
        ("姓    名", person.name),
        ("身份证件号", person.number),
        ("性别  国籍", f"{person.sex}    中国"),
    )
    page.table(12, 62, (26, 55), rows, row_height=9.6, height=3.2, colour=(150, 60, 60))
    page.seal(78, 122, 13, "样张区民政局婚姻登记处", seed=seed)
    return page


def marriage_certificate_spouse(person: Holder, seed: int) -> Artwork:
    """The page that faces the holder's own."""
    page = Artwork(*BOOKLET, paper=(250, 240, 236))
    page.box(6, 6, 99, 137, colour=(186, 60, 60), thick=0.6)
    page.portrait(30, 14, 45, 30, seed=seed)
    spouse = invented(43)
    rows = (
        ("姓    名", spouse.name),
        ("国    籍", "中国"),
        ("出生日期", f"{spouse.birth:%Y年%m月%d日}"),
        ("身份证件号", spouse.number),
        ("配    偶", person.name),
    )
    page.table(12, 52, (26, 55), rows, row_height=11, height=3.2, colour=(150, 60, 60))
    page.paragraph(14, 112, 76, "结婚申请，符合《中华人民共和国民法典》规定，予以登记，发给此证。", 3.0)
    return page


def power_of_attorney(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4)
    y = letter(
        page,
        "授 权 委 托 书",
        (
            f"委托人：{person.name}，公民身份号码{person.number}",
            "受托人：郭晓梅，与委托人系同事关系",
            "因本人工作繁忙，不能亲自前往办理，特委托受托人代为办理住房公积金异地转移接续手续，代为提交申请材料、签收有关文书。",
            f"委托期限自{TODAY:%Y年%m月%d日}起至{TODAY + timedelta(days=90):%Y年%m月%d日}止。受托人无转委托权。",
        ),
        number=f"委字第{seed % 10**4:04d}号",
    )
    page.write(112, y + 20, "委托人（签名）：", 4.6)
    page.write(150, y + 17, person.name, 6.6, colour=PEN_BLUE)
    page.write(130, y + 34, f"{TODAY:%Y年%m月%d日}", 4.6, colour=PEN_BLUE)
    return page


def birth_certificate(person: Holder, seed: int) -> Artwork:
    page = Artwork(*A4, paper=(240, 247, 248))
    page.box(14, 16, 196, 281, colour=(60, 130, 140), thick=0.8)
    page.write(105, 30, "出 生 医 学 证 明", 9.6, face_kind="serif bold", colour=(30, 96, 110), anchor="ma")
    page.write(105, 46, f"编号 Z61{seed % 10**7:07d}", 4.2, face_kind="sans", anchor="ma")
    rows = (
        ("新生儿姓名", person.name[0] + "安宁", "性    别", "女"),
        ("出生日期", "2025年08月16日", "出生时间", "09时42分"),
        ("出生孕周", "39周", "出生体重", "3260克"),
        ("出生身长", "50厘米", "健康状况", "良好"),
    )
    y = page.table(24, 58, (34, 48, 32, 48), rows, row_height=15, colour=(30, 96, 110))
    wide = (
        ("父亲或母亲姓名", person.name),
        ("身份证件号码", person.number),
        ("住    址", person.address),
        ("接生机构", "西安样张妇幼保健院"),
    )
    page.table(24, y, (34, 128), wide, row_height=18, colour=(30, 96, 110))
    page.write(30, 226, "签发人员：高静怡", 4.6)
    page.write(30, 240, "签发日期：2025年08月20日", 4.6)
    page.seal(148, 232, 20, "西安样张妇幼保健院", seed=seed, name="出生证明专用")
    return page


def payment_slip(person: Holder, seed: int) -> Artwork:
    page = Artwork(80, 170, paper=(252, 252, 250))
    page.write(40, 7, "缴 费 凭 证", 5.6, face_kind="bold", anchor="ma")
    page.write(6, 20, f"流水号 {seed % 10**12:012d}", 3.2, face_kind="sans")
    page.write(6, 26, f"缴款人 {person.name}", 3.2, face_kind="sans")
    page.line(5, 33, 75, 33)
    y = 37.0
    for words, amount in (
        ("城乡居民医疗保险", "400.00"),
        ("不动产登记费（住宅）", "80.00"),
        ("证书工本费", "10.00"),
        ("资料查询费", "0.00"),
    ):
        page.write(6, y, words, 3.4, face_kind="sans")
        page.write(74, y, amount, 3.4, face_kind="sans", anchor="ra")
        y += 8
    page.line(5, y, 75, y)
    page.write(6, y + 4, "合计（元）", 4.0, face_kind="bold")
    page.write(74, y + 4, "490.00", 4.0, face_kind="bold", anchor="ra")
    page.code(25, y + 22, 30, f"PAY{seed % 10**10:010d}")
    page.write(40, 158, f"{days_before(2):%Y-%m-%d} 10:26", 3.2, face_kind="sans", anchor="ma")
    page.seal(62, 146, 12, "样张区财政局", seed=seed, name="收费专用")
    return page


def blank_sheet(_person: Holder, _seed: int) -> Artwork:
    return Artwork(*A4)


TODAY = date(2026, 11, 24)  # the day on every sheet: drawing takes no clock


def days_before(days: int) -> date:
    return TODAY - timedelta(days=days)


KINDS: dict[str, SheetKind] = {
    "household_register": SheetKind("户口簿页", household_register),
    "household_register_cover": SheetKind("户口簿首页", household_register_cover),
    "id_card": SheetKind("居民身份证", id_card),
    "id_card_copy": SheetKind("居民身份证复印件", id_card_copy),
    "property_certificate": SheetKind("不动产权证书", property_certificate),
    "residence_proof": SheetKind("居住证明", residence_proof),
    "diploma": SheetKind("毕业证书", diploma),
    "business_licence": SheetKind("营业执照副本", business_licence),
    "application_form": SheetKind("申请表", application_form),
    "household_transfer_form": SheetKind("户口迁移申请表", household_transfer_form),
    "lease_contract": SheetKind("房屋租赁合同", lease_contract),
    "income_proof": SheetKind("在职及收入证明", income_proof),
    "marriage_certificate": SheetKind("结婚证", marriage_certificate),
    "marriage_certificate_spouse": SheetKind("结婚证另一页", marriage_certificate_spouse),
    "power_of_attorney": SheetKind("授权委托书", power_of_attorney),
    "birth_certificate": SheetKind("出生医学证明", birth_certificate),
    "payment_slip": SheetKind("缴费凭证", payment_slip),
    "blank_sheet": SheetKind("白纸", blank_sheet),
}
