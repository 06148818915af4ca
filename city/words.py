"""The Chinese word for every code that staff pages and notices show. A test holds the tables complete."""

from __future__ import annotations

from city.rules import Act, Carrier, Channel, Decision, DeliveryWay, Outcome, Refusal, Role, State

STATES: dict[State, str] = {
    State.COLLECTED: "待会商审核",
    State.SUPPLEMENT_ASKED: "待补正",
    State.REMOTE_PASSED: "远程审核通过",
    State.ORIGINALS_POSTED: "原件寄送中",
    State.ACCEPTED: "已受理",
    State.DECIDED: "已办结，待送达",
    State.DELIVERED: "已送达",
    State.RETURNED: "已退件",
}

STATE_LOOKS: dict[State, str] = {
    State.COLLECTED: "todo",
    State.SUPPLEMENT_ASKED: "wait",
    State.REMOTE_PASSED: "wait",
    State.ORIGINALS_POSTED: "wait",
    State.ACCEPTED: "todo",
    State.DECIDED: "todo",
    State.DELIVERED: "ok",
    State.RETURNED: "bad",
}

EVENTS: dict[Act, str] = {
    Act.OPEN: "平台收到并分派到本窗口",
    Act.REROUTE: "转办到其他窗口",
    Act.CONSULT: "记录会商",
    Act.STRIKE_CONSULTATION: "撤销一条会商记录",
    Act.PASS: "远程审核通过，出具代收件通知书",
    Act.ASK_SUPPLEMENT: "一次性告知补正",
    Act.RECEIVE_SUPPLEMENT: "收到补正材料",
    Act.POST_ORIGINALS: "登记原件运单",
    Act.CORRECT_WAYBILL: "更正原件运单",
    Act.RECORD_ARRIVAL: "原件到达并核对，开始计时",
    Act.SIGN_ELECTRONIC: "签收电子材料，开始计时",
    Act.DECIDE: "上传审批结果",
    Act.DELIVER: "结果送达",
    Act.RETURN: "退件",
}

CHANNELS: dict[Channel, str] = {Channel.MAIL: "邮件", Channel.PHONE: "电话", Channel.VIDEO: "视频"}

OUTCOMES: dict[Outcome, str] = {
    Outcome.AGREED: "材料齐全，同意代收",
    Outcome.DEFECTIVE: "材料有缺陷，需补正",
    Outcome.NO_ANSWER: "无人应答，另约时间",
}

CARRIERS: dict[Carrier, str] = {
    Carrier.EMS: "邮政特快（EMS）",
    Carrier.POST: "邮政快递包裹",
    Carrier.BY_HAND: "当面递交（无运单号）",
}

DECISIONS: dict[Decision, str] = {Decision.GRANTED: "准予办理", Decision.REFUSED: "不予办理"}

DELIVERY_WAYS: dict[DeliveryWay, str] = {
    DeliveryWay.ONLINE: "网上获取电子结果",
    DeliveryWay.POST: "邮政快递寄送",
    DeliveryWay.RECEIVING_WINDOW: "到收件窗口领取",
    DeliveryWay.HANDLING_WINDOW: "到属地窗口领取",
}

ROLES: dict[Role, str] = {Role.WINDOW: "窗口人员", Role.SUPERVISOR: "专班督办", Role.PLATFORM: "市级平台"}

REFUSALS: dict[Refusal, str] = {
    Refusal.NOT_IN_THIS_STATE: "办件当前的状态不能做这一步。请返回办件页查看最新进展。",
    Refusal.NOT_YOURS: "您的角色只能查看，不能代替窗口办理。",
    Refusal.NO_SUCH_WINDOW: "请选择转往的窗口。",
    Refusal.ALREADY_THERE: "办件已经在这个窗口。",
    Refusal.NO_CONSULTATION: "请先记录一次会商，再审核通过。",
    Refusal.CONSULTATION_NOT_AGREED: "最近一次会商没有同意代收。请再次会商，或一次性告知补正。",
    Refusal.NOTHING_TO_STRIKE: "没有可以撤销的会商记录。",
    Refusal.NO_DEFECTS: "请至少写明一处缺陷；补正要求要一次告知完整。",
    Refusal.UNKNOWN_MATERIAL: "缺陷指向的材料不在这件办件里。",
    Refusal.ALREADY_TOLD: "已经一次性告知过，不能再提新的补正要求。",
    Refusal.NO_ORIGINALS: "这件办件不需要寄送原件。",
    Refusal.ORIGINALS_NEEDED: "这件办件需要原件，原件到达后才算受理。",
    Refusal.NOT_ALL_COMPARED: "还有原件没有勾选核对。全部核对一致后才能受理；不一致请按退件办理。",
    Refusal.WAYBILL_MISSING: "请填写运单号。",
    Refusal.REASON_MISSING: "请写明原因。",
}

PROOF_METHODS: dict[str, str] = {"sam_card": "身份证阅读器核验", "pcsc_card": "读卡器读取"}
PROOF_STRENGTHS: dict[str, str] = {
    "genuine": "真证（安全模块验证）",
    "read": "仅读取，未验真伪",
    "not_proven": "未能核验真伪",
}
CARD_KINDS: dict[str, str] = {
    "resident": "居民身份证",
    "hk_mo_tw_permit": "港澳台居民居住证",
    "foreigner_2017": "外国人永久居留身份证（2017版）",
    "foreigner_2023": "外国人永久居留身份证（2023版）",
    "social_security": "社会保障卡",
    "passport": "护照",
    "travel_permit": "来往内地（大陆）通行证",
}
GRADES: dict[str, str] = {
    "A": "A级 签发单位提供",
    "B": "B级 窗口已核对原件",
    "C": "C级 自助扫描，未核对原件",
    "D": "D级 本人声明",
}
SEXES: dict[str, str] = {"1": "男", "2": "女"}
MODES: dict[str, str] = {
    "wholly_online": "全程网办",
    "collected_on_behalf": "异地代收代办",
    "joint": "多地联办",
}
VERDICTS: dict[str, str] = {
    "no_page": "没找到纸边",
    "cut_off": "缺边",
    "cut_left": "左边缺一块",
    "cut_right": "右边缺一块",
    "cut_top": "上边缺一块",
    "cut_bottom": "下边缺一块",
    "too_far": "字太小",
    "too_dark": "偏暗",
    "too_bright": "过亮",
    "glare": "反光",
    "blurred": "模糊",
}
QUARANTINE: dict[str, tuple[str, str]] = {
    "cannot_unseal": (
        "平台没有能解开它的密钥，或数据在途中损坏",
        "请平台运维核对解封密钥，补装后等终端自动重送",
    ),
    "bad_archive": (
        "包里的文件缺失，或与送件清单对不上",
        "请平台运维取出原包核对，再由收件中心凭收件编号答复申请人",
    ),
    "bad_application": ("申请内容的格式平台不认识", "多为终端版本比平台新：请平台运维先升级平台，再等终端自动重送"),
    "material_twice": ("同一份材料出现了两次", "请收件中心凭收件编号请申请人重新办理，并把终端报修"),
    "file_missing": ("登记的材料里缺文件", "请收件中心凭收件编号请申请人重新办理，并把终端报修"),
    "bad_time": ("收件时间或核验时间不可用", "请收件中心校对终端时钟，并凭收件编号请申请人重新办理"),
}
"""Reason of the inbox -> what is wrong with a packet in quarantine, and what to do. The kiosk sends it every hour."""

WEEKDAYS = "一二三四五六日"


def masked(number: str) -> str:
    """First six and last two characters; of a short number nothing."""
    return "*" * len(number) if len(number) <= 8 else number[:6] + "*" * (len(number) - 8) + number[-2:]
