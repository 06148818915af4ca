"""How each act of the rules looks as a page: its address, its words, and whether it must be confirmed with a tick."""

from __future__ import annotations

from dataclasses import dataclass

from city.rules import Act


@dataclass(frozen=True)
class ActPage:
    """`slug` is the last part of the address. `final` says what cannot be taken back; "" = it can be corrected."""

    act: Act
    slug: str
    title: str
    button: str
    lead: str
    final: str
    done: str
    quiet: bool = False  # offered as a plain link below the buttons


PAGES: tuple[ActPage, ...] = (
    ActPage(
        Act.CONSULT,
        "consult",
        "记录会商",
        "保存会商记录",
        "写下这次与收件地窗口或申请人的会商。记录错了可以在审核前撤销，撤销后仍留痕。",
        "",
        "会商已记录。",
    ),
    ActPage(
        Act.PASS,
        "pass",
        "审核通过",
        "通过并出具代收件通知书",
        "通过后立即生成《代收件通知书》，申请人可在自助终端打印。",
        "通知书一经出具，审核结论不能撤回，也不能再要求补正。",
        "已通过，代收件通知书已出具。",
    ),
    ActPage(
        Act.ASK_SUPPLEMENT,
        "supplement",
        "一次性告知补正",
        "一次性告知以上全部缺陷",
        "请把所有缺陷一次写全：哪份材料、缺什么、怎么补。没有问题的材料留空。",
        "告知只有一次，发出后不能增加新的要求。",
        "已一次性告知，申请人可在自助终端查看。",
    ),
    ActPage(
        Act.RECEIVE_SUPPLEMENT,
        "supplement-received",
        "收到补正材料",
        "登记并重新审核",
        "登记收到的补正材料，办件回到审核。",
        "登记后办件重新计审核时限。",
        "补正材料已登记，请继续审核。",
    ),
    ActPage(
        Act.POST_ORIGINALS,
        "waybill",
        "登记原件运单",
        "保存运单",
        "登记收件地寄出纸质原件的运单。原件到达前可以更正。",
        "",
        "运单已登记。",
    ),
    ActPage(
        Act.RECORD_ARRIVAL,
        "arrived",
        "原件到达",
        "核对一致，受理并开始计时",
        "把纸质原件与左侧影像逐份比对，一致的打勾。受理时间就是现在，承诺办结时限从今天起算。",
        "受理是法律行为，登记后不能撤回。",
        "原件已核对，办件已受理，时限开始计算。",
    ),
    ActPage(
        Act.SIGN_ELECTRONIC,
        "sign",
        "签收电子材料",
        "签收，受理并开始计时",
        "本事项不需要纸质原件。签收电子材料即为受理，承诺办结时限从今天起算。",
        "受理是法律行为，签收后不能撤回。",
        "电子材料已签收，办件已受理，时限开始计算。",
    ),
    ActPage(
        Act.DECIDE,
        "decide",
        "上传审批结果",
        "上传结果并办结",
        "上传审批部门出具的证照、批复或决定（PDF，不超过 20 MB）。",
        "结果上传后即为办结，不能替换文件。",
        "结果已上传，请按申请人的选择送达。",
    ),
    ActPage(
        Act.DELIVER,
        "deliver",
        "登记送达",
        "确认已送达",
        "登记结果怎样到了申请人手里。",
        "登记后办件归档，不能再更改。",
        "已登记送达，办件归档。",
    ),
    ActPage(
        Act.CORRECT_WAYBILL,
        "waybill-correct",
        "更正运单",
        "保存更正",
        "填写正确的运单。原来的运单仍留在记录里。",
        "",
        "运单已更正。",
        quiet=True,
    ),
    ActPage(
        Act.STRIKE_CONSULTATION,
        "strike",
        "撤销最近一条会商记录",
        "撤销这条会商记录",
        "记录错了可以撤销。被撤销的记录仍然可见，但不再作为审核依据。",
        "",
        "会商记录已撤销。",
        quiet=True,
    ),
    ActPage(
        Act.REROUTE,
        "reroute",
        "转办到其他窗口",
        "转办",
        "不属于本窗口管辖时，转给有权办理的窗口，并写明理由。一次性告知的期限不因转办而延长。",
        "转办后办件离开本窗口，您将不再看到它。",
        "办件已转办。",
        quiet=True,
    ),
    ActPage(
        Act.RETURN,
        "return",
        "退件",
        "退件并结束办件",
        "不符合要求时把申请材料直接寄还申请人，并告知原因。",
        "退件后办件结束，不能恢复。",
        "已退件，办件结束。",
        quiet=True,
    ),
)

BY_SLUG = {page.slug: page for page in PAGES}
BY_ACT = {page.act: page for page in PAGES}
